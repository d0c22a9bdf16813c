"""How sure it is that a call under some kind of name comes from the consumer that the name is of."""

from collections.abc import Iterable
from enum import StrEnum

from consumers.models import CredentialKind


class Confidence(StrEnum):
    """How sure a name is, surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    WEAK = "weak"


_BY_KIND = {
    CredentialKind.API_KEY: Confidence.CERTAIN,  # what a gateway checked before it let the call in
    CredentialKind.CLIENT_ID: Confidence.CERTAIN,
    CredentialKind.USER: Confidence.LIKELY,  # people and programs share accounts
    CredentialKind.USER_AGENT: Confidence.WEAK,  # anybody may say so
    CredentialKind.NONE: Confidence.WEAK,
}
_RANK = {confidence: rank for rank, confidence in enumerate(Confidence)}


def confidence_in(kinds: Iterable[str]) -> Confidence:
    """Return how sure the surest of several kinds of names is."""
    known = (_BY_KIND[CredentialKind(kind)] for kind in kinds)
    return min(known, key=_RANK.__getitem__, default=Confidence.WEAK)
