"""The rows of the table of polarities, as the catalogue of coordinates lists them, and which were met.

A row is a direction with an aspect, an action, an effect and a trait: what decides a level. Where in a
message it stands is left out, since no row asks for it but those about members of messages.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple, cast

import pytest

from diffing import coordinate_rows, coordinates
from diffing.change import Change, Located
from diffing.finding import Direction, Effect, Finding
from diffing.ground import Ground

_pipeline: Any = import_module("diffing.compare")


class Row(NamedTuple):
    """One row: `element` is "schema" for whatever a schema stands for; only then there is an effect."""

    direction: str
    element: str
    aspect: str
    action: str
    effect: str
    trait: str


def row_of(change: Change) -> Row:
    """Answer the row by which a change is judged. Of members only the words count: see `message_rows`."""
    member = change.element.endswith("property") and change.subject and change.aspect in _MEMBERSHIP
    if not member and (change.schemas is not None or change.element == "schema"):
        return Row(change.direction, "schema", change.aspect, change.action, change.effect, change.trait)
    element = "property" if member else change.element
    return Row(change.direction, element, change.aspect, change.action, "", change.trait)


_MEMBERSHIP = ("existence", "required", "read-only", "write-only")


def schema_rows() -> dict[Row, Change]:
    """Answer every row of schemas' keywords, in both directions."""
    found = {}
    for direction in (Direction.REQUEST, Direction.RESPONSE):
        for text in (*coordinate_rows.SCHEMA, *coordinate_rows.generated()):
            change = coordinates.change_of(direction, f"schema {text}")
            found[row_of(change)] = change
    return found


def message_rows() -> dict[Row, Change]:
    """Answer every row of the members of messages, in both directions, and of operations."""
    found = {}
    for direction in (Direction.REQUEST, Direction.RESPONSE):
        for text in coordinate_rows.MESSAGES:
            change = coordinates.change_of(direction, text)
            found[row_of(change)] = change
    for text in coordinate_rows.OPERATIONS:
        change = coordinates.change_of(Direction.NONE, text)
        found[row_of(change)] = change
    return found


@contextmanager
def met() -> Iterator[set[Row]]:
    """Collect the rows by which changes are judged meanwhile."""
    rows: set[Row] = set()
    told = _pipeline.told

    def telling(base: Ground, changes: list[Located]) -> tuple[Finding, ...]:
        rows.update(row_of(located.change) for located in changes)
        return cast("tuple[Finding, ...]", told(base, changes))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_pipeline, "told", telling)
        yield rows


@contextmanager
def planted(row: Row, wrong: Mapping[Effect, Effect]) -> Iterator[None]:
    """Give the changes of a row a wrong effect meanwhile."""
    taken_apart = _pipeline.taken_apart

    def turned(change: Change) -> Change:
        return change._replace(effect=wrong[change.effect]) if row_of(change) == row else change

    def taken_wrong(found: list[Located]) -> list[Located]:
        return [each._replace(change=turned(each.change)) for each in taken_apart(found)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_pipeline, "taken_apart", taken_wrong)
        yield
