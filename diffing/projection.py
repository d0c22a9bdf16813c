"""OpenAPI schemas of any dialect as plain JSON Schema 2020-12, as one direction of traffic sees them.

The result means the same to any validator: references point into its own `$defs`, null is a type, bounds are
numbers, what the direction hides is gone, a discriminator is an assertion. It reads the text itself and not
the effective model of `readers`, so that proofs and tests that use it are a second opinion. What is malformed
asserts nothing.
"""

from collections.abc import Iterable
from typing import Any

from diffing.document import Dialect, Node
from diffing.finding import Direction
from diffing.part import Part
from diffing.plain_keywords import add_numbers, add_values, add_words
from diffing.readers.refs import Resolver
from diffing.schema import Conjunction, Form

Plain = dict[str, Any] | bool
Key = tuple[str, str, frozenset[str]]

TYPES = frozenset("null boolean object array number integer string".split())
HIDES = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
NULLABLE = {Dialect.OPENAPI_2_0: "x-nullable", Dialect.OPENAPI_3_0: "nullable"}
LONE_REFERENCES = frozenset({Dialect.OPENAPI_2_0, Dialect.OPENAPI_3_0})
NESTED = tuple(
    "additionalProperties unevaluatedItems unevaluatedProperties contains propertyNames not if then "
    "else".split()
)
MAPS = ("patternProperties", "dependentSchemas")
_LISTS = frozenset({"enum", "const"})
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
        self._hides = HIDES.get(direction, "")
        self._names: dict[Key, str] = {}
        self._targets: dict[str, tuple[Part, frozenset[str]]] = {}
        self.definitions: dict[str, Plain] = {}
        self._inner: dict[str, tuple[str, ...]] = {}
        self._hidden_names: dict[tuple[str, str], frozenset[str]] = {}

    def project(self, schemas: Conjunction, *, limit: int = 10_000) -> dict[str, Any]:
        """Answer one plain schema that accepts what all of `schemas` accept.

        Whatever it refers to stands in its own `$defs`, and no more than is reached. Raises OverflowError
        where that takes more than `limit` definitions.
        """
        hidden = frozenset[str]().union(*map(self._hidden, schemas))
        root: dict[str, Any] = {"allOf": [self._schema(part, hidden, 0) for part in schemas]}
        definitions = self._reached(root, limit)
        return {**root, "$defs": definitions} if definitions else root

    def _reached(self, root: Plain, limit: int) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        pending = list(_references(root))
        while pending:
            name = pending.pop()
            if name in found or name not in self._targets:
                continue
            if len(found) == limit:
                raise OverflowError(f"more than {limit:,} definitions are reached")
            found[name] = self._definition(name)
            pending.extend(self._inner[name])
        return found

    def _definition(self, name: str) -> Plain:
        """Answer a definition; the names of those that it refers to are kept beside it."""
        if name not in self.definitions:
            schema = self._schema(*self._targets[name], 0)
            self.definitions[name] = schema
            self._inner[name] = tuple(_references(schema))
        return self.definitions[name]

    def _named(self, part: Part, hidden: frozenset[str]) -> Plain:
        key = (*part.spot, hidden)
        name = self._names.setdefault(key, f"s{len(self._names)}")
        self._targets.setdefault(name, (part, hidden))
        return {"$ref": f"#/$defs/{name}"}

    def _schema(self, part: Part, hidden: frozenset[str], depth: int) -> Plain:
        node = part.node
        if isinstance(node, bool):
            return node
        if isinstance(node, Form):
            return self._form(node, depth)
        if not isinstance(node, dict):
            return True
        if depth > MAX_INLINE:
            return self._named(part, hidden)
        hidden |= self._hidden(part)
        references = [
            self._pointed(part, keyword, hidden) for keyword in ("$ref", "$dynamicRef", "$recursiveRef")
        ]
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

    def _target(self, part: Part, keyword: str = "$ref") -> Part | None:
        if keyword == "$recursiveRef":
            return self._resolver.recursive(part)
        return self._resolver.target(part.node[keyword], part.file)

    def _keywords(self, part: Part, hidden: frozenset[str], depth: int) -> dict[str, Any]:
        node = part.node
        plain: dict[str, Any] = {}
        self._add_type(plain, node)
        add_values(plain, node)
        add_numbers(plain, node)
        add_words(plain, node)
        self._add_object(plain, part, hidden, depth)
        self._add_items(plain, part, depth)
        for keyword in NESTED:
            self._add(plain, keyword, part.get(keyword), depth)
        for keyword in MAPS:
            members = part.get(keyword)
            if members is not None and isinstance(members.node, dict):
                plain[keyword] = {
                    name: self._schema(m, frozenset(), depth + 1) for name, m in members.members()
                }
        self._add_branches(plain, part, hidden, depth)
        return plain

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
        for keyword in ("allOf", "anyOf", "oneOf"):
            held = part.get(keyword)
            branches = held.items() if held else []
            if branches:
                passed = hidden if keyword == "allOf" else frozenset[str]()
                found = [self._schema(branch, passed, depth + 1) for branch in branches]
                plain[keyword] = [*plain.get(keyword, ()), *found]
            if branches and keyword != "allOf":
                tagged = zip(branches, plain[keyword], strict=True)
                plain[keyword] = [_both(schema, self._tag(part, branch)) for branch, schema in tagged]

    def _tag(self, part: Part, branch: Part) -> dict[str, Any] | None:
        """Answer what a discriminator asks of a branch: its property holds one of the branch's names."""
        discriminator, node = part.node.get("discriminator"), branch.node
        if not isinstance(discriminator, dict) or not isinstance(node, dict):
            return None
        name, reference = discriminator.get("propertyName"), node.get("$ref")
        if not isinstance(name, str) or not isinstance(reference, str):
            return None
        tags = self._tags(part, branch, discriminator)
        return {"required": [name], "properties": {name: {"enum": tags} if tags else {}}}

    def _tags(self, part: Part, branch: Part, discriminator: dict[str, Any]) -> list[str]:
        """Answer the names of a branch, by the mapping or its own; none where it lists values itself."""
        mapping = discriminator.get("mapping")
        implied = str(branch.node["$ref"]).rpartition("/")[2]
        target = self._target(branch)
        names = {
            tag
            for tag, value in (mapping.items() if isinstance(mapping, dict) else ())
            if isinstance(value, str) and (value == implied or self._leads_to(value, part, target))
        }
        if self._lists(branch, discriminator["propertyName"]):
            return sorted(names)
        return sorted(names | {implied})

    def _leads_to(self, value: str, part: Part, target: Part | None) -> bool:
        found = self._resolver.target(value, part.file) if "/" in value or "#" in value else None
        return found is not None and target is not None and found.spot == target.spot

    def _lists(self, branch: Part, name: str) -> bool:
        """Answer whether a schema itself lists the values of a property."""
        for joined in self._joined(branch):
            properties = joined.get("properties")
            member = properties.get(name) if properties else None
            if member is not None and any(
                {"enum", "const"} & each.node.keys() for each in self._joined(member)
            ):
                return True
        return False

    def _hidden(self, part: Part) -> frozenset[str]:
        """Answer the properties, of the schema and of what it is joined from, that this direction hides."""
        if not self._hides or not isinstance(part.node, dict):
            return frozenset()
        if part.spot not in self._hidden_names:
            names = set()
            for joined in self._joined(part):
                properties = joined.get("properties")
                for name, member in properties.members() if properties else []:
                    if self._is_hidden(member):
                        names.add(name)
            self._hidden_names[part.spot] = frozenset(names)
        return self._hidden_names[part.spot]

    def _is_hidden(self, member: Part) -> bool:
        if not isinstance(member.node, dict):
            return False
        if "$ref" not in member.node and "allOf" not in member.node:
            return member.node.get(self._hides) is True
        return any(each.node.get(self._hides) is True for each in self._joined(member))

    def _joined(self, part: Part) -> Iterable[Part]:
        """Answer the schemas that hold together with one: itself, what it refers to, what `allOf` lists."""
        seen = set()
        pending = [part]
        while pending:
            each = pending.pop()
            if not isinstance(each.node, dict) or each.spot in seen:
                continue
            seen.add(each.spot)
            yield each
            if isinstance(each.node.get("$ref"), str):
                target = self._target(each)
                pending.extend([] if target is None else [target])
                if self._dialect in LONE_REFERENCES:
                    continue
            every = each.get("allOf")
            pending.extend(every.items() if every else [])


def _both(schema: Plain, tag: dict[str, Any] | None) -> Plain:
    return schema if tag is None else {"allOf": [schema, tag]}


def _references(schema: Plain) -> Iterable[str]:
    pending: list[Any] = [schema]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(item for item in node if isinstance(item, dict | list))
        elif isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/$defs/"):
                yield reference.rpartition("/")[2]
            pending.extend(value for value in node.values() if isinstance(value, dict | list))
