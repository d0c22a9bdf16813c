"""Pact files, specification 1 to 4: what a consumer's tests rely on, as values; pure."""

from consumers.pacts.pact import Pact, read_pact

__all__ = ["Pact", "read_pact"]
