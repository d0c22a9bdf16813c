"""Two schemas in each other's place: what the walk keeps of them, and what a comparison of them is given."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from diffing.change import Change, Site, Sites
from diffing.finding import Direction
from diffing.readers.json_schema import SchemaReader
from diffing.readers.opened import Opened
from diffing.sameness import Sameness
from diffing.schema import Conjunction, Schema

MOST_WHOLES = 4
"""How many schemas that a branch stands in a proof is looked for in."""
Wholes = tuple[Opened, Opened]
"""Both schemas of a place."""

HIDING = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly", Direction.NONE: ""}
"""The flag of a property that keeps it out of the messages of a direction."""


class Edge(NamedTuple):
    """Two schemas to compare next, the step to them, how a change there acts outside.

    `blind` to null: whether a union admits null is asked of the union, and not of its branches. `in_place`: a
    value of what encloses both is one of theirs, too, where they apply; `around` is what that says of names.
    """

    old: Conjunction
    new: Conjunction
    step: str | None
    sign: int
    blind: bool = False
    in_place: bool = False
    around: tuple[Any, Any] = (None, None)


@dataclass(slots=True, eq=False)
class Pair:
    """Two schemas that stand in each other's place, who leads to them, and what was found between them."""

    old: Opened
    new: Opened
    edge: Edge
    direction: Direction
    textual: bool
    sign: int
    blind: bool
    changes: list[Change] = field(default_factory=list)
    parents: list[tuple["Pair", Edge]] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    _reaching: Sites | None = None

    def reaching(self) -> Sites:
        """Answer every site that reaches the pair, nearest first, each with the shortest path from it.

        All parents are known by then; the answer is remembered.
        """
        steps: list[str] = []
        at = self
        while at._reaching is None and len(at.parents) == 1 and not at.sites:
            at, edge = at.parents[0]
            if edge.step is not None:
                steps.append(edge.step)
        found = at._reaching = tuple(at._searched()) if at._reaching is None else at._reaching
        if steps:
            below = steps[::-1]
            found = tuple([Site(reach, element, (*path, *below)) for reach, element, path in found])
        self._reaching = found
        return found

    def _searched(self) -> Iterator[Site]:
        seen = {id(self)}
        pending: deque[tuple[Pair, _Link]] = deque([(self, None)])
        while pending:
            at, link = pending.popleft()
            if at.sites:
                path = tuple(_steps(link))
                yield from [Site(reach, element, own + path) for reach, element, own in at.sites]
            for parent, edge in at.parents:
                if id(parent) not in seen:
                    seen.add(id(parent))
                    pending.append((parent, link if edge.step is None else (edge.step, link)))

    def wholes(self) -> tuple[Wholes, ...]:
        """Answer what the pair is a branch of, nearest first; nothing where it stands somewhere by itself."""
        if self.sites or not self.parents[0][1].in_place:
            return ()
        found: list[Wholes] = []
        seen = {id(self)}
        pending = deque([self])
        while pending and len(found) < MOST_WHOLES:
            at = pending.popleft()
            if at.sites or any(not edge.in_place for _, edge in at.parents):
                found.append((at.old, at.new))
                continue
            for parent, _ in at.parents:
                if id(parent) not in seen:
                    seen.add(id(parent))
                    pending.append(parent)
        return tuple(found)


_Link = tuple[str, Any] | None
"""A path as a chain, nearest step first, so that walking up a long way costs no copies."""


def _steps(link: _Link) -> Iterator[str]:
    while link is not None:
        step, link = link
        yield step


class Facing(NamedTuple):
    """Two effective schemas as they are compared."""

    old: Schema
    new: Schema
    direction: Direction
    textual: bool
    blind: bool
    around: tuple[Any, Any] = (None, None)


class Sides(NamedTuple):
    """The readers of both documents' schemas, and what is known to be the same."""

    old: SchemaReader
    new: SchemaReader
    sameness: Sameness

    def unchanged(self, old: Conjunction, new: Conjunction) -> bool:
        """Answer whether two conjunctions are equal part by part, all that they refer to included."""
        if len(old) != len(new):
            return False
        return all(self.sameness.unchanged(a, b) for a, b in zip(old, new, strict=True))

    def equal(self, old: Conjunction, new: Conjunction) -> bool:
        """Answer whether two conjunctions have the same text, part by part."""
        return len(old) == len(new) and all(self.sameness.equal(a, b) for a, b in zip(old, new, strict=True))
