"""Schemas that hold together, taken apart: references followed, `allOf` and lone branches opened.

What is left are parts that say something themselves, and unions. All of it is iterative: a chain of ten
thousand references is no deeper than one.
"""

from typing import NamedTuple

from diffing.document import Dialect
from diffing.equality import worded
from diffing.part import Part, Spot
from diffing.readers import spellings
from diffing.readers.refs import REFERENCES, Resolver
from diffing.schema import Conjunction, Union

COMPOSING = frozenset({*REFERENCES, "allOf", "anyOf", "oneOf"})
"""Keywords by which a schema is made of others that apply in its own place."""


class Opened(NamedTuple):
    """What a conjunction is made of; conjunctions that are made of the same parts have one `key`.

    `plain` is empty where references close on themselves and nothing is said; `first` is where it begins.
    A part in `excused` need not admit null, since null was admitted beside it. `dangling` holds the
    references that lead nowhere, `null_at` the first union that has null for a branch.
    """

    key: tuple[Spot, ...]
    plain: tuple[Part, ...]
    first: Part
    excused: frozenset[Spot] = frozenset()
    unions: tuple[Union, ...] = ()
    dangling: tuple[Part, ...] = ()
    null_at: Part | None = None


class Opener:
    """Take the conjunctions of one document apart; answers are remembered."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._dialect = resolver.document.dialect
        self._lone: dict[Spot, Opened] = {}
        self._referred: dict[tuple[str, str], Opened] = {}
        self._joint: dict[tuple[Spot, ...], Opened] = {}

    def opened(self, conjunction: Conjunction) -> Opened:
        """Answer what a conjunction is made of."""
        if len(conjunction) == 1:
            return self._alone(conjunction[0])
        name = tuple([part.spot for part in conjunction])
        found = self._joint.get(name)
        if found is None:
            found = self._joint[name] = _Pieces(self._resolver, self._dialect).of(conjunction)
        return found

    def _alone(self, part: Part) -> Opened:
        if not _is_lone_reference(part, self._dialect):
            return self._standing(part)
        name = part.file, part.node["$ref"]
        found = self._referred.get(name)
        if found is None:
            found = self._referred[name] = self._standing(self._end(part))
        return found

    def _standing(self, part: Part) -> Opened:
        found = self._lone.get(part.spot)
        if found is None:
            found = self._lone[part.spot] = self._apart(part)
        return found

    def _end(self, part: Part) -> Part:
        """Follow references that stand alone; one that dangles or closes on itself is left to `_Pieces`."""
        seen = {part.spot}
        at = part
        while _is_lone_reference(at, self._dialect):
            target = self._resolver.target(at.node["$ref"], at.file)
            if target is None or target.spot in seen:
                return part
            seen.add(target.spot)
            at = target
        return at

    def _apart(self, part: Part) -> Opened:
        if isinstance(part.node, dict) and COMPOSING.isdisjoint(part.node):
            return Opened((part.spot,), (part,), part)
        return _Pieces(self._resolver, self._dialect).of((part,))


def _is_lone_reference(part: Part, dialect: Dialect) -> bool:
    node = part.node
    if not isinstance(node, dict) or "$ref" not in node or not isinstance(node["$ref"], str):
        return False
    return len(node) == 1 or dialect not in spellings.REFERENCE_HAS_SIBLINGS


class _Pieces:
    """The pieces of one conjunction while it is taken apart."""

    def __init__(self, resolver: Resolver, dialect: Dialect) -> None:
        self._resolver = resolver
        self._dialect = dialect
        self._seen: set[Spot] = set()
        self._plain: list[Part] = []
        self._excused: set[Spot] = set()
        self._unions: dict[object, Union] = {}
        self._dangling: list[Part] = []
        self._null_at: Part | None = None

    def of(self, conjunction: Conjunction) -> Opened:
        """Take a conjunction apart, part by part, in the order of the text."""
        pending = [(part, False) for part in reversed(conjunction)]
        while pending:
            part, excused = pending.pop()
            if part.spot in self._seen:
                continue
            self._seen.add(part.spot)
            pending.extend(reversed(self._open(part, excused)))
        return Opened(
            tuple(sorted([part.spot for part in self._plain])),
            tuple(self._plain),
            self._plain[0] if self._plain else conjunction[0],
            frozenset(self._excused),
            tuple(self._unions.values()),
            tuple(self._dangling),
            self._null_at,
        )

    def _open(self, part: Part, excused: bool) -> list[tuple[Part, bool]]:
        """Note what a part says itself; answer what else it is made of, each excused or not."""
        node = part.node
        if not isinstance(node, dict):
            self._says(part, excused)
            return []
        inner = []
        target = self._target(part)
        if target is None and "$ref" in node:
            self._dangling.append(part.child("$ref"))
        if target is not None:
            inner.append((target, excused))
            if self._dialect not in spellings.REFERENCE_HAS_SIBLINGS:
                return inner
        if target is None or len(node) > 1:
            self._says(part, excused)
        every = part.get("allOf")
        inner.extend((branch, excused) for branch in (every.items() if every else []))
        for kind in ("anyOf", "oneOf"):
            if kind in node:
                inner.extend(self._open_union(part, kind, excused))
        return inner

    def _says(self, part: Part, excused: bool) -> None:
        self._plain.append(part)
        if excused:
            self._excused.add(part.spot)

    def _target(self, part: Part) -> Part | None:
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(part.node.get(keyword), str):
                return self._resolver.target(part.node[keyword], part.file)
        if isinstance(part.node.get("$recursiveRef"), str):
            return self._resolver.recursive(part)
        return None

    def _open_union(self, part: Part, kind: str, excused: bool) -> list[tuple[Part, bool]]:
        """Set a union aside, unless null and repetitions apart it has one branch."""
        union = part.child(kind)
        branches = union.items()
        if not branches:
            return []
        if kind == "anyOf":
            branches = self._distinct(branches)
        if len(branches) == 1:
            return [(branches[0], excused)]
        others = [b for b in branches if not spellings.is_null(self._resolver.follow(b).node)]
        has_null = len(others) < len(branches)
        if has_null:
            self._null_at = self._null_at or union
        if len(others) == 1 and (kind == "anyOf" or not has_null or not self._admits_null(others[0])):
            return [(others[0], excused or has_null)]
        tagged = spellings.discriminator_of(part.node.get("discriminator")) is not None
        self._unions.setdefault(
            (kind, union.file, worded(union.node)), Union(kind, union, tuple(branches), tagged)
        )
        return []

    def _distinct(self, branches: list[Part]) -> list[Part]:
        """Leave out branches that say what one before them says: an `anyOf` asks for no more by it."""
        kept: dict[object, Part] = {}
        for branch in {self._resolver.follow(branch).spot: branch for branch in branches}.values():
            kept.setdefault((branch.file, worded(branch.node)), branch)
        return list(kept.values())

    def _admits_null(self, branch: Part) -> bool:
        node = self._resolver.follow(branch).node
        return not isinstance(node, dict) or spellings.admits_null(node, self._dialect)
