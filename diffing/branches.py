"""Which branch of an old `anyOf` or `oneOf` is which of the new one.

By reference, then by equal text, then by label (title, tag property), then by likeness; what is left
came or went. Order never counts.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from diffing import effect
from diffing.change import VAGUE
from diffing.effect import Difference
from diffing.finding import Effect
from diffing.pair import Edge
from diffing.part import Part
from diffing.readers import spellings
from diffing.readers.json_schema import SchemaReader
from diffing.sameness import Sameness
from diffing.schema import Schema, Union, canonical

Matched = tuple[list[Difference], list[Edge]]

_ASPECTS = {"anyOf": "any-of", "oneOf": "one-of"}
_ALIKE = 0.2


class Branches:
    """Match the branches of unions, old to new."""

    def __init__(self, old: SchemaReader, new: SchemaReader, sameness: Sameness) -> None:
        self._old = old
        self._new = new
        self._sameness = sameness

    def match(self, old: Union, new: Union, *, heeds_null: bool) -> Matched:
        """Answer what came and went between two unions, and the branches to compare further.

        Null is the business of both unions as wholes, unless what stands around them refuses it anyway.
        """
        before = [branch for branch in old.branches if not self._is_null(branch, self._old)]
        after = [branch for branch in new.branches if not self._is_null(branch, self._new)]
        matched, gone, come = self._pairs(before, after)
        pairs = [(a, b) for a, b in matched if not self._sameness.unchanged(a, b)]
        differences = self._kind(old, new)
        if heeds_null and self._null_moves(old, new, pairs, gone, come):
            differences.extend(self._null(old, new))
        edges: list[Edge] = []
        for a, b in pairs:
            if self._covered(a, old, self._old) and self._covered(b, new, self._new):
                if not self._sameness.equal(a, b):
                    differences.append(Difference(_ASPECTS[new.kind], "changed", Effect.NONE, a, b))
            else:
                clear = self._alone(a, old, self._old) and self._alone(b, new, self._new)
                edges.append(Edge((a,), (b,), None, 1 if clear else VAGUE, blind=True))
        differences.extend(self._lone(a, old, self._old, went=True) for a in gone)
        differences.extend(self._lone(b, new, self._new, went=False) for b in come)
        return differences, edges

    def wrap(self, whole: Schema, union: Union, *, widens: bool) -> Matched:
        """Answer how a schema relates to a union that stands in its place: one branch is it, others came."""
        inner = whole.plain
        side = self._new if widens else self._old
        scored = [
            (self._likeness(whole, side.effective((branch,))), -i) for i, branch in enumerate(union.branches)
        ]
        best, index = max(scored)
        if best < _ALIKE:
            action = "set" if widens else "unset"
            at = (None, union.part) if widens else (union.part, None)
            return [Difference(_ASPECTS[union.kind], action, Effect.SWAPS, *at)], []
        same = union.branches[-index]
        sign = 1 if self._alone(same, union, side) else VAGUE
        edge = Edge(inner, (same,), None, sign) if widens else Edge((same,), inner, None, sign)
        others = [b for b in union.branches if b is not same and not (whole.null and self._is_null(b, side))]
        return [self._lone(b, union, side, went=not widens) for b in others], [edge]

    def _kind(self, old: Union, new: Union) -> list[Difference]:
        if old.kind == new.kind:
            return []
        one, side = (old, self._old) if old.kind == "oneOf" else (new, self._new)
        clear = all(self._alone(branch, one, side) for branch in one.branches)
        moved = Effect.NONE if clear else Effect.UNKNOWN
        return [Difference("union-kind", "changed", moved, old.part, new.part, old.kind, new.kind)]

    def _null_moves(
        self, old: Union, new: Union, pairs: list[tuple[Part, Part]], gone: list[Part], come: list[Part]
    ) -> bool:
        """Answer whether a branch admits null on one side only, so that the unions may differ in it."""
        effective = self._old.effective, self._new.effective
        return (
            old.kind != new.kind
            or any(effective[0]((a,)).null != effective[1]((b,)).null for a, b in pairs)
            or any(effective[0]((a,)).null for a in gone)
            or any(effective[1]((b,)).null for b in come)
            or any(self._is_null(a, self._old) for a in old.branches)
            != any(self._is_null(b, self._new) for b in new.branches)
        )

    def _null(self, old: Union, new: Union) -> list[Difference]:
        """Compare whether two unions admit null: by one branch at least, by one alone in a `oneOf`."""
        before, after = self._nulls(old, self._old), self._nulls(new, self._new)
        was, now = (
            len(found) == 1 if union.kind == "oneOf" else bool(found)
            for found, union in ((before, old), (after, new))
        )
        if was == now:
            return []
        action, moved = ("added", Effect.WIDENS) if now else ("removed", Effect.NARROWS)
        at = before[0] if was else None, after[0] if now else None
        return [Difference("nullable", action, moved, *at, was, now)]

    def _nulls(self, union: Union, side: SchemaReader) -> list[Part]:
        schemas = [(branch, side.effective((branch,))) for branch in union.branches]
        return [branch for branch, schema in schemas if schema.null and not schema.never]

    def _lone(self, branch: Part, union: Union, side: SchemaReader, *, went: bool) -> Difference:
        action, moved = ("removed", Effect.NARROWS) if went else ("added", Effect.WIDENS)
        aspect = "nullable" if self._is_null(branch, side) else _ASPECTS[union.kind]
        if self._covered(branch, union, side) or side.effective((branch,)).never:
            moved = Effect.NONE
        old, new = (branch, None) if went else (None, branch)
        vague = not self._alone(branch, union, side)
        return Difference(aspect, action, moved, old, new, subject=_name(branch), vague=vague)

    def _is_null(self, branch: Part, side: SchemaReader) -> bool:
        return spellings.is_null(side.target(branch).node)

    def _covered(self, branch: Part, union: Union, side: SchemaReader) -> bool:
        """Answer whether a sibling accepts all that the branch accepts, so that it decides nothing.

        Of siblings that cover each other the first one decides.
        """
        if union.kind != "anyOf":
            return False
        inner = side.effective((branch,))
        mine = union.branches.index(branch)
        others = [(i, side.effective((other,))) for i, other in enumerate(union.branches) if i != mine]
        return any(_covers(other, inner) and (i < mine or not _covers(inner, other)) for i, other in others)

    def _alone(self, branch: Part, union: Union, side: SchemaReader) -> bool:
        """Answer whether no value of the branch is a sibling's too, which `oneOf` would refuse."""
        if union.kind != "oneOf" or union.tagged:
            return True
        inner = side.effective((branch,))
        return all(_apart(side.effective((other,)), inner) for other in union.branches if other is not branch)

    def _pairs(
        self, old: list[Part], new: list[Part]
    ) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
        found: list[tuple[Part, Part]] = []
        for name in (_reference, _text):
            old, new = _by(name, name, old, new, found)
        old, new = _by(self._label(self._old), self._label(self._new), old, new, found)
        return self._by_likeness(old, new, found)

    def _label(self, side: SchemaReader) -> Callable[[Part], Hashable]:
        def label(part: Part) -> Hashable:
            schema = side.effective((part,))
            title = schema.facts.get("title")
            tags = tuple(sorted(_tags(schema).items()))
            return tags or (title.value if title and isinstance(title.value, str) else None)

        return label

    def _by_likeness(
        self, old: list[Part], new: list[Part], found: list[tuple[Part, Part]]
    ) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
        scored = [
            (self._likeness(self._old.effective((a,)), self._new.effective((b,))), -i, -j)
            for i, a in enumerate(old)
            for j, b in enumerate(new)
        ]
        taken_old: set[int] = set()
        taken_new: set[int] = set()
        for score, i, j in sorted(scored, reverse=True):
            if score < _ALIKE or -i in taken_old or -j in taken_new:
                continue
            found.append((old[-i], new[-j]))
            taken_old.add(-i)
            taken_new.add(-j)
        gone = [part for index, part in enumerate(old) if index not in taken_old]
        come = [part for index, part in enumerate(new) if index not in taken_new]
        return found, gone, come

    def _likeness(self, old: Schema, new: Schema) -> float:
        if (
            old.never
            or new.never
            or effect.disjoint(old, new)
            or (old.types == frozenset()) != (new.types == frozenset())
        ):
            return 0.0
        tags, others = _tags(old), _tags(new)
        if any(tags[name] != others[name] for name in tags.keys() & others.keys()):
            return 0.0
        if old.enum is not None and new.enum is not None:
            return _jaccard(old.enum, new.enum)
        if old.properties or new.properties:
            return _jaccard(old.properties, new.properties)
        return 0.5 if old.types == new.types else 0.3


