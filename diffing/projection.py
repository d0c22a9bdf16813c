"""OpenAPI schemas of any dialect as plain JSON Schema 2020-12, as one direction of traffic sees them.

The result means the same to any validator: references point into its own `$defs`, null is a type, bounds are
numbers, what the direction hides is gone, a discriminator is an assertion. It reads the text itself and not
the effective model of `readers`, so that proofs and tests that use it are a second opinion. What is malformed
asserts nothing.
"""

from typing import Any

from diffing.document import Dialect, Node
from diffing.finding import Direction
from diffing.hiding import LONE_REFERENCES, Hiding
from diffing.part import Part
from diffing.plain_keywords import KEYWORDS, add_numbers, add_values, add_words
from diffing.readers.refs import REFERENCES, Resolver
from diffing.schema import Conjunction, Form, Stream
from diffing.tags import tag_of

Plain = dict[str, Any] | bool
Key = tuple[str, str, frozenset[str]]

TYPES = frozenset("null boolean object array number integer string".split())
NULLABLE = {Dialect.OPENAPI_2_0: "x-nullable", Dialect.OPENAPI_3_0: "nullable"}
NESTED = tuple(
    "additionalProperties unevaluatedItems unevaluatedProperties contains propertyNames not if then "
    "else".split()
)
MAPS = ("patternProperties", "dependentSchemas")
BRANCHES = ("allOf", "anyOf", "oneOf")
_REFERRING = frozenset(REFERENCES)
_HOLDING_OBJECTS = frozenset("properties required dependencies dependentRequired".split())
_HOLDING_ITEMS = frozenset("items prefixItems".split())
_HOLDING_OTHERS = frozenset({*NESTED, *MAPS})
_BRANCHING = frozenset(BRANCHES)
MAX_INLINE = 12
"""Schemas nested deeper than this stand in `$defs`, so that no depth of text is a depth of calls."""


