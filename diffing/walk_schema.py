"""Walk pairs of schemas and collect their changes.

Each pair (old, new, direction) is judged once, from a work list: cycles end by themselves and no depth
is too deep. A pair knows its parents, so that afterwards every change finds the operations it reaches.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from diffing import aspects, effect
from diffing.branches import Branches, Edge, bare
from diffing.change import VAGUE, Change, Located, Site, dual, through
from diffing.effect import Difference
from diffing.finding import Direction, Effect
from diffing.part import Part
from diffing.readers.json_schema import SchemaReader, rest_of
from diffing.sameness import Sameness
from diffing.schema import ANY, Conjunction, Schema, Union, canonical

_HIDING = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
_SCALAR_FAMILIES = (
    effect.of_enum,
    effect.of_limits,
    effect.of_unique_items,
    effect.of_multiple,
    effect.of_pattern,
    effect.of_format,
    effect.of_dependent_required,
    effect.of_discriminator,
)


@dataclass(slots=True, eq=False)
class Pair:
    """Two effective schemas that stand in each other's place, and what was found between them."""

    old: Schema
    new: Schema
    direction: Direction
    textual: bool
    sign: int
    blind: bool = False
    changes: list[Change] = field(default_factory=list)
    parents: list[tuple["Pair", str | None]] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)


