"""Values near the edges of plain JSON Schemas: what the oracle tries on two sides.

It reads the schemas by itself, independently of the sampler that the comparison proves with. Values are
guesses; a validator says what they are worth.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from diffing.exemplar import exemplars

Schema = Any

FORMATS = {
    "date": ("2026-01-31", "2026-02-30"),
    "date-time": ("2026-01-31T12:00:00Z", "2026-01-31 12"),
    "time": ("12:00:00Z", "noon"),
    "duration": ("P1D", "1 day"),
    "email": ("a@example.com", "at"),
    "idn-email": ("ü@example.com", "at"),
    "hostname": ("example.com", "-a-"),
    "idn-hostname": ("bücher.example", "-a-"),
    "ipv4": ("192.0.2.1", "1.2.3"),
    "ipv6": ("2001:db8::1", "1:2"),
    "uri": ("https://example.com/a", "a b"),
    "uri-reference": ("/a", "\\\\a"),
    "iri": ("https://example.com/ü", "a b"),
    "iri-reference": ("/ü", "\\\\a"),
    "uri-template": ("/a/{b}", "/a/{b"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123"),
    "json-pointer": ("/a", "a"),
    "relative-json-pointer": ("0/a", "a"),
    "regex": ("a+", "a("),
}
TEXTS = ("", "a", "b", "ab", "bbb", "abcd", "zz zz", "0", "YWJj", "!")
NUMBERS = (0, 1, -1, 2, 3, 6, 0.5, 1.5, 2**31, 2**63, -(2**31) - 1, 1e39)
PLAIN: tuple[Any, ...] = (None, True, False, [], {}, 0, "a", 1.5)
STRANGER = "zz"
DEEPEST = 5


class Near:
    """Draw values from what two schemas themselves mention: bounds, names, listed values."""

    def __init__(self, random: Random, *schemas: Schema) -> None:
        """Collect the edges; `schemas` may hold `$defs`, into which references point."""
        self._random = random
        self._schemas = schemas
        self._definitions: dict[str, Schema] = {}
        self._numbers: list[Any] = list(NUMBERS)
        self._texts: list[Any] = list(TEXTS)
        self._names: list[str] = [STRANGER]
        self._listed: list[Any] = []
        for schema in schemas:
            for node in _nodes(schema):
                self._collect(node)
        self._names = list(dict.fromkeys(name for name in self._names if isinstance(name, str)))

    def _collect(self, node: dict[str, Any]) -> None:
        for key, value in node.items():
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e40:
                self._numbers += [value, value + 1, value - 1, value + 0.5, value * 2, value * 3]
                if key.endswith("Length") and value < 2000:
                    self._texts += ["a" * max(0, int(value) + step) for step in (-1, 0, 1)]
            elif key == "format" and isinstance(value, str):
                self._texts += FORMATS.get(value, ())
            elif key == "enum" and isinstance(value, list):
                self._listed += value[:40]
            elif key == "const":
                self._listed.append(value)
            elif key == "patternProperties" and isinstance(value, dict):
                self._names += [text for pattern in value for text in exemplars(pattern, 2)]
            elif key in _NAMING and isinstance(value, dict):
                self._names += list(value)[:30]
                self._names += [name for names in value.values() if isinstance(names, list) for name in names]
            elif key == "required" and isinstance(value, list):
                self._names += value

    def values(self, count: int) -> Iterator[Any]:
        """Answer about `count` values: listed ones, ones built along each schema, and bent ones."""
        yield from PLAIN
        yield from self._listed
        for index in range(count):
            schema = self._schemas[index % len(self._schemas)]
            self._definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
            built = self.along([schema], 0, full=index % 4 == 0)
            yield built
            yield self.bent(built)
            yield self.bent(self.bent(built))

    def along(self, schemas: list[Schema], depth: int, *, full: bool = False) -> Any:
        """Build a value that follows schemas which hold together, without promising to satisfy them."""
        parts = self._open(schemas)
        listed = [part["enum"] for part in parts if part.get("enum")]
        constants = [part["const"] for part in parts if "const" in part]
        if constants or listed:
            return copy.deepcopy(constants[0] if constants else self._random.choice(listed[0]))
        kind = self._kind(parts)
        if kind == "object" and depth < DEEPEST:
            return self._object(parts, depth, full)
        if kind == "array" and depth < DEEPEST:
            return self._array(parts, depth, full)
        return self._scalar(kind, parts)

    def _open(self, schemas: list[Schema]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        pending, steps = list(schemas), 0
        while pending and steps < 60:
            schema = pending.pop()
            steps += 1
            if not isinstance(schema, dict):
                continue
            found.append(schema)
            pending.extend(schema.get("allOf", ()))
            for keyword in ("anyOf", "oneOf"):
                if schema.get(keyword):
                    pending.append(self._random.choice(schema[keyword]))
            if "$ref" in schema:
                pending.append(self._definitions.get(schema["$ref"].rpartition("/")[2], True))
            for keyword in ("then", "else"):
                if keyword in schema and self._random.random() < 0.5:
                    pending.append(schema[keyword])
        return found

    def _kind(self, parts: list[dict[str, Any]]) -> str:
        kinds: set[str] | None = None
        for part in parts:
            if "type" in part:
                named = {part["type"]} if isinstance(part["type"], str) else set(part["type"])
                if "number" in named:
                    named.add("integer")
                kinds = named if kinds is None else kinds & named
        if kinds:
            return self._random.choice(sorted(kinds))
        words = {word for part in parts for word in part}
        for kind, hints in _HINTS.items():
            if words & hints and self._random.random() < 0.8:
                return kind
        return self._random.choice(["string", "integer", "number", "boolean", "null", "array", "object"])

    def _object(self, parts: list[dict[str, Any]], depth: int, full: bool) -> dict[str, Any]:
        required = {name for part in parts for name in part.get("required", ())}
        declared = [name for part in parts for name in part.get("properties", ())]
        chosen = sorted(required) + [
            name for name in declared if full or self._random.random() < min(0.5, 6 / len(declared))
        ]
        if self._random.random() < 0.3:
            chosen += self._random.sample(self._names, min(len(self._names), self._random.randint(1, 2)))
        bounds = [int(part[key]) for part in parts for key in _SIZES if key in part]
        if bounds:
            wanted = self._random.choice(bounds) + self._random.choice((0, 0, 1, -1))
            chosen += [f"x{number}" for number in range(max(0, min(wanted, 20) - len(set(chosen))))]
        return {name: self.along(self._member(parts, name), depth + 1) for name in dict.fromkeys(chosen)}

    def _member(self, parts: list[dict[str, Any]], name: str) -> list[Schema]:
        found: list[Schema] = []
        for part in parts:
            if name in part.get("properties", ()):
                found.append(part["properties"][name])
            elif isinstance(part.get("additionalProperties"), dict):
                found.append(part["additionalProperties"])
            patterns = part.get("patternProperties", {})
            found.extend(schema for pattern, schema in patterns.items() if _matches(pattern, name))
        return found

    def _array(self, parts: list[dict[str, Any]], depth: int, full: bool) -> list[Any]:
        bounds = [int(part[key]) for part in parts for key in ("minItems", "maxItems") if key in part]
        near = [max(0, min(bound + step, 12)) for bound in bounds for step in (-1, 0, 1)]
        length = self._random.choice([*near, 1 if full else 0, 1, 2, 3])
        contains = [part["contains"] for part in parts if "contains" in part]
        found = [self.along(_item(parts, index), depth + 1) for index in range(length)]
        if contains and found and self._random.random() < 0.8:
            found[-1] = self.along([*_item(parts, length - 1), *contains], depth + 1)
        return found

    def _scalar(self, kind: str, parts: list[dict[str, Any]]) -> Any:
        if kind == "string":
            return self._text(parts)
        if kind in ("number", "integer"):
            mine = [part[key] for part in parts for key in _BOUNDS if key in part and part[key] < 1e40]
            near = [bound + step for bound in mine for step in (0, 1, -1, 0.5)]
            value = self._random.choice(near if near and self._random.random() < 0.7 else self._numbers)
            return int(value) if kind == "integer" or value == int(value) else value
        return {"boolean": self._random.random() < 0.5, "null": None, "array": [], "object": {}}[kind]

    def _text(self, parts: list[dict[str, Any]]) -> str:
        formats = [FORMATS[part["format"]][0] for part in parts if part.get("format") in FORMATS]
        patterns = [text for part in parts if "pattern" in part for text in exemplars(part["pattern"])]
        lengths = [
            int(part[key])
            for part in parts
            for key in ("minLength", "maxLength")
            if part.get(key, 2000) < 2000
        ]
        sized = ["a" * max(0, length + step) for length in lengths for step in (-1, 0, 1)]
        fitting = [*formats, *patterns, *sized]
        usual = fitting if fitting and self._random.random() < 0.75 else self._texts
        return str(self._random.choice(usual))

    def bent(self, value: Any) -> Any:
        """Answer a copy of a value with one place in it changed."""
        box = [copy.deepcopy(value)]
        at, put = self._random.choice(_places(box))
        kind = self._random.random()
        if isinstance(at, dict) and at and kind < 0.4:
            del at[self._random.choice(sorted(at))]
        elif isinstance(at, dict) and kind < 0.75:
            at[self._random.choice(self._names)] = self._any()
        elif isinstance(at, list) and at and kind < 0.3:
            at.pop(self._random.randrange(len(at)))
        elif isinstance(at, list) and kind < 0.75:
            at.append(copy.deepcopy(self._random.choice(at)) if at and kind < 0.5 else self._any())
        else:
            put(self._any())
        return box[0]

    def _any(self) -> Any:
        pool: list[Any] = self._random.choice(
            [self._numbers, self._texts, self._listed or list(PLAIN), list(PLAIN)]
        )
        return copy.deepcopy(self._random.choice(pool))


_NAMING = ("properties", "dependentSchemas", "dependentRequired")
_SIZES = ("minProperties", "maxProperties")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_HINTS: dict[str, set[str]] = {
    "object": set(
        "properties required additionalProperties minProperties maxProperties patternProperties "
        "propertyNames dependentRequired dependentSchemas unevaluatedProperties".split()
    ),
    "array": set("items prefixItems minItems maxItems uniqueItems contains unevaluatedItems".split()),
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": set(_BOUNDS),
}


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


def _item(parts: list[dict[str, Any]], index: int) -> list[Schema]:
    found = []
    for part in parts:
        prefix = part.get("prefixItems", ())
        found.append(prefix[index] if index < len(prefix) else part.get("items", True))
    return found


def _nodes(schema: Schema) -> Iterator[dict[str, Any]]:
    pending = [schema]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield node
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


def _places(box: list[Any]) -> list[tuple[Any, Callable[[Any], None]]]:
    found: list[tuple[Any, Callable[[Any], None]]] = []
    pending: list[Any] = [box]
    while pending:
        holder = pending.pop()
        for key, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            found.append((value, _setter(holder, key)))
            if isinstance(value, dict | list):
                pending.append(value)
    return found


def _setter(holder: Any, key: Any) -> Callable[[Any], None]:
    return lambda value: holder.__setitem__(key, value)


def distinct(values: Iterator[Any]) -> list[Any]:
    """Answer values without repetition, in order."""
    return list({json.dumps(value, sort_keys=True): value for value in values}.values())
