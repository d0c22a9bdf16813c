"""Random schemas whose keywords that mean something only beside each other are spread over an `allOf`.

Each part asserts by itself: a condition, counted matches, a tuple, names with what is left over. Edits change
a part, or move a keyword to another part, which changes what its neighbours mean.
"""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from tests.support.oracle import Side

NAMES = ("a", "b", "xa")
SMALL: tuple[Any, ...] = (
    {"type": "string"},
    {"type": "integer"},
    {"type": "string", "maxLength": 1},
    {"type": ["string", "integer"]},
    {"minimum": 2},
    {"enum": ["a", 1]},
    {"const": 1},
    {"type": "null"},
    {},
    False,
)
UNIONS = ("anyOf", "oneOf")
Fragment = dict[str, Any]
Draw = Callable[[Random], Fragment]


def _small(random: Random) -> Any:
    return copy.deepcopy(random.choice(SMALL))


def _some(random: Random, fragment: dict[str, Callable[[], Any]], *always: str) -> Fragment:
    return {key: draw() for key, draw in fragment.items() if key in always or random.random() < 0.5}


def _member(random: Random) -> Any:
    return {"properties": {random.choice(NAMES): _small(random)}, "required": [random.choice(NAMES)]}


def _condition(random: Random) -> Fragment:
    keywords = {word: lambda: _member(random) for word in ("if", "then", "else")}
    return _some(random, keywords, "if", random.choice(("then", "else")))


def _matches(random: Random) -> Fragment:
    return _some(
        random,
        {
            "contains": lambda: _small(random),
            "minContains": lambda: random.randint(0, 2),
            "maxContains": lambda: random.randint(1, 2),
        },
        "contains",
    )


def _tuple(random: Random) -> Fragment:
    keywords: dict[str, Callable[[], Any]] = {
        "prefixItems": lambda: [_small(random) for _ in range(random.randint(1, 2))],
        "items": lambda: _small(random),
    }
    if random.random() < 0.2:
        keywords["unevaluatedItems"] = lambda: random.choice((False, _small(random)))
    return _some(random, keywords, random.choice(sorted(keywords)))


def _names(random: Random) -> Fragment:
    rest = random.choice(("additionalProperties", "additionalProperties", "unevaluatedProperties"))
    keywords: dict[str, Callable[[], Any]] = {
        "properties": lambda: {name: _small(random) for name in random.sample(NAMES, random.randint(1, 2))},
        rest: lambda: random.choice((False, _small(random))),
    }
    if random.random() < 0.25:
        keywords["patternProperties"] = lambda: {random.choice(("^x", "^a$")): _small(random)}
    return _some(random, keywords, random.choice(sorted(keywords)))


def _veiled(random: Random) -> Fragment:
    """Branches below a schema for what none of them declares."""
    branches = [
        {"properties": {name: _small(random) for name in random.sample(NAMES, random.randint(1, 2))}}
        | ({"required": [random.choice(NAMES)]} if random.random() < 0.6 else {})
        for _ in range(2)
    ]
    held: Fragment = {random.choice(("anyOf", "anyOf", "oneOf")): branches}
    if random.random() < 0.3:
        held = {"if": branches[0], "then": branches[1]}
    own: Fragment = {"properties": {random.choice(NAMES): _small(random)}} if random.random() < 0.3 else {}
    return held | own | {"unevaluatedProperties": False if random.random() < 0.7 else _small(random)}


def _dependents(random: Random) -> Fragment:
    return {"dependentRequired": {"a": random.sample(NAMES[1:], random.randint(1, 2))}}


OBJECT: tuple[Draw, ...] = (_condition, _names, _names, _names, _dependents, _veiled)
ARRAY: tuple[Draw, ...] = (_matches, _matches, _tuple, _tuple)


def schema(random: Random) -> Side:
    """Draw a schema of parts; some of them are components."""
    word, pool = random.choice((("object", OBJECT), ("array", ARRAY)))
    drawn = random.choice(pool)
    parts = [
        (drawn if random.random() < 0.6 else random.choice(pool))(random)
        for _ in range(random.choice((2, 2, 3)))
    ]
    components: dict[str, Any] = {}
    outer: dict[str, Any] = {"type": word}
    if random.random() < 0.3:
        outer |= parts.pop()
    held = [_placed(random, part, components) for part in parts]
    if len(held) > 1 and random.random() < 0.2:
        held = [{"allOf": held[:2], **random.choice(pool)(random)}, *held[2:]]
    return Side({**outer, "allOf": held}, components)


def _placed(random: Random, part: Fragment, components: dict[str, Any]) -> Any:
    if random.random() < 0.75:
        return part
    name = f"Part{len(components)}"
    components[name] = part
    return {"$ref": f"#/components/schemas/{name}"}


def edited(random: Random, side: Side) -> Side:
    """Answer the schema with one thing in it changed, or with a keyword moved to another part."""
    copied = copy.deepcopy((side.schema, dict(side.components)))
    parts = _parts(*copied)
    random.choice((_moved, _moved, _dropped, _redrawn, _redrawn))(random, parts)
    return Side(*copied)


def _parts(outer: dict[str, Any], components: dict[str, Any]) -> list[Fragment]:
    found = [outer, *components.values()]
    pending = list(outer["allOf"])
    while pending:
        part = pending.pop(0)
        if "$ref" not in part:
            found.append(part)
            pending += part.get("allOf", ())
    return [*found, *[branch for part in found for word in UNIONS for branch in part.get(word, ())]]


def _words(part: Fragment) -> list[str]:
    return sorted(part.keys() - {"type", "allOf"})


def _moved(random: Random, parts: list[Fragment]) -> None:
    giving = [part for part in parts if _words(part)]
    source = random.choice(giving)
    target = random.choice([part for part in parts if part is not source])
    word = random.choice(_words(source))
    kept = target.pop(word, None)
    target[word] = source.pop(word)
    if kept is not None:
        source[word] = kept


def _dropped(random: Random, parts: list[Fragment]) -> None:
    part = random.choice([part for part in parts if _words(part)])
    del part[random.choice(_words(part))]


def _redrawn(random: Random, parts: list[Fragment]) -> None:
    part = random.choice([part for part in parts if _words(part)])
    word = random.choice(_words(part))
    for _ in range(20):
        other = random.choice((*OBJECT, *ARRAY))(random)
        if word in other and other[word] != part[word]:
            part[word] = other[word]
            return
