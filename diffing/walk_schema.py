"""Walk pairs of schemas and collect their changes.

Each pair (old, new, direction) is judged once, from a work list: cycles end by themselves and no depth
is too deep. A pair knows its parents, so that afterwards every change finds the operations it reaches.
"""

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from diffing.change import MOOT, VAGUE, Change, Located, Site, through
from diffing.effect import Difference
from diffing.finding import Direction, Effect
from diffing.pair import Edge, Facing, Pair, Sides
from diffing.readers.heirs import Heirs
from diffing.readers.json_schema import SchemaReader
from diffing.sameness import Sameness
from diffing.schema import Conjunction
from diffing.side_by_side import OPEN, SideBySide
from diffing.walk_plain import walk_plain

if TYPE_CHECKING:
    from diffing.rewriting import Rewriting

_MEMBERSHIP = frozenset({"existence", "required", "read-only", "write-only"})
_MOST_PAIRS = 60
"""Pairs of schemas that are compared for one step of a proof."""


class SchemaWalk:
    """Collect the changes below every pair of schemas that operations put in each other's place."""

    def __init__(
        self, old: SchemaReader, new: SchemaReader, sameness: Sameness, heirs: tuple[Heirs, Heirs]
    ) -> None:
        self._sides = Sides(old, new, sameness)
        self._heirs = heirs
        self._side_by_side = SideBySide(self._sides, heirs)
        self._pairs: dict[tuple[object, ...], Pair] = {}
        self._pending: deque[Pair] = deque()
        self._rewriting: Rewriting | None = None
        self._proved: set[tuple[str, str, str]] = set()

    def add(self, old: Conjunction, new: Conjunction, direction: Direction, site: Site) -> None:
        """Compare two schemas that stand at one site of the wire, unless they are the same."""
        if not self._sides.unchanged(old, new):
            self.enter(old, new, direction, site)

    def enter(self, old: Conjunction, new: Conjunction, direction: Direction, site: Site) -> None:
        """Compare two schemas at one site of which it is known that they are not the same."""
        textual = site.element in ("parameter", "header")
        self._pair(Edge(old, new, None, 1), direction, textual).sites.append(site)

    def pair(self, old: Conjunction, new: Conjunction, direction: Direction) -> Pair:
        """Answer what is kept of two schemas of a body, whose sites the caller adds."""
        return self._pair(Edge(old, new, None, 1), direction, False)

    def located(self) -> Iterator[Located]:
        """Judge all pairs and answer their changes with the sites they reach."""
        while self._pending:
            self._judge(self._pending.popleft())
        for pair in self._pairs.values():
            if pair.changes:
                sites, wholes = pair.reaching(), pair.wholes()
                if wholes:
                    pair.changes = [change._replace(wholes=wholes) for change in pair.changes]
                yield from [Located(change, sites) for change in pair.changes]

    def reached(self) -> set[tuple[str, str, str]]:
        """Answer the places of all schemas that were compared, as ("old" or "new", file, pointer)."""
        found = set(self._proved)
        for pair in self._pairs.values():
            found.update([("old", *spot) for spot in pair.old.key])
            found.update([("new", *spot) for spot in pair.new.key])
        return found

    def _pair(self, edge: Edge, direction: Direction, textual: bool) -> Pair:
        old, new = self._sides.old.opened(edge.old), self._sides.new.opened(edge.new)
        blind = edge.blind and (
            self._sides.old.effective(edge.old).null != self._sides.new.effective(edge.new).null
        )
        key = (old.key, new.key, direction, textual, edge.sign, blind, edge.around)
        pair = self._pairs.get(key)
        if pair is None:
            pair = self._pairs[key] = Pair(old, new, edge, direction, textual, edge.sign, blind)
            self._pending.append(pair)
        return pair

    def _judge(self, pair: Pair) -> None:
        told = walk_plain(self._sides, pair)
        if told is None:
            old, new = self._sides.old.effective(pair.edge.old), self._sides.new.effective(pair.edge.new)
            facing = Facing(old, new, pair.direction, pair.textual, pair.blind, pair.edge.around)
            differences, every = self._side_by_side.compare(facing)
            edges = [edge for edge in every if not self._sides.unchanged(edge.old, edge.new)]
            if self._may_be_rewritten(facing, differences, edges) and self._says_the_same(
                pair, strictly=any(map(self._is_object_branch, differences))
            ):
                differences, edges = _moot(differences, edges)
        else:
            differences, edges = told
        pair.changes.extend([_change(pair, difference) for difference in differences])
        for edge in edges:
            inner = edge._replace(sign=through(pair.sign, edge.sign))
            child = self._pair(inner, pair.direction, pair.textual and edge.step == "*")
            child.parents.append((pair, edge))

    def _may_be_rewritten(self, pair: Facing, differences: list[Difference], edges: list[Edge]) -> bool:
        """Answer whether a pair may differ in writing alone, by a union or a condition."""
        old, new = pair.old, pair.new
        if pair.around != OPEN or pair.blind:
            return False
        if not (old.unions or new.unions or "if" in old.subschemas or "if" in new.subschemas):
            return False
        loud = any(each.effect is not Effect.NONE for each in differences)
        return loud or any(edge.in_place and self._may_be_covered(edge) for edge in edges)

    def _may_be_covered(self, edge: Edge) -> bool:
        """Answer whether siblings may make a branch moot: never one for objects, which readers tell apart."""
        sides = self._sides.old.effective(edge.old), self._sides.new.effective(edge.new)
        return all(schema.types is not None and "object" not in schema.types for schema in sides)

    def _is_object_branch(self, row: Difference) -> bool:
        """Answer whether a branch for objects came or went; readers tell these apart though schemas don't."""
        if not _is_branch(row):
            return False
        side, part = (self._sides.old, row.old) if row.new is None else (self._sides.new, row.new)
        types = side.effective((part,)).types if part is not None else None
        return types is None or "object" in types

    def _says_the_same(self, pair: Pair, *, strictly: bool) -> bool:
        """Answer whether a pair is proved to differ in writing alone."""
        from diffing.rewriting import Rewriting

        if self._rewriting is None:
            self._rewriting = Rewriting(self._sides)
        scratch = _Scratch(self._sides, self._heirs, pair)
        proved = self._rewriting.says_the_same((pair.old, pair.new), scratch.effects, strictly=strictly)
        if proved:
            self._proved |= scratch.read
        return proved


