"""Compare the properties of two objects: which a direction shows, which must be there."""

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from diffing import aspects, effect
from diffing.change import dual
from diffing.effect import Difference
from diffing.finding import Direction, Effect
from diffing.pair import HIDING, Edge, Facing, Sides
from diffing.part import Part
from diffing.readers.json_schema import SchemaReader, rest_of
from diffing.schema import ANY, Conjunction, Schema

if TYPE_CHECKING:
    from diffing.enclosure import Enclosure


def properties(sides: Sides, pair: Facing, differences: list[Difference], edges: list[Edge]) -> None:
    """Compare the properties that either side declares, and those that it demands."""
    if not effect.relevant(aspects.OBJECT, pair.old, pair.new):
        return
    old, new = pair.old.properties, pair.new.properties
    moved: set[tuple[str, str]] = set()
    for name in {**old, **new}:
        if name in old and name in new and sides.unchanged(old[name], new[name]):
            continue
        row, edge = _property(sides, pair, name)
        if row is not None:
            differences.append(row)
            moved.add((name, row.action))
        if edge is not None:
            edges.append(edge)
    differences.extend(_required(sides, pair, moved))


def _property(sides: Sides, pair: Facing, name: str) -> tuple[Difference | None, Edge | None]:
    old, new = pair.old.properties.get(name), pair.new.properties.get(name)
    flag = HIDING[pair.direction]
    forbidden_before, forbidden_after = _is_forbidden(old), _is_forbidden(new)
    visible_before = old is not None and not forbidden_before and not sides.old.says(old, flag)
    visible_after = new is not None and not forbidden_after and not sides.new.says(new, flag)
    if visible_before and visible_after:
        return None, Edge(old or ANY, new or ANY, name, 1)
    if visible_before == visible_after:
        return None, _forbidden(sides, pair, name) if forbidden_before != forbidden_after else None
    flagged = old is not None and new is not None and not (forbidden_before or forbidden_after)
    aspect = _mutability(flag) if flagged else "existence"
    if visible_before:
        standing = _standing(sides.new, pair.new, name, sides.old.effective(old or ANY), pair.around[1])
        trait = _trait(pair.old, name, "closed" if standing is _Standing.SHUT else "")
        effect_there = _MEMBERSHIP[standing](Effect.WIDENS, name in pair.old.required)
        action = "removed"
    else:
        standing = _standing(sides.old, pair.old, name, sides.new.effective(new or ANY), pair.around[0])
        trait = _trait(pair.new, name, _clash(pair, standing))
        effect_there = _MEMBERSHIP[standing](Effect.NARROWS, name in pair.new.required)
        action = "added"
    at = _first(old), _first(new)
    return Difference(aspect, action, effect_there, *at, subject=name, trait=trait), None


def _is_forbidden(conjunction: Conjunction | None) -> bool:
    """Answer whether a property is declared as one that is never there."""
    if conjunction is None:
        return False
    first, *others = conjunction
    return first.node is False or any(part.node is False for part in others)


def _forbidden(sides: Sides, pair: Facing, name: str) -> Edge | None:
    """Compare a name that one side declares as never there with what the other says of unknown names."""
    old, new = pair.old.properties.get(name), pair.new.properties.get(name)
    if old is not None and new is not None:  # hidden from this direction on the other side
        return None
    other, schema = (sides.new, pair.new) if new is None else (sides.old, pair.old)
    rest = ANY if _is_matched(schema, name) is not False else rest_of(schema)
    if other.effective(rest).never:
        return None
    return Edge(old or rest, new or rest, name, 1)


class _Standing(Enum):
    """How a property that only one side declares stands to what the other says of unknown names."""

    WITHIN = "every value of it was legal anyway"
    CLASHES = "some values of it are refused, or may be"
    VEILED = "what stands around it may refuse it, or not"
    SHUT = "there may be no such name"


