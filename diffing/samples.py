"""Values that a plain JSON Schema probably accepts, small ones first: guesses, each checked by whoever asks.

It reads the schemas that `projection` writes; a guess that fails costs time, never truth.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from diffing.exemplar import exemplars

FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "a@example.com",
    "idn-email": "a@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/a",
    "uri-reference": "/a",
    "iri": "https://example.com/a",
    "iri-reference": "/a",
    "uri-template": "/a/{b}",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "json-pointer": "/a",
    "relative-json-pointer": "0",
    "regex": "a",
}
TEXTS = ("text", "", "a", "0", "A", "true", "2026-01-31", "a@example.com", "https://example.com/a", "é ~")
JSON_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
HINTS = (
    ("object", {"properties", "required", "additionalProperties", "minProperties", "patternProperties"}),
    ("array", {"items", "prefixItems", "minItems", "contains"}),
    ("string", {"minLength", "maxLength", "pattern", "format"}),
    ("number", {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
)
_JOINED = frozenset({"$ref", "allOf", "$defs"})
_SINGLE = ("object", "array", "string", "integer", "boolean", "null")
MAX_DEPTH = 10
MAX_BRANCHES = 64
MAX_STEPS = 3_000
MAX_GROWTH = 5_000
"""The longest text, list or object that is built to meet or to miss a bound."""

Schema = Mapping[str, Any] | bool


class Sampler:
    """Guess values for the schemas of one set of definitions, which may grow meanwhile."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        """Keep what references point into."""
        self._definitions = definitions
        self._steps = 0
        self._firsts: dict[tuple[int, ...], tuple[Any, int, tuple[Schema, ...]]] = {}

    def samples(self, schema: Schema, count: int = 8) -> list[Any]:
        """Answer up to `count` guesses, within a bounded number of steps."""
        self._steps = MAX_STEPS
        return list(islice(self._guess((schema,), 0), count))

    def flat(self, schemas: tuple[Schema, ...]) -> list[Mapping[str, Any]] | None:
        """Answer the schemas that hold together with these, references and `allOf` opened; None for never."""
        found: list[Mapping[str, Any]] = []
        seen: set[str] = set()
        pending = list(reversed(schemas))
        while pending:
            schema = pending.pop()
            if schema is False:
                return None
            if schema is True:
                continue
            if _JOINED.isdisjoint(schema):
                found.append(schema)
                continue
            found.append({key: value for key, value in schema.items() if key not in _JOINED})
            pending.extend(reversed(schema.get("allOf", ())))
            name = str(schema.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                pending.append(self._definitions.get(name, True))
        return [part for part in found if part]

    def _guess(self, schemas: tuple[Schema, ...], depth: int) -> Iterator[Any]:
        self._steps -= 1
        parts = self.flat(schemas) if depth <= MAX_DEPTH and self._steps > 0 else None
        if parts is None:
            return
        for index, part in enumerate(parts):
            for keyword in ("oneOf", "anyOf"):
                if keyword in part:
                    yield from self._branches(parts, index, keyword, depth)
                    return
        listed = _listed(parts)
        if listed is not None:
            yield from listed
            return
        names = _types(parts)
        if len(names) == 1:
            yield from BUILDERS[names[0]](self, parts, depth)
        else:
            yield from _woven([BUILDERS[name](self, parts, depth) for name in names])

    def _first(self, schemas: tuple[Schema, ...], depth: int) -> Any:
        """Answer the first guess, remembered together with the steps it took; _NONE for none."""
        name = (depth, *map(id, schemas))
        value, took, _ = self._firsts.get(name, (_NONE, MAX_STEPS, ()))
        if took < self._steps:
            self._steps -= took
            return value
        before = self._steps
        value = next(self._guess(schemas, depth), _NONE)
        if self._steps > 0:
            self._firsts[name] = value, before - self._steps, schemas  # kept, so that no id is used again
        return value

    def _branches(
        self, parts: list[Mapping[str, Any]], index: int, keyword: str, depth: int
    ) -> Iterator[Any]:
        part = parts[index]
        rest = {key: value for key, value in part.items() if key != keyword}
        others = (*parts[:index], rest, *parts[index + 1 :])
        branches = part[keyword][:MAX_BRANCHES]
        yield from _woven([self._guess((*others, branch), depth + 1) for branch in branches])

    def _texts(self, parts: list[Mapping[str, Any]], depth: int) -> Iterator[Any]:
        least, most = _most(parts, "minLength", 0), _least(parts, "maxLength", MAX_GROWTH)
        formats = [FORMATS[part["format"]] for part in parts if part.get("format") in FORMATS]
        patterns = [text for part in parts if "pattern" in part for text in exemplars(part["pattern"])]
        for text in dict.fromkeys((*formats, *patterns, *TEXTS)):
            if least <= len(text) <= most:
                yield text
            elif len(text) < least <= MAX_GROWTH:
                yield text + (text[-1:] or "a") * (int(least) - len(text))
            else:
                yield text[: int(most)]

    def _numbers(self, parts: list[Mapping[str, Any]], depth: int) -> Iterator[Any]:
        step = next((part["multipleOf"] for part in parts if "multipleOf" in part), None)
        low = [part[key] for part in parts for key in ("minimum", "exclusiveMinimum") if key in part]
        high = [part[key] for part in parts for key in ("maximum", "exclusiveMaximum") if key in part]
        middle = [(max(low) + min(high)) / 2] if low and high else []
        near = [start + move for start in (*low, *high) for move in (0, 1, -1, 0.5, -0.5)]
        for value in (*near, 1, 0, -1, 1.5, *middle):
            if step:
                yield _whole(step * round(value / step))
            yield _whole(value)

    def _integers(self, parts: list[Mapping[str, Any]], depth: int) -> Iterator[Any]:
        for value in self._numbers(parts, depth):
            if isinstance(value, int):
                yield value

    def _lists(self, parts: list[Mapping[str, Any]], depth: int) -> Iterator[Any]:
        least = max(_most(parts, "minItems", 0), *(1 for part in parts if "contains" in part), 0)
        if least > MAX_GROWTH:
            return
        for wanted in (least, max(least, 1)):
            items = self._items(parts, int(wanted), depth)
            if items is not None:
                yield items

    def _items(self, parts: list[Mapping[str, Any]], wanted: int, depth: int) -> list[Any] | None:
        items: list[Any] = []
        unique = any(part.get("uniqueItems") for part in parts)
        for index in range(wanted):
            schemas = tuple(_at(part, index) for part in parts)
            if index == 0:
                schemas += tuple(part["contains"] for part in parts if "contains" in part)
            guesses = islice(self._guess(schemas, depth + 1), wanted + 2 if unique else 1)
            fresh = next((guess for guess in guesses if not unique or guess not in items), _NONE)
            if fresh is _NONE:
                return None
            items.append(fresh)
        return items

    def _objects(self, parts: list[Mapping[str, Any]], depth: int) -> Iterator[Any]:
        required = list(dict.fromkeys(name for part in parts for name in part.get("required", ())))
        built = {name: self._first(self.member(parts, name), depth + 1) for name in required}
        if any(value is _NONE for value in built.values()):
            return
        declared = [name for part in parts for name in part.get("properties", {}) if name not in built]
        spare = (f"extra{number}" for number in range(MAX_GROWTH))
        for name in chain(declared, spare):
            if len(built) >= min(_most(parts, "minProperties", 0), MAX_GROWTH):
                break
            value = self._first(self.member(parts, name), depth + 1)
            if value is not _NONE:
                built[name] = value
        yield built
        if depth > 2:
            return
        for name in declared[:40]:
            value = self._first(self.member(parts, name), depth + 1)
            if value is not _NONE:
                yield {**built, name: value}

    def member(self, parts: list[Mapping[str, Any]], name: str) -> tuple[Schema, ...]:
        """Answer the schemas that a property of an object meets."""
        return tuple(
            part["properties"][name]
            if name in part.get("properties", ())
            else part.get("additionalProperties", True)
            for part in parts
        )


def _listed(parts: list[Mapping[str, Any]]) -> list[Any] | None:
    lists = [part["enum"] for part in parts if "enum" in part] + [
        [part["const"]] for part in parts if "const" in part
    ]
    return min(lists, key=len) if lists else None


def _types(parts: list[Mapping[str, Any]]) -> list[str]:
    if len(parts) == 1 and parts[0].get("type") in _SINGLE:
        return [parts[0]["type"]]
    allowed = set(JSON_TYPES)
    for part in parts:
        words = part.get("type", JSON_TYPES)
        named = {words} if isinstance(words, str) else set(words)
        allowed &= named | ({"integer"} if "number" in named else set())
    hinted = [name for name, words in HINTS if name in allowed and any(words & part.keys() for part in parts)]
    return list(dict.fromkeys((*hinted, *(name for name in JSON_TYPES if name in allowed))))


def _woven(guesses: list[Iterator[Any]]) -> Iterator[Any]:
    """Take from several in turn, so that each has its say among the first."""
    while guesses:
        alive = []
        for each in guesses:
            value = next(each, _NONE)
            if value is not _NONE:
                alive.append(each)
                yield value
        guesses = alive


def _at(part: Mapping[str, Any], index: int) -> Schema:
    prefix = part.get("prefixItems", ())
    found: Schema = prefix[index] if index < len(prefix) else part.get("items", True)
    return found


def _most(parts: list[Mapping[str, Any]], keyword: str, default: float) -> float:
    return max((part[keyword] for part in parts if keyword in part), default=default)


def _least(parts: list[Mapping[str, Any]], keyword: str, default: float) -> float:
    return min((part[keyword] for part in parts if keyword in part), default=default)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


_NONE = object()
BUILDERS: dict[str, Callable[[Sampler, list[Mapping[str, Any]], int], Iterator[Any]]] = {
    "object": Sampler._objects,
    "array": Sampler._lists,
    "string": Sampler._texts,
    "integer": Sampler._integers,
    "number": Sampler._numbers,
    "boolean": lambda sampler, parts, depth: iter((True, False)),
    "null": lambda sampler, parts, depth: iter((None,)),
}
