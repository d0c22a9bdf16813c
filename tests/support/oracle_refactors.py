"""Rewrites of a schema that leave its meaning alone: section 3 of the law, as random moves."""

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.support.oracle import Side
from tests.support.oracle_schemas import places

_APART = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength multipleOf pattern format "
    "minItems maxItems uniqueItems minProperties maxProperties required not propertyNames "
    "dependentRequired".split()
)
"""Keywords that say the same alone: an `allOf` may hold them in a part of their own."""
_SETS = ("enum", "required", "type", "allOf", "anyOf", "oneOf")
_NEUTRAL = {
    "string": {"minLength": 0},
    "array": {"minItems": 0, "uniqueItems": False},
    "object": {"minProperties": 0},
}

Place = tuple[Any, Callable[[Any], None]]
Move = Callable[[Random, dict[str, Any], dict[str, Any]], Any]


def _named(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    name = f"Part{len(components)}"
    components[name] = schema
    return {"$ref": f"#/components/schemas/{name}"}


def _chained(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    return _named(random, _named(random, schema, components), components)


def _alone(keyword: str) -> Move:
    return lambda random, schema, components: {keyword: [schema]}


def _twice(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    return {"allOf": [schema, copy.deepcopy(schema)]}


def _split(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    moved = {key: value for key, value in schema.items() if key in _APART and random.random() < 0.6}
    rest = {key: value for key, value in schema.items() if key not in moved}
    return {"allOf": random.sample([moved, rest], 2)}


def _shuffled(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    keys = random.sample(list(schema), len(schema))
    return {key: _mixed(random, key, schema[key]) for key in keys}


def _mixed(random: Random, key: str, value: Any) -> Any:
    if key in _SETS and isinstance(value, list):
        return random.sample(value, len(value))
    if key == "properties" and isinstance(value, dict):
        return dict(random.sample(list(value.items()), len(value)))
    return value


def _branch_twice(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    for keyword in ("anyOf", "allOf"):
        if schema.get(keyword):
            return {**schema, keyword: [*schema[keyword], copy.deepcopy(random.choice(schema[keyword]))]}
    return schema


def _constant(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    if "const" in schema and "enum" not in schema:
        rest = {key: value for key, value in schema.items() if key != "const"}
        return {**rest, "enum": [schema["const"]]}
    if len(schema.get("enum", ())) == 1 and "const" not in schema:
        rest = {key: value for key, value in schema.items() if key != "enum"}
        return {**rest, "const": schema["enum"][0]}
    return schema


def _spelled_out(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    words = _NEUTRAL.get(schema.get("type", "") if isinstance(schema.get("type"), str) else "", {})
    return {**words, **schema}


def _null_apart(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    types = schema.get("type")
    if (
        not isinstance(types, list)
        or "null" not in types
        or len(types) < 2
        or schema.keys() - {"type"} - _APART
    ):
        return schema
    if "not" in schema:  # it speaks of null as well
        return schema
    others = [word for word in types if word != "null"]
    return {"anyOf": [{**schema, "type": others}, {"type": "null"}]}


def _put_in(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Put what stands beside a union into each of its branches."""
    for keyword in ("anyOf", "oneOf"):
        rest = {key: value for key, value in schema.items() if key != keyword}
        if (
            keyword in schema
            and len(schema[keyword]) <= 3
            and rest
            and _SEES.isdisjoint(json.dumps(rest).split('"'))
        ):
            return {keyword: [{"allOf": [copy.deepcopy(rest), branch]} for branch in schema[keyword]]}
    return schema


_SEES = frozenset({"unevaluatedProperties", "unevaluatedItems", "anyOf", "oneOf", "if"})
"""Keywords of which more is put together than is worked out."""


def _as_union(random: Random, schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Write a condition as the union that it means."""
    rest = {key: value for key, value in schema.items() if key not in ("if", "then", "else")}
    if "if" not in schema or not _SEES.isdisjoint(json.dumps(rest).split('"')):
        return schema
    met, then, otherwise = schema["if"], schema.get("then", True), schema.get("else", True)
    union = [{"allOf": [met, then]}, {"allOf": [{"not": copy.deepcopy(met)}, otherwise]}]
    return {"allOf": [rest, {"anyOf": union}]}


MOVES: dict[str, Move] = {
    "named": _named,
    "chained": _chained,
    "allOf of one": _alone("allOf"),
    "anyOf of one": _alone("anyOf"),
    "oneOf of one": _alone("oneOf"),
    "twice in allOf": _twice,
    "split": _split,
    "shuffled": _shuffled,
    "a branch twice": _branch_twice,
    "const and enum": _constant,
    "defaults spelled out": _spelled_out,
    "null apart": _null_apart,
    "put into branches": _put_in,
    "a condition as a union": _as_union,
}


def rewritten(random: Random, schema: Any, moves: int) -> tuple[Side, list[str]]:
    """Answer the schema after some moves, and which."""
    box = [copy.deepcopy(schema)]
    components: dict[str, Any] = {}
    done = []
    for _ in range(moves):
        found = places(box[0], lambda value: box.__setitem__(0, value))
        open_places = [(at, put) for at, put in found if isinstance(at, dict) and at]
        if open_places:
            at, put = random.choice(open_places)
            name = random.choice(sorted(MOVES))
            put(MOVES[name](random, at, components))
            done.append(name)
    return Side(box[0], components), done
