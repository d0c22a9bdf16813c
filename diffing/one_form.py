"""Give two schemas one form where each says the same in its own: lists and objects that are empty or bounded
in two ways, whole numbers as integers or as multiples.

Only what differs in form between the two is rewritten, so that a finding speaks of what stands in the text.
"""

from collections.abc import Callable
from dataclasses import replace

from diffing.part import Part
from diffing.schema import Conjunction, Fact, Schema

_LONGEST = 8
"""Entries that a bounded list is written out to."""
_NAMED = frozenset({"additionalProperties", "propertyNames"})
_NUMBER, _INTEGER = "number", "integer"
Form = Callable[[Schema, Schema], tuple[Schema, Schema]]


def in_one_form(old: Schema, new: Schema) -> tuple[Schema, Schema]:
    """Answer both schemas in one form."""
    for form in _FORMS:
        old, new = form(old, new)
    return old, new


def _whole_numbers(old: Schema, new: Schema) -> tuple[Schema, Schema]:
    """Let multiples of an integer be integers where the other side says so."""
    if _steps(old) == _steps(new) or not any(_INTEGER in (side.types or ()) for side in (old, new)):
        return old, new
    return _as_integers(old), _as_integers(new)


def _steps(schema: Schema) -> tuple[object, ...]:
    return schema.facts["multipleOf"].value if "multipleOf" in schema.facts else ()


def _as_integers(schema: Schema) -> Schema:
    steps, types = _steps(schema), schema.types
    if types is None or not any(
        step == int(step) and step for step in steps if isinstance(step, int | float)
    ):
        return schema
    types = frozenset(_INTEGER if word == _NUMBER else word for word in types)
    facts = {key: fact for key, fact in schema.facts.items() if key != "multipleOf" or set(steps) != {1}}
    return replace(schema, types=types, facts=facts)


def _lists(old: Schema, new: Schema) -> tuple[Schema, Schema]:
    """Let a list that ends with its entries have a greatest length where the other side has one."""
    ends = _ends(old), _ends(new)
    if ends[0] == ends[1] or not all(
        "maxItems" in side.limits or end for side, end in zip((old, new), ends, strict=True)
    ):
        return old, new
    old, new = _bounded(old), _bounded(new)
    count = min(int(side.limits["maxItems"].value) for side in (old, new) if "maxItems" in side.limits)
    return (_written_out(old, count), _written_out(new, count)) if count <= _LONGEST else (old, new)


def _ends(schema: Schema) -> bool:
    items = schema.subschemas.get("items")
    return items is not None and items[0].node is False


def _bounded(schema: Schema) -> Schema:
    if not _ends(schema) or "unevaluatedItems" in schema.subschemas:
        return schema
    most, length = schema.limits.get("maxItems"), len(schema.prefix)
    if most is None or most.value > length:
        most = Fact(length, schema.subschemas["items"][0])
    return replace(schema, subschemas=_without(schema, "items"), limits={**schema.limits, "maxItems": most})


def _written_out(schema: Schema, count: int) -> Schema:
    """Answer a list as a tuple of the entries that lists of both sides can have; further ones add nothing."""
    items = schema.subschemas.get("items")
    if "unevaluatedItems" in schema.subschemas:
        return schema
    more = (items,) * max(0, count - len(schema.prefix)) if items is not None else ()
    return replace(schema, prefix=(*schema.prefix, *more)[:count], subschemas=_without(schema, "items"))


def _objects(old: Schema, new: Schema) -> tuple[Schema, Schema]:
    """Let objects that hold nothing say so by their size, where they say so in two ways."""
    if not (_is_empty(old) and _is_empty(new)) or _size(old) == _size(new):
        return old, new
    return _emptied(old), _emptied(new)


def _size(schema: Schema) -> object:
    return schema.limits["maxProperties"].value if "maxProperties" in schema.limits else None


def _is_empty(schema: Schema) -> bool:
    if _size(schema) == 0:
        return True
    closing = schema.subschemas.get("additionalProperties")
    if closing is None or closing[0].node is not False or schema.patterns:
        return False
    return all(any(part.node is False for part in held) for held in schema.properties.values())


def _emptied(schema: Schema) -> Schema:
    size = schema.limits.get("maxProperties")
    if size is None or size.value != 0:
        size = Fact(0, _first(schema.subschemas.get("additionalProperties"), schema.part))
    subschemas = {key: held for key, held in schema.subschemas.items() if key not in _NAMED}
    limits = {**schema.limits, "maxProperties": size}
    return replace(schema, properties={}, patterns={}, subschemas=subschemas, limits=limits)


def _first(held: Conjunction | None, other: Part) -> Part:
    return held[0] if held else other


def _without(schema: Schema, word: str) -> dict[str, Conjunction]:
    return {key: held for key, held in schema.subschemas.items() if key != word}


_FORMS: tuple[Form, ...] = (_whole_numbers, _lists, _objects)