class Projector:
    """Project the schemas of one document for one direction; answers are remembered."""

    def __init__(self, resolver: Resolver, direction: Direction) -> None:
        """Keep whose references to follow, and the direction whose hidden properties are left out.

        `definitions` grows with what is projected; names mean the same in all of it.
        """
        self._resolver = resolver
        self._dialect = resolver.document.dialect
        self._hiding = Hiding(resolver, direction)
        self._names: dict[Key, str] = {}
        self._targets: dict[str, tuple[Part, frozenset[str]]] = {}
        self.definitions: dict[str, Plain] = {}
        self._inner: dict[str, tuple[str, ...]] = {}
        self._met: list[str] = []

    def project(self, schemas: Conjunction, *, limit: int = 10_000) -> dict[str, Any]:
        """Answer one plain schema that accepts what all of `schemas` accept.

        Whatever it refers to stands in its own `$defs`, and no more than is reached. Raises OverflowError
        where that takes more than `limit` definitions.
        """
        hidden = frozenset[str]().union(*map(self._hiding.names, schemas))
        self._met = []
        root: dict[str, Any] = {"allOf": [self._schema(part, hidden, 0) for part in schemas]}
        definitions = self._reached(limit)
        return {**root, "$defs": definitions} if definitions else root

    def _reached(self, limit: int) -> dict[str, Plain]:
        """Answer what the schemas met so far refer to, at any remove."""
        found: dict[str, Plain] = {}
        pending = self._met
        while pending:
            name = pending.pop()
            if name in found:
                continue
            if len(found) == limit:
                raise OverflowError(f"more than {limit:,} definitions are reached")
            found[name] = self._definition(name)
            pending += self._inner[name]
        return found

    def _definition(self, name: str) -> Plain:
        """Answer a definition; the names of those that it refers to are kept beside it."""
        if name not in self.definitions:
            self._met = []
            self.definitions[name] = self._schema(*self._targets[name], 0)
            self._inner[name] = tuple(dict.fromkeys(self._met))
        return self.definitions[name]

    def _named(self, part: Part, hidden: frozenset[str]) -> Plain:
        key = (*part.spot, hidden)
        name = self._names.setdefault(key, f"s{len(self._names)}")
        self._targets.setdefault(name, (part, hidden))
        self._met.append(name)
        return {"$ref": f"#/$defs/{name}"}

    def _schema(self, part: Part, hidden: frozenset[str], depth: int) -> Plain:
        node = part.node
        if isinstance(node, bool):
            return node
        if isinstance(node, Form):
            return self._form(node, depth)
        if isinstance(node, Stream):
            return {"type": "array", "items": self._schema(node.items, frozenset(), depth + 1)}
        if not isinstance(node, dict):
            return True
        if depth > MAX_INLINE:
            return self._named(part, hidden)
        hidden |= self._hiding.names(part)
        pointed = []
        if not _REFERRING.isdisjoint(node):
            references = [self._pointed(part, keyword, hidden) for keyword in REFERENCES]
            pointed = [reference for reference in references if reference is not None]
            if pointed and isinstance(node.get("$ref"), str) and self._dialect in LONE_REFERENCES:
                return pointed[0]
        own = self._keywords(part, hidden, depth)
        if pointed:
            own["allOf"] = [*own.get("allOf", ()), *pointed]
        return own

    def _form(self, form: Form, depth: int) -> Plain:
        fields = {name: self._schema(part, frozenset(), depth + 1) for name, part in form.fields.items()}
        return {"type": "object", "required": sorted(form.required), "properties": fields}

    def _pointed(self, part: Part, keyword: str, hidden: frozenset[str]) -> Plain | None:
        reference = part.node.get(keyword)
        if not isinstance(reference, str):
            return None
        target = self._target(part, keyword)
        return True if target is None else self._named(target, hidden)

    def _target(self, part: Part, keyword: str) -> Part | None:
        if keyword == "$recursiveRef":
            return self._resolver.recursive(part)
        return self._resolver.target(part.node[keyword], part.file)

    def _keywords(self, part: Part, hidden: frozenset[str], depth: int) -> dict[str, Any]:
        node = part.node
        plain: dict[str, Any] = {}
        self._add_type(plain, node)
        if not KEYWORDS.isdisjoint(node):  # most schemas only name their type
            add_values(plain, node)
            add_numbers(plain, node)
            add_words(plain, node)
        if not _HOLDING_OBJECTS.isdisjoint(node):
            self._add_object(plain, part, hidden, depth)
        if not _HOLDING_ITEMS.isdisjoint(node):
            self._add_items(plain, part, depth)
        if not _HOLDING_OTHERS.isdisjoint(node):
            self._add_nested(plain, part, depth)
        if not _BRANCHING.isdisjoint(node):
            self._add_branches(plain, part, hidden, depth)
        return plain

    def _add_nested(self, plain: dict[str, Any], part: Part, depth: int) -> None:
        for keyword in NESTED:
            self._add(plain, keyword, part.get(keyword), depth)
        for keyword in MAPS:
            members = part.get(keyword)
            if members is not None and isinstance(members.node, dict):
                plain[keyword] = {
                    name: self._schema(m, frozenset(), depth + 1) for name, m in members.members()
                }

    def _add(self, plain: dict[str, Any], keyword: str, part: Part | None, depth: int) -> None:
        if part is not None and isinstance(part.node, dict | bool):
            plain[keyword] = self._schema(part, frozenset(), depth + 1)

    def _add_type(self, plain: dict[str, Any], node: dict[str, Node]) -> None:
        word = node.get("type")
        names = ["string"] if word == "file" else [word] if isinstance(word, str) else word
        if (
            not isinstance(names, list)
            or not names
            or not all(isinstance(n, str) and n in TYPES for n in names)
        ):
            return
        if node.get(NULLABLE.get(self._dialect, "")) is True and "null" not in names:
            names = [*names, "null"]
        plain["type"] = names[0] if len(names) == 1 else sorted(set(names))

    def _add_object(self, plain: dict[str, Any], part: Part, hidden: frozenset[str], depth: int) -> None:
        properties, required = part.get("properties"), part.node.get("required")
        if properties is not None and isinstance(properties.node, dict):
            shown = [(name, member) for name, member in properties.members() if name not in hidden]
            plain["properties"] = {
                name: self._schema(member, frozenset(), depth + 1) for name, member in shown
            }
        if isinstance(required, list):
            names = [name for name in required if isinstance(name, str) and name not in hidden]
            if names:
                plain["required"] = sorted(set(names))
        self._add_dependencies(plain, part, depth)

    def _add_dependencies(self, plain: dict[str, Any], part: Part, depth: int) -> None:
        for keyword in ("dependencies", "dependentRequired"):
            held = part.get(keyword)
            for name, member in held.members() if held else []:
                if isinstance(member.node, list):
                    names = sorted({item for item in member.node if isinstance(item, str)})
                    plain.setdefault("dependentRequired", {})[name] = names
                elif keyword == "dependencies" and isinstance(member.node, dict | bool):
                    schema = self._schema(member, frozenset(), depth + 1)
                    plain.setdefault("dependentSchemas", {})[name] = schema

    def _add_items(self, plain: dict[str, Any], part: Part, depth: int) -> None:
        items, prefix = part.get("items"), part.get("prefixItems")
        if items is not None and isinstance(items.node, list):
            items, prefix = part.get("additionalItems"), items
        if prefix is not None and prefix.items():
            plain["prefixItems"] = [self._schema(entry, frozenset(), depth + 1) for entry in prefix.items()]
        self._add(plain, "items", items, depth)

    def _add_branches(self, plain: dict[str, Any], part: Part, hidden: frozenset[str], depth: int) -> None:
        for keyword in BRANCHES:
            held = part.get(keyword)
            branches = held.items() if held else []
            if branches:
                passed = hidden if keyword == "allOf" else frozenset[str]()
                found = [self._schema(branch, passed, depth + 1) for branch in branches]
                plain[keyword] = [*plain.get(keyword, ()), *found]
            if branches and keyword != "allOf":
                tagged = zip(branches, plain[keyword], strict=True)
                plain[keyword] = [
                    _both(schema, tag_of(self._resolver, part, branch)) for branch, schema in tagged
                ]


def _both(schema: Plain, tag: dict[str, Any] | None) -> Plain:
    return schema if tag is None else {"allOf": [schema, tag]}
