"""Compare what a schema says of items, of names it does not list, and under conditions."""

from collections.abc import Callable

from diffing import aspects, effect
from diffing.change import VAGUE, dual
from diffing.effect import Difference
from diffing.finding import Effect
from diffing.pair import Edge, Facing, Sides
from diffing.readers.json_schema import rest_of
from diffing.schema import ANY, Conjunction, Schema

_TAKES_FROM = {
    "items": "unevaluatedItems",
    "contains": "unevaluatedItems",
    "additionalProperties": "unevaluatedProperties",
}
"""Keywords whose values `unevaluated…` no longer sees."""
_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")


_CLOSING: dict[int, Callable[[Effect], Effect]] = {
    1: lambda moved: moved,
    -1: dual,
    0: lambda _moved: Effect.UNKNOWN,
}
"""What a subschema that accepts nothing any more does outside, by the sign of its keyword."""


def nested(sides: Sides, pair: Facing, differences: list[Difference], edges: list[Edge]) -> None:
    """Compare the keywords that hold one subschema."""
    if not (pair.old.subschemas or pair.new.subschemas):
        return
    for row in aspects.NESTED:
        old, new = pair.old.subschemas.get(row.keyword), pair.new.subschemas.get(row.keyword)
        if old is None and new is None:
            continue
        if old is None or new is None:
            matters = row.sign != 0 and effect.relevant(row.types, pair.old, pair.new)
            if row.keyword == "not" and matters:
                matters = not _excludes_nothing(sides, pair)
            came = _came_or_went(row.aspect, old, new, matters)
            differences.append(came._replace(effect=_beside_unevaluated(pair, row.keyword, came)))
        elif (old[0].node is False) != (new[0].node is False):
            closes = new[0].node is False
            moved = _CLOSING[row.sign](Effect.NARROWS if closes else Effect.WIDENS)
            at = old[0], new[0], old[0].node, new[0].node
            vague = _sign(pair, row) == VAGUE
            differences.append(Difference(row.aspect, "changed", moved, *at, vague=vague))
        elif row.sign:
            in_place = row.keyword in ("then", "else")
            edges.append(Edge(old, new, row.step, _sign(pair, row), in_place=in_place))
        elif not sides.equal(old, new):
            differences.append(Difference(row.aspect, "changed", Effect.UNKNOWN, old[0], new[0]))


def entries(_sides: Sides, pair: Facing, differences: list[Difference], edges: list[Edge]) -> None:
    """Compare the entries of a tuple by position."""
    old, new = pair.old.prefix, pair.new.prefix
    for index, (a, b) in enumerate(zip(old, new, strict=False)):
        edges.append(Edge(a, b, str(index), 1))
    for index in range(len(old), len(new)):
        _entry(pair.old, None, new[index], index, differences, edges)
    for index in range(len(new), len(old)):
        _entry(pair.new, old[index], None, index, differences, edges)


def _entry(
    other: Schema,
    old: Conjunction | None,
    new: Conjunction | None,
    index: int,
    differences: list[Difference],
    edges: list[Edge],
) -> None:
    """Compare a tuple's entry that only one side has with what the other says of items beyond its own."""
    rest = other.subschemas.get("items") or other.subschemas.get("unevaluatedItems")
    if rest is not None and "items" not in other.subschemas and "contains" in other.subschemas:
        row = _came_or_went("prefix-items", old, new, True)  # a match may tell the item as well
        differences.append(row._replace(subject=str(index), effect=Effect.SWAPS))
        return
    if rest is not None and rest[0].node is not False:
        edges.append(Edge(old or rest, new or rest, str(index), 1))
        return
    if rest is None and all(part.node is True or part.node == {} for part in old or new or ()):
        return
    row = _came_or_went("prefix-items", old, new, True)
    closed = rest is not None
    differences.append(row._replace(subject=str(index), effect=dual(row.effect) if closed else row.effect))


def maps(_sides: Sides, pair: Facing, differences: list[Difference], edges: list[Edge]) -> None:
    """Compare the schemas that hold for names of a pattern, or where a name is present."""
    for name in {**pair.old.patterns, **pair.new.patterns}:
        _pattern(pair, name, differences, edges)
    old, new = pair.old.dependents, pair.new.dependents
    for name in {**old, **new}:
        if name in old and name in new:
            edges.append(Edge(old[name], new[name], None, 1, in_place=True))
        else:
            row = _came_or_went("dependent-schema", old.get(name), new.get(name), True)
            differences.append(row._replace(subject=name))


def _pattern(pair: Facing, name: str, differences: list[Difference], edges: list[Edge]) -> None:
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


def _beside_unevaluated(pair: Facing, keyword: str, row: Difference) -> Effect:
    """Answer what a subschema does that takes values away from what is left for `unevaluated…`."""
    if keyword in ("then", "else"):
        scoped = any(word in side.subschemas for side in (pair.old, pair.new) for word in _UNEVALUATED)
        return Effect.SWAPS if scoped and row.effect is not Effect.NONE else row.effect
    word = _TAKES_FROM.get(keyword, "")
    rests = [side.subschemas[word][0].node for side in (pair.old, pair.new) if word in side.subschemas]
    subschema = row.was if row.new is None else row.now
    if len(rests) < 2 or subschema is False or row.effect is Effect.NONE:
        return row.effect
    matched = keyword == "contains" or any("contains" in side.subschemas for side in (pair.old, pair.new))
    return dual(row.effect) if rests == [False, False] and not matched else Effect.SWAPS


def _sign(pair: Facing, row: aspects.Nested) -> int:
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


def _excludes_nothing(sides: Sides, pair: Facing) -> bool:
    """Answer whether what one side's `not` excludes could not come anyway, by types or listed values."""
    side, schema = (sides.old, pair.old) if "not" in pair.old.subschemas else (sides.new, pair.new)
    excluded = schema.subschemas["not"]
    return bool(schema.plain) and side.effective((*schema.plain, *excluded)).never


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
