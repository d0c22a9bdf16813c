"""The level of a change: the convention for its coordinate where there is one, else the law."""

from diffing.change import Change
from diffing.conventions import by_convention
from diffing.finding import Effect, Level
from diffing.law import by_law

_PROVED = frozenset({"enum-value", "required", "format"})
"""Aspects whose conventions presuppose an effect: where none is proved, the law says so."""


def judged(change: Change) -> tuple[Level, str]:
    """Answer the level of a change and the reason, as a sentence's end."""
    row = by_convention(change.direction, change.element, change.aspect, change.action, change.trait)
    if row is None or (change.aspect in _PROVED and change.effect is Effect.NONE):
        return by_law(change.direction, change.effect)
    return row.level, row.reason
