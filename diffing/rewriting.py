"""Prove that two schemas with unions or conditions accept the same, however these are written.

Both are taken apart into alternatives: a value is legal where it satisfies one of them. Where each of them
lies within one of the other side, both say the same. What can't be proved this way stays as it was compared.
"""

from collections.abc import Callable, Iterable
from itertools import chain, product
from typing import Any, NamedTuple

from diffing.effect import disjoint
from diffing.finding import Effect
from diffing.pair import Sides
from diffing.part import Part
from diffing.readers.json_schema import SchemaReader
from diffing.readers.opened import COMPOSING, Opened
from diffing.schema import Conjunction, Schema
from diffing.siblings import apart

MOST = 12
"""Alternatives of a side; more are not worth the while."""
_CONDITION = ("if", "then", "else")
_DROPPED = COMPOSING | {*_CONDITION}
_SCOPED = frozenset({"unevaluatedProperties", "unevaluatedItems"})
_NULL = {"type": "null"}
Effects = Callable[[Conjunction, Conjunction], Iterable[Effect]]
"""What a comparison of two conjunctions claims, found as it is asked for."""


class Rewriting:
    """The proofs of one comparison; parts that stand in no text are made once, and kept."""

    def __init__(self, sides: Sides) -> None:
        """Keep who reads the schemas."""
        self._sides = sides
        self._made: dict[tuple[int, str], Part] = {}

    def says_the_same(self, opened: tuple[Opened, Opened], effects: Effects, *, strictly: bool) -> bool:
        """Answer whether two schemas are proved to accept the same; `strictly` where a twin is asked for."""
        if any(map(_is_beyond, opened)):
            return False
        old = self._alternatives(self._sides.old, opened[0])
        new = self._alternatives(self._sides.new, opened[1])
        if not (old.is_exact and new.is_exact):
            return old.is_choice and new.is_choice and _are_twins(old, new, effects)
        if not (old.conditions and new.conditions):
            old, new = self._split(old, new.conditions), self._split(new, old.conditions)
        return max(len(old.found), len(new.found)) <= MOST and _are_covered(old, new, effects, strictly)

    def _alternatives(self, side: SchemaReader, opened: Opened) -> "_Alternatives":
        bare = tuple(self._bare(part) for part in opened.plain)
        wholes = [bare]
        if opened.excused:
            strict = [self._bare(part) for part in opened.plain if part.spot not in opened.excused]
            wholes.append((*strict, self._part(_NULL, opened.first, "null")))
        conditions = tuple(part for part in opened.plain if _is_condition(part))
        choices = product(
            wholes, product(*(u.branches for u in opened.unions)), product(*map(self._outcomes, conditions))
        )
        found = [(*whole, *branches, *chain.from_iterable(outcomes)) for whole, branches, outcomes in choices]
        is_exact = all(union.kind == "anyOf" for union in opened.unions) or _are_apart(side, found)
        (kind, *others) = [union.kind for union in opened.unions] or ["none"]
        is_choice = kind == "oneOf" and not others and len(found) == len(opened.unions[0].branches)
        return _Alternatives(side, found, conditions, is_exact, is_choice)

    def _split(self, alternatives: "_Alternatives", conditions: Conjunction) -> "_Alternatives":
        """Take each alternative apart by conditions of the other side, which changes nothing by itself."""
        found = alternatives.found
        for part in conditions:
            found = [(*each, more) for each in found for more in (part.child("if"), self._negated(part))]
        return alternatives._replace(found=found)

    def _outcomes(self, part: Part) -> list[Conjunction]:
        """Answer what holds where a condition does, and what holds where it doesn't."""
        then, otherwise = (tuple(filter(None, [part.get(word)])) for word in ("then", "else"))
        return [(part.child("if"), *then), (self._negated(part), *otherwise)]

    def _negated(self, part: Part) -> Part:
        return self._part({"not": part.node["if"]}, part, "not")

    def _bare(self, part: Part) -> Part:
        """Answer what a part says by itself, without what it is made of and its condition."""
        if not isinstance(part.node, dict) or _DROPPED.isdisjoint(part.node):
            return part
        return self._part({k: v for k, v in part.node.items() if k not in _DROPPED}, part, "bare")

    def _part(self, node: dict[str, Any], beside: Part, mark: str) -> Part:
        made = Part(node, beside.file, f"{beside.pointer}~#{mark}")
        return self._made.setdefault((id(beside.node), made.pointer), made)


class _Alternatives(NamedTuple):
    """What one side accepts, taken apart.

    `is_exact` where a value of two alternatives is legal as well; `is_choice` where they are the branches of
    one `oneOf`.
    """

    side: SchemaReader
    found: list[Conjunction]
    conditions: Conjunction
    is_exact: bool
    is_choice: bool


def _are_apart(side: SchemaReader, found: list[Conjunction]) -> bool:
    schemas = [side.effective(each) for each in found]
    return all(apart(a, b) for at, a in enumerate(schemas) for b in schemas[:at])


def _are_covered(old: _Alternatives, new: _Alternatives, effects: Effects, strictly: bool) -> bool:
    """Answer whether each alternative lies within one of the other side, or is one of it."""
    wider, narrower = (Effect.NONE, Effect.NONE) if strictly else (Effect.WIDENS, Effect.NARROWS)
    ours, theirs = _possible(old), _possible(new)
    return all(any(_is_quiet(a, b, (old, new), effects, wider) for b in theirs) for a in ours) and all(
        any(_is_quiet(a, b, (old, new), effects, narrower) for a in ours) for b in theirs
    )


def _possible(alternatives: _Alternatives) -> list[Conjunction]:
    return [each for each in alternatives.found if not alternatives.side.effective(each).never]


def _are_twins(old: _Alternatives, new: _Alternatives, effects: Effects) -> bool:
    """Answer whether each alternative is one of the other side, so that as many of them hold."""
    left = _possible(new)
    for a in _possible(old):
        twin = next((b for b in left if _is_quiet(a, b, (old, new), effects, Effect.NONE)), None)
        if twin is None:
            return False
        left.remove(twin)
    return not left


def _is_quiet(
    a: Conjunction, b: Conjunction, sides: tuple[_Alternatives, _Alternatives], effects: Effects, let: Effect
) -> bool:
    """Answer whether a comparison claims nothing but an effect that is let pass."""
    if _are_strangers(sides[0].side.effective(a), sides[1].side.effective(b)):
        return False
    return all(effect in (Effect.NONE, let) for effect in effects(a, b))


def _are_strangers(old: Schema, new: Schema) -> bool:
    """Answer, at once, whether two schemas have so little in common that neither lies within the other."""
    return disjoint(old, new) and not (old.null and new.null)


def _is_beyond(opened: Opened) -> bool:
    """Answer whether more than alternatives decides, or more of them than are worth the while."""
    count = 2 if opened.excused else 1
    for union in opened.unions:
        if union.tagged:
            return True
        count *= len(union.branches)
    for part in opened.plain:
        if isinstance(part.node, dict):
            if not _SCOPED.isdisjoint(part.node):
                return True
            count *= 2 if "if" in part.node else 1
        elif not isinstance(part.node, bool):
            return True
    return count > MOST or bool(opened.dangling) or not opened.plain


def _is_condition(part: Part) -> bool:
    return isinstance(part.node, dict) and "if" in part.node