class _Scratch(SchemaWalk):
    """Comparisons for the sake of a proof, of which nothing is kept but what was read."""

    def __init__(self, sides: Sides, heirs: tuple[Heirs, Heirs], of: Pair) -> None:
        super().__init__(sides.old, sides.new, sides.sameness, heirs)
        self._of = of
        self.read: set[tuple[str, str, str]] = set()

    def effects(self, old: Conjunction, new: Conjunction) -> Iterator[Effect]:
        """Answer what a comparison claims, as it finds it; what is too large is unknown."""
        self._pairs.clear()
        self._pending.clear()
        self._pair(Edge(old, new, None, 1), self._of.direction, self._of.textual)
        for _ in range(_MOST_PAIRS):
            if not self._pending:
                self.read |= self.reached()
                return
            pair = self._pending.popleft()
            self._judge(pair)
            yield from [change.effect for change in pair.changes]
        yield Effect.UNKNOWN

    def _says_the_same(self, pair: Pair, *, strictly: bool) -> bool:
        return False


def _moot(differences: list[Difference], edges: list[Edge]) -> tuple[list[Difference], list[Edge]]:
    """Answer what is told of schemas that accept the same: branches that came, went or changed, and words."""
    loud = any(each.effect is not Effect.NONE for each in differences)
    kept = [each for each in differences if each.effect is Effect.NONE or _is_branch(each)]
    moot = [] if loud else [edge._replace(sign=MOOT) for edge in edges]
    return [each._replace(effect=Effect.NONE) for each in kept], moot


def _is_branch(row: Difference) -> bool:
    return row.aspect in ("any-of", "one-of") and row.action in ("added", "removed")


def _change(pair: Pair, row: Difference) -> Change:
    change = Change(
        direction=pair.direction,
        element="property" if row.aspect in _MEMBERSHIP and row.subject else "schema",
        aspect=row.aspect,
        action=row.action,
        effect=row.effect,
        old=row.old,
        new=row.new,
        subject=row.subject,
        trait=row.trait,
        was=row.was,
        now=row.now,
        schemas=(pair.old, pair.new),
        by="residue" if row.aspect == "other" else "rule",
    )
    return change.seen_through(through(pair.sign, VAGUE) if row.vague else pair.sign)