class SchemaWalk:
    """Collect the changes below every pair of schemas that operations put in each other's place."""

    def __init__(self, old: SchemaReader, new: SchemaReader, sameness: Sameness) -> None:
        self._old = old
        self._new = new
        self._sameness = sameness
        self._branches = Branches(old, new, sameness)
        self._pairs: dict[tuple[object, ...], Pair] = {}
        self._pending: deque[Pair] = deque()

    def add(self, old: Conjunction, new: Conjunction, direction: Direction, site: Site) -> None:
        """Compare two schemas that stand at one site of the wire."""
        textual = site.element in ("parameter", "header")
        pair = self._pair(Edge(old, new, None, 1), direction, textual)
        if pair is not None:
            pair.sites.append(site)

    def located(self) -> Iterator[Located]:
        """Judge all pairs and answer their changes with the sites they reach."""
        while self._pending:
            self._judge(self._pending.popleft())
        for pair in self._pairs.values():
            if pair.changes:
                sites = tuple(_sites(pair))
                yield from (Located(change, sites) for change in pair.changes)

    def reached(self) -> set[tuple[str, str, str]]:
        """Answer the places of all schemas that were compared, as ("old" or "new", file, pointer)."""
        found: set[tuple[str, str, str]] = set()
        for pair in self._pairs.values():
            found.update(("old", *spot) for spot in pair.old.key)
            found.update(("new", *spot) for spot in pair.new.key)
        return found

    def _pair(self, edge: Edge, direction: Direction, textual: bool) -> Pair | None:
        if self._unchanged(edge.old, edge.new):
            return None
        before, after = self._old.effective(edge.old), self._new.effective(edge.new)
        blind = edge.blind and before.null != after.null
        key = (before.key, after.key, direction, textual, edge.sign, blind)
        if key not in self._pairs:
            self._pairs[key] = Pair(before, after, direction, textual, edge.sign, blind)
            self._pending.append(self._pairs[key])
        return self._pairs[key]

    def _unchanged(self, old: Conjunction, new: Conjunction) -> bool:
        if len(old) != len(new):
            return False
        return all(self._sameness.unchanged(a, b) for a, b in zip(old, new, strict=True))

    def _equal(self, old: Conjunction, new: Conjunction) -> bool:
        return len(old) == len(new) and all(self._sameness.equal(a, b) for a, b in zip(old, new, strict=True))

    def _judge(self, pair: Pair) -> None:
        differences, edges = self._compare(pair)
        pair.changes.extend(_change(pair, difference) for difference in differences)
        for edge in edges:
            inner = edge._replace(sign=through(pair.sign, edge.sign))
            child = self._pair(inner, pair.direction, pair.textual and edge.step == "*")
            if child is not None:
                child.parents.append((pair, edge.step))

    def _compare(self, pair: Pair) -> tuple[list[Difference], list[Edge]]:
        old, new = pair.old, pair.new
        if old.never or new.never:
            return list(_of_never(old, new)), []
        if len(old.unions) != len(new.unions):
            old, new = self._old.collapsed(old), self._new.collapsed(new)
            pair = replace(pair, old=old, new=new)
        wrapped = self._wrapped(old, new)
        if wrapped is not None:
            return wrapped
        differences = list(effect.of_types(old, new, pair.textual))
        if pair.blind:
            differences = [each for each in differences if each.aspect != "nullable"]
        if effect.disjoint(old, new):
            return [*differences, *effect.of_annotations(old, new)], []
        for family in _SCALAR_FAMILIES:
            differences.extend(family(old, new))
        differences.extend(effect.of_annotations(old, new))
        differences.extend(effect.of_extras(old, new))
        edges: list[Edge] = []
        for walk in (self._nested, self._tuple, self._properties, self._maps, self._unions):
            walk(pair, differences, edges)
        return differences, edges

    def _nested(self, pair: Pair, differences: list[Difference], edges: list[Edge]) -> None:
        for row in aspects.NESTED:
            old, new = pair.old.subschemas.get(row.keyword), pair.new.subschemas.get(row.keyword)
            if old is None and new is None:
                continue
            if old is None or new is None:
                matters = row.sign != 0 and effect.relevant(row.types, pair.old, pair.new)
                came = _came_or_went(row.aspect, old, new, matters)
                differences.append(came._replace(effect=_beside_unevaluated(pair, row.keyword, came)))
            elif (old[0].node is False) != (new[0].node is False):
                closes = new[0].node is False
                moved = Effect.NARROWS if closes else Effect.WIDENS
                differences.append(
                    Difference(row.aspect, "changed", moved, old[0], new[0], old[0].node, new[0].node)
                )
            elif row.sign:
                edges.append(Edge(old, new, row.step, _sign(pair, row)))
            elif not self._equal(old, new):
                differences.append(Difference(row.aspect, "changed", Effect.UNKNOWN, old[0], new[0]))

    def _tuple(self, pair: Pair, differences: list[Difference], edges: list[Edge]) -> None:
        old, new = pair.old.prefix, pair.new.prefix
        for index, (a, b) in enumerate(zip(old, new, strict=False)):
            edges.append(Edge(a, b, str(index), 1))
        for index in range(len(old), len(new)):
            self._entry(pair.old, None, new[index], index, differences, edges)
        for index in range(len(new), len(old)):
            self._entry(pair.new, old[index], None, index, differences, edges)

    def _entry(
        self,
        other: Schema,
        old: Conjunction | None,
        new: Conjunction | None,
        index: int,
        differences: list[Difference],
        edges: list[Edge],
    ) -> None:
        """Compare a tuple's entry that only one side has with what the other says of items beyond its own."""
        rest = other.subschemas.get("items") or other.subschemas.get("unevaluatedItems")
        if rest is not None and rest[0].node is not False:
            edges.append(Edge(old or rest, new or rest, str(index), 1))
            return
        row = _came_or_went("prefix-items", old, new, True)
        closed = rest is not None
        differences.append(
            row._replace(subject=str(index), effect=dual(row.effect) if closed else row.effect)
        )

    def _maps(self, pair: Pair, differences: list[Difference], edges: list[Edge]) -> None:
        for name in {**pair.old.patterns, **pair.new.patterns}:
            self._pattern(pair, name, differences, edges)
        old, new = pair.old.dependents, pair.new.dependents
        for name in {**old, **new}:
            if name in old and name in new:
                edges.append(Edge(old[name], new[name], None, 1))
            else:
                row = _came_or_went("dependent-schema", old.get(name), new.get(name), True)
                differences.append(row._replace(subject=name))

    def _pattern(self, pair: Pair, name: str, differences: list[Difference], edges: list[Edge]) -> None:
        """Compare a pattern that only one side has with what the other says of names it doesn't know."""
        old, new = pair.old.patterns.get(name), pair.new.patterns.get(name)
        if old is not None and new is not None:
            edges.append(Edge(old, new, "*", 1))
            return
        other = pair.new if old is not None else pair.old
        row = _came_or_went("pattern-property", old, new, True)._replace(subject=name)
        rest = rest_of(other)
        shared = _speaks_of(other, name)
        if rest is not ANY and not other.closed:
            edges.append(Edge(old or rest, new or rest, "*", 1))
            if not shared:
                return
        elif other.closed:
            row = row._replace(effect=Effect.SWAPS if shared else dual(row.effect))
        differences.append(row)

    def _properties(self, pair: Pair, differences: list[Difference], edges: list[Edge]) -> None:
        if not effect.relevant(aspects.OBJECT, pair.old, pair.new):
            return
        old, new = pair.old.properties, pair.new.properties
        moved: set[tuple[str, str]] = set()
        for name in {**old, **new}:
            if name in old and name in new and self._unchanged(old[name], new[name]):
                continue
            row, edge = self._property(pair, name)
            if row is not None:
                differences.append(row)
                moved.add((name, row.action))
            if edge is not None:
                edges.append(edge)
        differences.extend(self._required(pair, moved))

    def _property(self, pair: Pair, name: str) -> tuple[Difference | None, Edge | None]:
        old, new = pair.old.properties.get(name), pair.new.properties.get(name)
        before = self._old.effective(old) if old else None
        after = self._new.effective(new) if new else None
        flag = _HIDING.get(pair.direction, "")
        visible_before = before is not None and not before.says(flag)
        visible_after = after is not None and not after.says(flag)
        if visible_before and visible_after:
            return None, Edge(old or ANY, new or ANY, name, 1)
        if visible_before == visible_after:
            return None, None
        aspect = _mutability(flag) if before is not None and after is not None else "existence"
        if visible_before:
            clashes = self._contradicts(self._new.effective(rest_of(pair.new)), before)
            trait = _trait(pair.old, name, "closed" if pair.new.closed else "")
            moved = _membership(pair.new, name in pair.old.required, clashes, Effect.WIDENS)
            return Difference(
                aspect, "removed", moved, _first(old), _first(new), subject=name, trait=trait
            ), None
        clashes = self._contradicts(self._old.effective(rest_of(pair.old)), after)
        trait = _trait(pair.new, name, _clash(pair, clashes))
        moved = _membership(pair.old, name in pair.new.required, clashes, Effect.NARROWS)
        return Difference(aspect, "added", moved, _first(old), _first(new), subject=name, trait=trait), None

    def _contradicts(self, rest: Schema, named: Schema | None) -> bool:
        """Answer whether the schema for unknown names may refuse values that a property may have."""
        if rest.never or named is None or [p.node for p in rest.plain] == [p.node for p in named.plain]:
            return False
        if not effect.within(named.types, rest.types) or (named.null and not rest.null):
            return True
        if rest.enum is not None and (named.enum is None or not named.enum.keys() <= rest.enum.keys()):
            return True
        return _asserts(rest)

    def _required(self, pair: Pair, moved: set[tuple[str, str]]) -> Iterator[Difference]:
        old, new = pair.old.required, pair.new.required
        for name in {**old, **new}:
            action, moves = ("added", Effect.NARROWS) if name in new else ("removed", Effect.WIDENS)
            if (name in old) == (name in new) or (name, action) in moved or self._hidden(pair, name):
                continue
            trait = "with-default" if name in new and self._has_default(pair, name) else ""
            if name not in pair.old.properties and name not in pair.new.properties:
                trait = "undeclared"
            yield Difference(
                "required", action, moves, old.get(name), new.get(name), subject=name, trait=trait
            )

    def _hidden(self, pair: Pair, name: str) -> bool:
        flag = _HIDING.get(pair.direction, "")
        conjunction = pair.new.properties.get(name)
        return conjunction is not None and self._new.effective(conjunction).says(flag)

    def _has_default(self, pair: Pair, name: str) -> bool:
        conjunction = pair.new.properties.get(name)
        return conjunction is not None and "default" in self._new.effective(conjunction).facts

    def _unions(self, pair: Pair, differences: list[Difference], edges: list[Edge]) -> None:
        old, new = pair.old.unions, pair.new.unions
        old, new = _in_step(old, new)
        heeds = pair.old.null and pair.new.null and not (pair.blind or pair.textual)
        for a, b in zip(old, new, strict=False):
            found, inner = self._branches.match(a, b, heeds_null=heeds)
            differences.extend(found)
            edges.extend(inner)
        for union in new[len(old) :]:
            differences.append(_union_difference(union.kind, "set", Effect.NARROWS, None, union.part))
        for union in old[len(new) :]:
            differences.append(_union_difference(union.kind, "unset", Effect.WIDENS, union.part, None))

    def _wrapped(self, old: Schema, new: Schema) -> tuple[list[Difference], list[Edge]] | None:
        """Answer the comparison of a schema with a union that took its place; None where neither is one."""
        if len(new.unions) == 1 and not old.unions and _wraps(new, old):
            return self._branches.wrap(old, new.unions[0], widens=True)
        if len(old.unions) == 1 and not new.unions and _wraps(old, new):
            return self._branches.wrap(new, old.unions[0], widens=False)
        return None


