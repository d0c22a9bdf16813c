"""Compare two versions of an API's spec and say what breaks whom, with proof.

A pure library: two documents in, findings out. It opens no file, asks no clock and no network.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diffing.compare import compare
    from diffing.finding import Finding, Level
    from diffing.load import load

__all__ = ["Finding", "Level", "compare", "load"]

_HOMES = {"compare": "compare", "load": "load", "Finding": "finding", "Level": "finding"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: starting the command must stay cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"diffing.{_HOMES[name]}"), name)
