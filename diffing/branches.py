"""What changes between two unions: branches that came and went, null, and what to compare further."""

from diffing.change import VAGUE, dual
from diffing.effect import Difference
from diffing.equality import worded
from diffing.finding import Effect
from diffing.likeness import ALIKE, likeness, paired
from diffing.pair import Edge
from diffing.part import Part
from diffing.readers import spellings
from diffing.readers.json_schema import SchemaReader
from diffing.sameness import Sameness
from diffing.schema import Schema, Union
from diffing.siblings import Siblings

Matched = tuple[list[Difference], list[Edge]]

_NAMING = frozenset({"title", "description"})
_ASPECTS = {"anyOf": "any-of", "oneOf": "one-of"}


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
        matched, gone, come = paired(before, after, self._old, self._new)
        ours, theirs = Siblings(old, self._old), Siblings(new, self._new)
        pairs = [(a, b) for a, b in matched if not self._sameness.unchanged(a, b)]
        if len(pairs) > 1 and not (old.tagged or new.tagged):
            pairs = self._exchanged(pairs)
        differences = self._kind(old, new)
        if heeds_null and self._null_moves(old, new, pairs, gone, come):
            differences.extend(self._null(old, new))
        edges: list[Edge] = []
        for a, b in pairs:
            if ours.covered(a) and theirs.covered(b):
                if not self._sameness.equal(a, b):
                    differences.append(Difference(_ASPECTS[new.kind], "changed", Effect.NONE, a, b))
            else:
                clear = ours.alone(a) and theirs.alone(b)
                edges.append(Edge((a,), (b,), None, 1 if clear else VAGUE, blind=True, in_place=True))
        differences.extend(self._lone(a, old, ours, went=True) for a in gone)
        differences.extend(self._lone(b, new, theirs, went=False) for b in come)
        return differences, edges

    def _exchanged(self, pairs: list[tuple[Part, Part]]) -> list[tuple[Part, Part]]:
        """Pair branches that exchanged their names, or titles, by what they say."""
        free = {self._said(b, self._new): b for _, b in pairs}
        mates = {a.spot: free[said] for a, _ in pairs if (said := self._said(a, self._old)) in free}
        if not mates or len({mate.spot for mate in mates.values()}) < len(mates):
            return pairs
        taken = {mate.spot for mate in mates.values()}
        left = [b for _, b in pairs if b.spot not in taken]
        kept = [(a, b) for a, b in pairs if a.spot not in mates and b.spot not in taken]
        lonely = [a for a, b in pairs if a.spot not in mates and b.spot in taken]
        others = [b for b in left if all(b is not kept_b for _, kept_b in kept)]
        exchanged = [(a, mates[a.spot]) for a, _ in pairs if a.spot in mates]
        return [*exchanged, *kept, *zip(lonely, others, strict=True)]

    def _said(self, branch: Part, side: SchemaReader) -> object:
        node = side.target(branch).node
        if not isinstance(node, dict):
            return worded(node)
        return worded({key: value for key, value in node.items() if key not in _NAMING})

    def wrap(self, whole: Schema, union: Union, *, widens: bool) -> Matched:
        """Answer how a schema relates to a union that stands in its place: one branch is it, others came."""
        inner = whole.plain
        side = self._new if widens else self._old
        siblings = Siblings(union, side)
        deciding = [branch for branch in union.branches if not siblings.covered(branch)]
        best, index = max((likeness(whole, side.effective((each,))), -i) for i, each in enumerate(deciding))
        if best < ALIKE:
            action = "set" if widens else "unset"
            at = (None, union.part) if widens else (union.part, None)
            return [Difference(_ASPECTS[union.kind], action, Effect.SWAPS, *at)], []
        same = deciding[-index]
        sign = 1 if siblings.alone(same) else VAGUE
        old, new = (inner, (same,)) if widens else ((same,), inner)
        edge = Edge(old, new, None, sign, in_place=True)
        others = [b for b in union.branches if b is not same and not (whole.null and self._is_null(b, side))]
        return [self._lone(b, union, siblings, went=not widens) for b in others], [edge]

    def _kind(self, old: Union, new: Union) -> list[Difference]:
        if old.kind == new.kind:
            return []
        one, side = (old, self._old) if old.kind == "oneOf" else (new, self._new)
        siblings = Siblings(one, side)
        clear = all(siblings.alone(branch) for branch in one.branches)
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

    def _lone(self, branch: Part, union: Union, siblings: Siblings, *, went: bool) -> Difference:
        side = self._old if went else self._new
        action, moved = ("removed", Effect.NARROWS) if went else ("added", Effect.WIDENS)
        aspect = "nullable" if self._is_null(branch, side) else _ASPECTS[union.kind]
        if siblings.covered(branch) or side.effective((branch,)).never:
            moved = Effect.NONE
        old, new = (branch, None) if went else (None, branch)
        if siblings.refused(branch):
            return Difference(aspect, action, dual(moved), old, new, subject=_name(branch))
        vague = not siblings.alone(branch)
        return Difference(aspect, action, moved, old, new, subject=_name(branch), vague=vague)

    def _is_null(self, branch: Part, side: SchemaReader) -> bool:
        return spellings.is_null(side.target(branch).node)


def _name(branch: Part) -> str:
    node = branch.node
    if isinstance(node, dict):
        for word in (node.get("$ref"), node.get("title")):
            if isinstance(word, str):
                return word.rpartition("/")[2]
        if isinstance(node.get("type"), str):
            return str(node["type"])
    return branch.pointer.rpartition("/")[2]