_TAKES_FROM = {
    "items": "unevaluatedItems",
    "contains": "unevaluatedItems",
    "additionalProperties": "unevaluatedProperties",
}
"""Keywords whose values `unevaluated…` no longer sees."""


def _beside_unevaluated(pair: Pair, keyword: str, row: Difference) -> Effect:
    """Answer what a subschema does that takes values away from what is left for `unevaluated…`."""
    word = _TAKES_FROM.get(keyword, "")
    rests = [side.subschemas[word][0].node for side in (pair.old, pair.new) if word in side.subschemas]
    subschema = row.was if row.new is None else row.now
    if len(rests) < 2 or subschema is False or row.effect is Effect.NONE:
        return row.effect
    matched = keyword == "contains" or any("contains" in side.subschemas for side in (pair.old, pair.new))
    return dual(row.effect) if rests == [False, False] and not matched else Effect.SWAPS


def _asserts(schema: Schema) -> bool:
    """Answer whether a schema asks for more than types and listed values."""
    words = any(name in schema.facts for name in ("pattern", "format", "multipleOf", "uniqueItems"))
    names = schema.required or schema.properties or schema.patterns or schema.dependents
    return bool(words or names or schema.limits or schema.subschemas or schema.unions or schema.prefix)


def _sign(pair: Pair, row: aspects.Nested) -> int:
    """Answer how a change inside a subschema acts outside: both ways where matches are counted from above."""
    counted = any("maxContains" in side.limits for side in (pair.old, pair.new))
    return VAGUE if row.keyword == "contains" and counted else row.sign