def bare(schema: Schema) -> bool:
    """Answer whether a schema asserts nothing beside its unions, or only that it is an object."""
    asserts = schema.limits or schema.required or schema.properties or schema.patterns or schema.subschemas
    words = any(name in schema.facts for name in ("pattern", "format", "multipleOf", "uniqueItems"))
    return not (asserts or words or schema.enum is not None or schema.prefix or schema.dependents) and (
        schema.types is None or schema.types == {"object"}
    )


def _covers(wide: Schema, narrow: Schema) -> bool:
    asserts = (
        wide.limits or wide.required or wide.properties or wide.patterns or wide.subschemas or wide.unions
    )
    words = any(name in wide.facts for name in ("pattern", "format", "multipleOf", "uniqueItems"))
    if asserts or words or wide.enum is not None or wide.prefix or wide.dependents or wide.never:
        return False
    if wide.types is None:
        return wide.null or not narrow.null
    return (
        narrow.types is not None
        and effect.within(narrow.types, wide.types)
        and (wide.null or not narrow.null)
    )


def _apart(one: Schema, other: Schema) -> bool:
    """Answer whether no value satisfies both, as far as types, lists of values and tags tell."""
    if one.never or other.never:
        return True
    if one.null and other.null:
        return False
    if effect.disjoint(one, other) or one.types == frozenset() or other.types == frozenset():
        return True
    if one.enum is not None and other.enum is not None and not one.enum.keys() & other.enum.keys():
        return True
    tags, others = _tags(one), _tags(other)
    if any(tags[name] != others[name] for name in tags.keys() & others.keys()):
        return True
    shut = (_foreign(one, other), other.closed), (_foreign(other, one), one.closed)
    # Two open objects, each demanding what the other does not know, meet only in values that carry names
    # their schema never mentions: like optional properties of open objects, no policy counts those.
    return all(foreign for foreign, _ in shut) or any(foreign and closed for foreign, closed in shut)


