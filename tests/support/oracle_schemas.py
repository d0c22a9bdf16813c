"""Random schemas in which any keyword of JSON Schema 2020-12 may stand beside any other, and edits of them.

What single edits (`oracle_edits`) can't show is how keywords act together: bounds beside lists of values,
tuples beside items, names that several parts of an `allOf` speak of.
"""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

NAMES = ("a", "b", "c", "xa")
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
VALUES: tuple[Any, ...] = ("a", "bb", "ccc", 1, 2, 1.5, True, None, [], {}, {"a": 1}, ["a"])
DEEPEST = 3
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
ONES = (
    "items additionalProperties contains not if then else propertyNames unevaluatedItems "
    "unevaluatedProperties"
).split()
MAPS = ("properties", "patternProperties", "dependentSchemas")
Draw = Callable[[Random, int], Any]


def _inner(random: Random, depth: int) -> Any:
    return schema(random, depth + 1)


def _rest(random: Random, depth: int) -> Any:
    return False if random.random() < 0.45 else schema(random, depth + 1)


def _map(names: tuple[str, ...]) -> Draw:
    def draw(random: Random, depth: int) -> Any:
        chosen = random.sample(names, random.randint(1, min(2, len(names))))
        return {name: schema(random, depth + 1) for name in chosen}

    return draw


def _list(random: Random, depth: int) -> Any:
    return [schema(random, depth + 1) for _ in range(random.randint(1, 3))]


def _small(low: int, high: int) -> Draw:
    return lambda random, depth: random.randint(low, high)


def _among(*options: Any) -> Draw:
    return lambda random, depth: random.choice(options)


def _names(random: Random, depth: int) -> Any:
    return random.sample(NAMES, random.randint(1, 2))


def _numbers(random: Random, depth: int) -> Any:
    return random.choice((-1, 0, 1, 2, 3, 1.5))


def _only_if(random: Random, depth: int) -> Any:
    return {random.choice(NAMES): _names(random, depth)}


KEYWORDS: dict[str, dict[str, Draw]] = {
    "string": {
        "minLength": _small(0, 3),
        "maxLength": _small(0, 4),
        "pattern": _among("^a", "b", "^b+$"),
        "format": _among("date", "date-time", "uri", "uri-reference", "email", "ipv4", "phone"),
    },
    "number": {
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _numbers),
        "multipleOf": _among(1, 2, 3, 4, 0.5),
    },
    "integer": {
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _numbers),
        "multipleOf": _among(1, 2, 3, 4),
        "format": _among("int32", "int64"),
    },
    "array": {
        "minItems": _small(0, 2),
        "maxItems": _small(0, 3),
        "uniqueItems": _among(True, False),
        "items": _rest,
        "prefixItems": _list,
        "contains": _inner,
        "minContains": _small(0, 2),
        "maxContains": _small(0, 2),
        "unevaluatedItems": _rest,
    },
    "object": {
        "minProperties": _small(0, 2),
        "maxProperties": _small(0, 3),
        "required": _names,
        "properties": _map(NAMES),
        "additionalProperties": _rest,
        "patternProperties": _map(("^x", "^a$")),
        "propertyNames": lambda random, depth: {"maxLength": random.randint(1, 2)},
        "dependentRequired": _only_if,
        "dependentSchemas": _map(NAMES),
        "unevaluatedProperties": _rest,
    },
}
ANYWHERE: dict[str, Draw] = {
    "enum": lambda random, depth: random.sample(VALUES, random.randint(1, 4)),
    "const": _among(*VALUES),
    "allOf": _list,
    "anyOf": _list,
    "oneOf": _list,
    "not": _inner,
    "if": _inner,
    "then": _inner,
    "else": _inner,
}


def schema(random: Random, depth: int = 0) -> Any:
    """Draw a schema."""
    if random.random() < 0.06:
        return random.choice((True, {}, {"type": "string"}))
    word = random.choice(TYPES if depth < DEEPEST else TYPES[:5])
    drawn: dict[str, Any] = {}
    if random.random() < 0.9:
        drawn["type"] = word if random.random() < 0.85 else sorted({word, random.choice(TYPES)})
    for _ in range(random.choice((0, 1, 1, 2, 2, 3))):
        keyword, value = keyword_for(random, word, depth)
        if keyword:
            drawn[keyword] = value
    return drawn


def keyword_for(random: Random, word: str, depth: int) -> tuple[str, Any]:
    """Draw a keyword that can matter for a type, "" where the type has none."""
    pool = dict(KEYWORDS.get(word, {}))
    if random.random() < 0.12:
        pool = ANYWHERE
    if depth >= DEEPEST:
        pool = {name: draw for name, draw in pool.items() if draw not in _DEEP and name not in ANYWHERE}
    if not pool:
        return "", None
    keyword = random.choice(sorted(pool))
    return keyword, pool[keyword](random, depth)


_DEEP = {_inner, _rest, _list, *(KEYWORDS["object"][name] for name in MAPS)}


def edited(random: Random, drawn: Any) -> Any:
    """Answer a copy with one place in it changed: a keyword more, less or otherwise, or something else."""
    box = [copy.deepcopy(drawn)]
    at, put = random.choice(places(box[0], lambda value: box.__setitem__(0, value)))
    if not isinstance(at, dict) or random.random() < 0.1:
        put(schema(random, DEEPEST - 1))
        return box[0]
    kind = random.random()
    if at and kind < 0.4:
        _less(random, at)
        return box[0]
    words = at.get("type", random.choice(TYPES))
    keyword, value = keyword_for(
        random, words if isinstance(words, str) else random.choice(words), DEEPEST - 1
    )
    if keyword:
        at[keyword] = value
    return box[0]


def _less(random: Random, at: dict[str, Any]) -> None:
    keyword = random.choice(sorted(at))
    held = at[keyword]
    if isinstance(held, list) and len(held) > 1:
        held.pop(random.randrange(len(held)))
    elif isinstance(held, dict) and keyword in MAPS and len(held) > 1:
        del held[random.choice(sorted(held))]
    else:
        del at[keyword]


def places(at: Any, put: Callable[[Any], None]) -> list[tuple[Any, Callable[[Any], None]]]:
    """Answer every schema within a schema, itself first, each with how to put another in its place."""
    found = [(at, put)]
    for keyword, held in at.items() if isinstance(at, dict) else ():
        if keyword in ONES and isinstance(held, dict | bool):
            found += places(held, _setter(at, keyword))
        elif keyword in LISTS and isinstance(held, list):
            for index, item in enumerate(held):
                found += places(item, _setter(held, index))
        elif keyword in MAPS and isinstance(held, dict):
            for name, item in held.items():
                found += places(item, _setter(held, name))
    return found


def _setter(holder: Any, key: Any) -> Callable[[Any], None]:
    return lambda value: holder.__setitem__(key, value)
