"""Random schemas, edits of them, and values to try them on: raw material for laws of the comparison.

Only what a validator and the law see alike is drawn: formats are left out, since validators differ.
"""

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

TYPES = ["string", "integer", "number", "boolean", "null", "array", "object"]
WORDS = ["", "a", "b", "bb", "ccc", "cccc", "ddddd"]
NUMBERS = [-1, 0, 1, 2, 3, 4, 1.5, 0.5]
NAMES = ["a", "b", "c"]
DEEPEST = 3
Place = tuple[Any, Callable[[Any], None]]


def schema(random: Random, depth: int = 0) -> Any:
    """Draw a schema of JSON Schema 2020-12."""
    kind = random.random()
    if depth < DEEPEST and kind < 0.15:
        keyword = random.choice(["anyOf", "oneOf", "allOf"])
        return {keyword: [schema(random, depth + 1) for _ in range(random.randint(1, 3))]}
    if kind < 0.2:
        return random.choice([True, {}, {"not": schema(random, depth + 1)} if depth < DEEPEST else {}])
    if kind < 0.26:
        return {"enum": random.sample(["a", "bb", "ccc", 1, 2, True, None, [], {}], random.randint(1, 3))}
    name = random.choice(TYPES)
    drawn = {"type": name, **_KEYWORDS.get(name, _nothing)(random, depth)}
    if random.random() < 0.2:
        drawn["type"] = sorted({name, random.choice(TYPES)})
    if random.random() < 0.1:
        del drawn["type"]
    return drawn


def _nothing(_random: Random, _depth: int) -> dict[str, Any]:
    return {}


def _string(random: Random, _depth: int) -> dict[str, Any]:
    drawn = {key: random.randint(0, 4) for key in ("minLength", "maxLength") if random.random() < 0.3}
    return drawn | ({"pattern": random.choice(["^a", "b", "^b+$"])} if random.random() < 0.15 else {})


def _number(random: Random, _depth: int) -> dict[str, Any]:
    keys = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    drawn = {key: random.choice([-1, 0, 1, 2, 3, 1.5]) for key in keys if random.random() < 0.25}
    return drawn | ({"multipleOf": random.choice([1, 2, 3, 0.5])} if random.random() < 0.15 else {})


def _array(random: Random, depth: int) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        k: random.randint(0, 3) for k in ("minItems", "maxItems") if random.random() < 0.2
    }
    if random.random() < 0.15:
        drawn["uniqueItems"] = True
    if depth < DEEPEST:
        for key, chance in (("items", 0.6), ("contains", 0.1)):
            if random.random() < chance:
                drawn[key] = schema(random, depth + 1)
        if random.random() < 0.15:
            drawn["prefixItems"] = [schema(random, depth + 1) for _ in range(random.randint(1, 2))]
    return drawn


def _object(random: Random, depth: int) -> dict[str, Any]:
    keys = ("minProperties", "maxProperties")
    drawn: dict[str, Any] = {key: random.randint(0, 2) for key in keys if random.random() < 0.15}
    if random.random() < 0.4:
        drawn["required"] = random.sample(NAMES, random.randint(1, 2))
    if random.random() < 0.05:
        drawn["dependentRequired"] = {"a": ["b"]}
    if random.random() < 0.05:
        drawn["propertyNames"] = {"maxLength": random.randint(0, 1)}
    if depth < DEEPEST:
        drawn["properties"] = {
            n: schema(random, depth + 1) for n in random.sample(NAMES, random.randint(0, 3))
        }
        if random.random() < 0.3:
            drawn["additionalProperties"] = random.choice([False, True, schema(random, depth + 1)])
    return drawn


_KEYWORDS: dict[str, Callable[[Random, int], dict[str, Any]]] = {
    "string": _string,
    "integer": _number,
    "number": _number,
    "array": _array,
    "object": _object,
}


def edited(random: Random, drawn: Any) -> Any:
    """Answer a copy of a schema with one place in it changed, emptied of a keyword, or replaced."""
    box = [copy.deepcopy(drawn)]
    at, replace = random.choice(_places(box[0], lambda value: box.__setitem__(0, value)))
    kind = random.random()
    if not isinstance(at, dict) or kind < 0.15:
        replace(schema(random, DEEPEST - 1))
    elif kind < 0.5 and at:
        key = random.choice(sorted(at))
        if isinstance(at[key], list) and len(at[key]) > 1:
            at[key].pop(random.randrange(len(at[key])))
        else:
            del at[key]
    else:
        other = schema(random, DEEPEST - 1)
        at.update(other if isinstance(other, dict) else {})
    return box[0]


def _places(at: Any, replace: Callable[[Any], None]) -> list[Place]:
    found: list[Place] = [(at, replace)]
    for key, value in at.items() if isinstance(at, dict) else ():
        if key in ("items", "additionalProperties", "not", "contains"):
            found += _places(value, _setter(at, key))
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            for index, item in enumerate(value):
                found += _places(item, _setter(value, index))
        elif key == "properties":
            for name, item in value.items():
                found += _places(item, _setter(value, name))
    return found


def _setter(holder: Any, key: Any) -> Callable[[Any], None]:
    return lambda value: holder.__setitem__(key, value)


def value(random: Random, depth: int = 0) -> Any:
    """Draw a value near the bounds that `schema` draws."""
    kind = random.random()
    if depth < DEEPEST and kind < 0.25:
        return [value(random, depth + 1) for _ in range(random.randint(0, 3))]
    if depth < DEEPEST and kind < 0.6:
        return {name: value(random, depth + 1) for name in random.sample([*NAMES, "z"], random.randint(0, 3))}
    return random.choice([*WORDS, *NUMBERS, True, False, None])


def listed(drawn: Any) -> list[Any]:
    """Answer the values that a schema itself names."""
    text = json.dumps(drawn)
    values: list[Any] = ["a", "bb", "ccc", 1, 2, True, None, [], {}]
    return [item for item in values if json.dumps(item) in text]
