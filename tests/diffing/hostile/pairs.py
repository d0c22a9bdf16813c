"""Documents that load, and that no honest author would set beside each other: comparing them takes little.

Each entry answers the schemas of one body, old and new, and what both name as components.
"""

import json
from collections.abc import Callable
from typing import Any

Schema = Any
Components = dict[str, Schema]
Sides = tuple[tuple[Schema, Components], tuple[Schema, Components]]
FIRST = {"$ref": "#/components/schemas/A0"}
LONG_PATH = "a path of 20,000 parameters that have another name"


def named(number: int) -> Schema:
    return {"$ref": f"#/components/schemas/A{number}"}


def levels(step: Callable[[Schema], Schema], old: Schema, new: Schema, depth: int = 40) -> Sides:
    """Answer schemas each of which is made of the next, and the last of which differs."""
    above = {f"A{number}": step(named(number + 1)) for number in range(depth)}
    return (FIRST, {**above, f"A{depth}": old}), (FIRST, {**above, f"A{depth}": new})


def alone(old: Schema, new: Schema) -> Sides:
    return (old, {}), (new, {})


def properties_twice(inner: Schema) -> Schema:
    held = {"properties": {"a": inner}}
    return {"allOf": [{**held, "required": ["a"]}, held]}


def choosing(count: int) -> Sides:
    """Answer schemas each of which refers to whichever of them evaluation came from."""
    old, new = (
        {
            f"A{at}": {
                "$dynamicAnchor": "n",
                "properties": {
                    "c": {"$dynamicRef": "#n"},
                    "d": named((at + 1) % count),
                    "v": {"maxLength": size},
                },
            }
            for at in range(count)
        }
        for size in (3, 4)
    )
    return (FIRST, old), (FIRST, new)


SHORT, SHORTER = {"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 4}

PAIRS: dict[str, Callable[[], Sides]] = {
    "2^40 ways through allOf": lambda: levels(lambda a: {"allOf": [a, {"allOf": [a]}]}, SHORT, SHORTER),
    "2^40 ways through anyOf": lambda: levels(lambda a: {"anyOf": [a, {"allOf": [a]}]}, SHORT, SHORTER),
    "2^40 ways through oneOf": lambda: levels(lambda a: {"oneOf": [a, {"allOf": [a]}]}, SHORT, SHORTER),
    "2^40 ways through conditions": lambda: levels(lambda a: {"if": a, "then": a, "else": a}, SHORT, SHORTER),
    "2^40 ways through properties": lambda: levels(properties_twice, SHORT, SHORTER),
    "8,000 references in a row": lambda: levels(lambda a: a, SHORT, SHORTER, 8_000),
    "a schema that is not itself": lambda: levels(
        lambda _: {"not": FIRST, "maxLength": 3}, {}, {"maxLength": 2}, 1
    ),
    "numbers that add up to more than there are": lambda: alone(
        {"type": "number", "multipleOf": 1e-300, "minimum": 1.7e308},
        {"type": "number", "multipleOf": 3.7e299, "maximum": -1.7e308},
    ),
    "divisors of nothing": lambda: alone(
        {"multipleOf": 0, "minimum": "x"}, {"multipleOf": -5, "minimum": None}
    ),
    "integers that are hardly floats": lambda: alone(
        {"type": "integer", "multipleOf": 10**307, "maximum": 10**308},
        {"type": "integer", "multipleOf": 10**308, "maximum": -(10**308), "exclusiveMinimum": 5e-324},
    ),
    "texts of a billion characters": lambda: alone({"minLength": 10, "type": "string"}, {"minLength": 10**9}),
    "lists of a billion different items": lambda: alone(
        {"type": "array", "minItems": 1, "uniqueItems": True},
        {"type": "array", "minItems": 10**9, "uniqueItems": True},
    ),
    "a billion matches asked for": lambda: alone(
        {"contains": {"const": 1}, "minContains": 10**7}, {"contains": {"const": 1}, "minContains": 10**9}
    ),
    "patterns that count to a million": lambda: alone(
        {"type": "string", "pattern": "^(a{1,1000}){1,1000}$"},
        {"type": "string", "pattern": "^(a{1,999}){1,1000}$"},
    ),
    "patterns that try back": lambda: alone(
        {"type": "string", "pattern": r"^(([a-z])+.)+[A-Z]([a-z])+$"},
        {"type": "string", "pattern": "^((a+)+)+$"},
    ),
    "1,500 branches in another order": lambda: alone(
        {"anyOf": [{"type": "string", "maxLength": size} for size in range(1, 1500)]},
        {"anyOf": [{"type": "string", "maxLength": size + 1} for size in range(1500, 1, -1)]},
    ),
    "180 negations": lambda: alone(*(nested(180, lambda a: {"not": a}, end) for end in (SHORT, SHORTER))),
    "60 conditions within each other": lambda: alone(
        *(nested(60, lambda a: {"if": {"type": "string"}, "then": a}, end) for end in (SHORT, SHORTER))
    ),
    "names that other languages mind": lambda: alone(
        {"type": "object", "properties": {"__proto__": SHORT, "": SHORT, "a/b~c": SHORT, "\0": {}}},
        {"type": "object", "properties": {"__proto__": SHORTER, "": SHORTER, "a/b~c": {}}},
    ),
    "300 schemas that choose each other by one name": lambda: choosing(300),
    LONG_PATH: lambda: alone({}, {}),
}


def nested(depth: int, around: Callable[[Schema], Schema], inmost: Schema) -> Schema:
    for _ in range(depth):
        inmost = around(inmost)
    return inmost


def documents(name: str) -> tuple[bytes, bytes]:
    """Answer both documents of a pair, in which the schemas stand in a request and in its reply."""
    old, new = PAIRS[name]()
    paths = [f"/a/{{{each}}}" * 20_000 if name == LONG_PATH else "/a" for each in "bc"]
    return _document(*old, paths[0]), _document(*new, paths[1])


def _document(schema: Schema, components: Components, path: str) -> bytes:
    content = {"application/json": {"schema": schema}}
    operation = {
        "requestBody": {"content": content},
        "responses": {"200": {"description": "", "content": content}},
    }
    tree = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {path: {"post": operation}},
        "components": {"schemas": components},
    }
    return json.dumps(tree).encode()