def _speaks_of(schema: Schema, pattern: str) -> bool:
    """Answer whether a schema itself may describe names that match a pattern."""
    if schema.patterns or schema.unions or schema.dependents:
        return True
    if not schema.properties:
        return False
    from diffing.languages import matches

    return any(matches(pattern, name) is not False for name in schema.properties)


def _wraps(union: Schema, whole: Schema) -> bool:
    """Answer whether a union may stand for a schema: beside its branches it asks for nothing else."""
    return bare(union) and not bare(whole) and effect.within(whole.types, union.types)


def _first(conjunction: Conjunction | None) -> Part | None:
    return conjunction[0] if conjunction else None


def _mutability(flag: str) -> str:
    return {"readOnly": "read-only", "writeOnly": "write-only"}[flag]


def _trait(schema: Schema, name: str, mark: str) -> str:
    word = "required" if name in schema.required else "optional"
    return f"{word}-{mark}" if mark else word


def _clash(pair: Pair, contradicts: bool) -> str:
    """Say how a property that joins clashes with what the old schema said of names it didn't know."""
    if pair.direction is Direction.RESPONSE:
        return "closed" if pair.old.closed else ""
    return "contradicting" if contradicts else ""


def _membership(other: Schema, required: bool, contradicts: bool, open_effect: Effect) -> Effect:
    """Answer what a property does that only one side declares: in a closed object the other way round."""
    if not other.closed:
        return Effect.SWAPS if contradicts else open_effect
    if required:
        return Effect.SWAPS
    return Effect.WIDENS if open_effect is Effect.NARROWS else Effect.NARROWS


def _came_or_went(
    aspect: str, old: Conjunction | None, new: Conjunction | None, relevant: bool
) -> Difference:
    part = (old or new or ANY)[0]
    action, moved = ("removed", Effect.WIDENS) if new is None else ("added", Effect.NARROWS)
    return Difference(
        aspect,
        action,
        moved if relevant else Effect.NONE,
        part if new is None else None,
        part if new is not None else None,
        part.node if new is None else None,
        part.node if new is not None else None,
    )


def _in_step(old: tuple[Union, ...], new: tuple[Union, ...]) -> tuple[tuple[Union, ...], tuple[Union, ...]]:
    """Put unions with equal text first on both sides, in one order; where each stands does not count."""
    if len(old) < 2 and len(new) < 2:
        return old, new
    texts = {canonical(union.part.node): union for union in new}
    alike = [(union, texts.pop(canonical(union.part.node), None)) for union in old]
    pairs = [(a, b) for a, b in alike if b is not None]
    left = [a for a, b in alike if b is None]
    rest = [union for union in new if all(union is not b for _, b in pairs)]
    return (*(a for a, _ in pairs), *left), (*(b for _, b in pairs), *rest)


def _union_difference(
    kind: str, action: str, moved: Effect, old: Part | None, new: Part | None
) -> Difference:
    return Difference({"anyOf": "any-of", "oneOf": "one-of"}[kind], action, moved, old, new)


def _of_never(old: Schema, new: Schema) -> Iterator[Difference]:
    if old.never != new.never:
        moved = Effect.WIDENS if old.never else Effect.NARROWS
        yield Difference("schema", "changed", moved, old.part, new.part, old.part.node, new.part.node)


def _change(pair: Pair, row: Difference) -> Change:
    change = Change(
        direction=pair.direction,
        element="property"
        if row.aspect in ("existence", "required", "read-only", "write-only") and row.subject
        else "schema",
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


_Link = tuple[str, Any] | None
"""A path as a chain, nearest step first, so that walking up a long way costs no copies."""


def _sites(pair: Pair) -> Iterator[Site]:
    """Answer every site that reaches a pair, nearest first, each with the shortest path from it."""
    seen = {id(pair)}
    pending: deque[tuple[Pair, _Link]] = deque([(pair, None)])
    while pending:
        at, link = pending.popleft()
        if at.sites:
            path = tuple(_steps(link))
            yield from (Site(site.reach, site.element, site.path + path) for site in at.sites)
        for parent, step in at.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                pending.append((parent, link if step is None else (step, link)))


def _steps(link: _Link) -> Iterator[str]:
    while link is not None:
        step, link = link
        yield step