def _foreign(one: Schema, other: Schema) -> bool:
    """Answer whether one object demands a property that the other does not declare."""
    both = one.types == other.types == frozenset({"object"})
    return both and any(name not in other.properties for name in one.required)


def _by(
    old_name: Callable[[Part], Hashable],
    new_name: Callable[[Part], Hashable],
    old: list[Part],
    new: list[Part],
    found: list[tuple[Part, Part]],
) -> tuple[list[Part], list[Part]]:
    """Pair what has the same name on both sides; answer what is left of each."""
    if not old or not new:
        return old, new
    waiting: dict[Hashable, list[Part]] = {}
    for part in new:
        waiting.setdefault(new_name(part), []).append(part)
    left = []
    for part in old:
        name = old_name(part)
        if name is None or not waiting.get(name):
            left.append(part)
            continue
        found.append((part, waiting[name].pop(0)))
    taken = {part.spot for _, part in found}
    return left, [part for part in new if part.spot not in taken]


def _reference(part: Part) -> Hashable:
    node = part.node
    return node["$ref"] if isinstance(node, dict) and isinstance(node.get("$ref"), str) else None


def _text(part: Part) -> Hashable:
    return canonical(part.node)


def _tags(schema: Schema) -> dict[str, str]:
    """Answer the properties that can take one value only: what tells the branches of a union apart."""
    found = {}
    for name, conjunction in schema.properties.items():
        node = conjunction[0].node
        if not isinstance(node, dict):
            continue
        if "const" in node:
            found[name] = canonical(node["const"])
        elif isinstance(node.get("enum"), list) and len(node["enum"]) == 1:
            found[name] = canonical(node["enum"][0])
    return found


def _name(branch: Part) -> str:
    node = branch.node
    if isinstance(node, dict):
        for word in (node.get("$ref"), node.get("title")):
            if isinstance(word, str):
                return word.rpartition("/")[2]
        if isinstance(node.get("type"), str):
            return str(node["type"])
    return branch.pointer.rpartition("/")[2]


def _jaccard(one: Iterable[Any], other: Iterable[Any]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0.5