def _standing(
    side: SchemaReader, schema: Schema, name: str, named: Schema, around: "Enclosure | None"
) -> _Standing:
    if _is_forbidden(schema.properties.get(name)):
        return _Standing.SHUT
    matched = _is_matched(schema, name)
    if matched is None:
        return _Standing.CLASHES
    if "unevaluatedProperties" in schema.subschemas and not matched:
        from diffing.enclosure import told_in_place

        names, patterns = told_in_place(side, schema)
        if patterns or name in names:
            return _Standing.VEILED
    if around is not None and not matched and rest_of(schema) is ANY:
        return _Standing.SHUT if around.is_shut and name not in around.names else _Standing.VEILED
    rest = side.effective(ANY if matched else rest_of(schema))
    if rest.never:
        return _Standing.SHUT
    return _Standing.CLASHES if _contradicts(rest, named) else _Standing.WITHIN


def _is_matched(schema: Schema, name: str) -> bool | None:
    """Answer whether a pattern speaks of a name, so that it is not unknown; None: perhaps."""
    if not schema.patterns or rest_of(schema) is ANY:
        return False
    from diffing.languages import matches

    found = {matches(pattern, name) for pattern in schema.patterns}
    return True if True in found else None if None in found else False


def _contradicts(rest: Schema, named: Schema) -> bool:
    """Answer whether the schema for unknown names may refuse values that a property may have."""
    if [p.node for p in rest.plain] == [p.node for p in named.plain]:
        return False
    if not effect.within(named.types, rest.types) or (named.null and not rest.null):
        return True
    if rest.enum is not None and (named.enum is None or not named.enum.keys() <= rest.enum.keys()):
        return True
    return _asserts(rest)


def _asserts(schema: Schema) -> bool:
    """Answer whether a schema asks for more than types and listed values."""
    words = any(name in schema.facts for name in ("pattern", "format", "multipleOf", "uniqueItems"))
    names = schema.required or schema.properties or schema.patterns or schema.dependents
    return bool(words or names or schema.limits or schema.subschemas or schema.unions or schema.prefix)


def _required(sides: Sides, pair: Facing, moved: set[tuple[str, str]]) -> Iterator[Difference]:
    old, new = pair.old.required, pair.new.required
    for name in {**old, **new}:
        if (name in old) == (name in new):
            continue
        action, moves = ("added", Effect.NARROWS) if name in new else ("removed", Effect.WIDENS)
        if (name, action) in moved or _hidden(sides, pair, name):
            continue
        trait = "with-default" if name in new and _has_default(sides, pair, name) else ""
        if name not in pair.old.properties and name not in pair.new.properties:
            trait = "undeclared"
        yield Difference("required", action, moves, old.get(name), new.get(name), subject=name, trait=trait)


def _hidden(sides: Sides, pair: Facing, name: str) -> bool:
    conjunction = pair.new.properties.get(name)
    return conjunction is not None and sides.new.says(conjunction, HIDING[pair.direction])


def _has_default(sides: Sides, pair: Facing, name: str) -> bool:
    conjunction = pair.new.properties.get(name)
    return conjunction is not None and "default" in sides.new.effective(conjunction).facts


def _first(conjunction: Conjunction | None) -> Part | None:
    return conjunction[0] if conjunction else None


def _mutability(flag: str) -> str:
    return {"readOnly": "read-only", "writeOnly": "write-only"}[flag]


def _trait(schema: Schema, name: str, mark: str) -> str:
    word = "required" if name in schema.required else "optional"
    return f"{word}-{mark}" if mark else word


def _clash(pair: Facing, standing: _Standing) -> str:
    """Say how a property that joins clashes with what the old schema said of names it didn't know."""
    if pair.direction is Direction.RESPONSE and standing in (_Standing.SHUT, _Standing.VEILED):
        return "closed"
    return "contradicting" if standing in (_Standing.CLASHES, _Standing.VEILED) else ""


def _turned(moved: Effect, required: bool) -> Effect:
    return Effect.SWAPS if required else dual(moved)


_MEMBERSHIP = {
    _Standing.WITHIN: lambda moved, required: moved,
    _Standing.CLASHES: lambda moved, required: Effect.SWAPS,
    _Standing.VEILED: lambda moved, required: Effect.SWAPS,
    _Standing.SHUT: _turned,
}
"""What a property does that only one side declares: in a closed object the other way round."""
