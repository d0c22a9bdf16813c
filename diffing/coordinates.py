"""Every coordinate that a comparison can report, with the id of its rule, its levels and their reasons.

Made from `coordinate_rows`; a test holds every finding to it. Examples and the page that shows them are
`catalogue`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from diffing.change import VAGUE, Change
from diffing.coordinate_rows import message_rows, other_rows
from diffing.finding import Direction, Effect, Level
from diffing.judge import judged
from diffing.kinds import kind_of
from diffing.rules import rule_id

_LETTERS = {
    "N": Effect.NARROWS,
    "W": Effect.WIDENS,
    "S": Effect.SWAPS,
    "U": Effect.UNKNOWN,
    "O": Effect.NONE,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its coordinate, and the levels it can have, most severe first, each with its reason."""

    id: str
    kind: str
    direction: Direction
    element: str
    aspect: str
    action: str
    levels: tuple[tuple[Level, str], ...]


@cache
def coordinates() -> dict[str, Rule]:
    """Answer every rule by its id, in the order of ids."""
    found: dict[str, Rule] = {}
    for change in _changes():
        name = rule_id(change)
        known = found.get(name)
        levels = dict(known.levels if known else ())
        levels.setdefault(*judged(change))
        ordered = tuple((level, levels[level]) for level in Level if level in levels)
        found[name] = Rule(
            name,
            kind_of(change),
            change.direction,
            change.element,
            change.aspect,
            change.action,
            ordered,
        )
    return dict(sorted(found.items()))


@cache
def rule_ids() -> frozenset[str]:
    """Answer the ids alone; that costs a fraction of what judging them does."""
    return frozenset(rule_id(change) for change in _changes())


def _changes() -> Iterator[Change]:
    for direction, row in message_rows():
        yield from _clear_and_vague(change_of(direction, row))
    for row in other_rows():
        yield change_of(Direction.NONE, row)


def _clear_and_vague(change: Change) -> Iterator[Change]:
    """Answer a change as judged alone, and in a `oneOf` branch that may share values with another."""
    yield change
    yield change.seen_through(VAGUE)


def change_of(direction: Direction, row: str) -> Change:
    """Answer the change that a row describes."""
    element, aspect, action, letter, *trait = row.split()
    subject = "name" if element == "property" and trait else ""
    return Change(direction, element, aspect, action, _LETTERS[letter], subject=subject, trait="".join(trait))
