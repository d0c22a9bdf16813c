"""`sundial deprecation` with all its commands, which stand in a file for each family of them."""

from interfaces.commands import deprecation_steps, extensions, policies
from interfaces.commands.deprecations import deprecation

__all__ = ["deprecation", "deprecation_steps", "extensions", "policies"]
