"""What each keyword of a schema object adds to the effective schema: one row of a table a keyword."""

from collections.abc import Callable
from typing import Any

from diffing.document import Dialect, Node
from diffing.part import Part
from diffing.readers import spellings
from diffing.schema import ANNOTATIONS, Fact, Form, Schema, Stream, canonical

Reader = Callable[[Schema, Part, str, Node], None]
"""Adds what a keyword of a part says to the schema: the schema, the part, the keyword, its value."""

_NEUTRAL = {"minLength": 0, "minItems": 0, "minProperties": 0, "minContains": 1}
OPEN_WHEN_EMPTY = frozenset(
    "items additionalProperties additionalItems unevaluatedItems unevaluatedProperties propertyNames".split()
)
_LEAVES_NOTHING_TO = {"unevaluatedItems": "items", "unevaluatedProperties": "additionalProperties"}
"""For a keyword about what is left over, the one of the same part that leaves nothing."""
_FLAGS = frozenset({"readOnly", "writeOnly", "deprecated"})
"""Annotations that hold as soon as one part says so."""
_ABOUT_NULL = frozenset({"type", "enum", "const", "nullable", "x-nullable"})
_ABOUT_FORMAT = frozenset({"format", "contentEncoding", "contentMediaType"})


def add(schema: Schema, part: Part, dialect: Dialect, *, excused: bool) -> None:
    """Add what one part says itself; an excused part need not admit null."""
    node = part.node
    if isinstance(node, Form):
        _add_form(schema, node)
    elif isinstance(node, Stream):
        schema.types, schema.null = frozenset({"array"}), False
        schema.subschemas["items"] = (*schema.subschemas.get("items", ()), node.items)
    elif node is False:
        schema.never = True
    elif isinstance(node, dict):
        if not _ABOUT_NULL.isdisjoint(node):
            _add_types(schema, part, dialect, excused)
        if node.get("type") == "file" or not _ABOUT_FORMAT.isdisjoint(node):
            _add_format(schema, part)
        for keyword, value in node.items():
            _READERS.get(keyword, _extra)(schema, part, keyword, value)


def add_words(schema: Schema, part: Part, words: tuple[str, ...]) -> None:
    """Add what one part says by some keywords."""
    for word in words:
        if word in part.node:
            _READERS[word](schema, part, word, part.node[word])


def _add_form(schema: Schema, form: Form) -> None:
    schema.types = frozenset({"object"})
    schema.null = False
    schema.required.update(form.required)
    for name, part in form.fields.items():
        schema.properties[name] = (part,)


def _add_types(schema: Schema, part: Part, dialect: Dialect, excused: bool) -> None:
    types = spellings.types_of(part.node)
    if types is not None:
        others = types - {"null"}
        schema.types = others if schema.types is None else meet(schema.types, others)
        schema.type_part = schema.type_part or part.child("type")
    if not excused and not spellings.admits_null(part.node, dialect):
        schema.null = False
    if schema.null_part is None:
        schema.null_part = part.get(spellings.NULLABLE.get(dialect, "nullable")) or part.get("type")


def meet(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Answer the types that two lists of types have in common, integers being numbers."""
    both = one & other
    for a, b in ((one, other), (other, one)):
        if "integer" in a and "number" in b:
            both |= {"integer"}
    return both


def _add_format(schema: Schema, part: Part) -> None:
    word = spellings.format_of(part.node)
    if word is not None:
        _together(schema, "format", word, part.get("format") or part)


def _together(schema: Schema, keyword: str, value: Any, at: Part) -> None:
    """Add to the values of a keyword that all hold: patterns, formats, divisors."""
    known = schema.facts.get(keyword)
    if known is None:
        schema.facts[keyword] = Fact((value,), at)
    else:
        schema.facts[keyword] = Fact(tuple(sorted({*known.value, value}, key=canonical)), known.part)


def _enum(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    if isinstance(value, list):
        listed = part.child(keyword)
        _limit_values(schema, listed, [(item.node, item) for item in listed.items()])
    if "const" in part.node:
        _limit_to_constant(schema, part.child("const"))


def _const(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    if "enum" not in part.node:
        _limit_to_constant(schema, part.child(keyword))


def _limit_to_constant(schema: Schema, constant: Part) -> None:
    schema.constant = True
    _limit_values(schema, constant, [(constant.node, constant)])


def _limit_values(schema: Schema, listed: Part, values: list[tuple[Node, Part]]) -> None:
    found = {canonical(value): Fact(value, at) for value, at in values if value is not None}
    if schema.enum is None:
        schema.enum, schema.enum_part = found, listed
    else:
        schema.enum = {text: fact for text, fact in schema.enum.items() if text in found}


def _count(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    if not spellings.number(value) or value == _NEUTRAL.get(keyword):
        return
    known = schema.limits.get(keyword)
    if known is None or (value > known.value if keyword.startswith("min") else value < known.value):
        schema.limits[keyword] = Fact(value, part.child(keyword))


def _minimum(schema: Schema, part: Part, _keyword: str, _value: Node) -> None:
    _bound(schema, part, "minimum", spellings.lower_bound(part.node), 1)


def _maximum(schema: Schema, part: Part, _keyword: str, _value: Node) -> None:
    _bound(schema, part, "maximum", spellings.upper_bound(part.node), -1)


def _bound(schema: Schema, part: Part, name: str, bound: tuple[float, bool, str] | None, sign: int) -> None:
    if bound is None:
        return
    value, excluded, keyword = bound
    known = schema.limits.get(name)
    if known is None or (sign * value, excluded) > (sign * known.value[0], known.value[1]):
        schema.limits[name] = Fact((value, excluded), part.child(keyword))


def _multiple(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    if spellings.number(value):
        _together(schema, keyword, value, part.child(keyword))


def _pattern(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    if isinstance(value, str):
        _together(schema, keyword, value, part.child(keyword))


def _unique(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    if value is True:
        schema.facts.setdefault(keyword, Fact(True, part.child(keyword)))


def _discriminator(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    discriminator = spellings.discriminator_of(value)
    if discriminator is not None:
        schema.facts.setdefault(keyword, Fact(discriminator, part.child(keyword)))


def _required(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    for entry in part.child(keyword).items():
        if isinstance(entry.node, str):
            schema.required.setdefault(entry.node, entry)


def _properties(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    _join(schema.properties, part.child(keyword))


def _patterns(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    _join(schema.patterns, part.child(keyword))


def _dependents(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    for name, member in part.child(keyword).members():
        _depend(schema, name, member)


def _join(into: dict[str, tuple[Part, ...]], held: Part) -> None:
    for name, member in held.members():
        into[name] = (*into[name], member) if name in into else (member,)


def _dependencies(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    for name, member in part.child(keyword).members():
        if isinstance(member.node, list):
            _demand(schema, f"dependentRequired/{name}", member)
        else:
            _depend(schema, name, member)


def _depend(schema: Schema, name: str, member: Part) -> None:
    """Add what a name demands; a schema that only requires names is a list of them."""
    if isinstance(member.node, dict) and member.node.keys() == {"required"}:
        listed = member.child("required")
        if isinstance(listed.node, list):
            _demand(schema, f"dependentRequired/{name}", listed)
            return
    schema.dependents[name] = (*schema.dependents.get(name, ()), member)


def _demand(schema: Schema, name: str, listed: Part) -> None:
    """Add names that a name asks for; what several parts ask for is asked for together."""
    known = schema.facts.get(name)
    names = [entry for entry in listed.node if isinstance(entry, str)]
    if known is not None:
        names = list(dict.fromkeys([*known.value, *names]))
    schema.facts[name] = Fact(names, known.part if known is not None else listed)


def _prefix(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    if not schema.prefix:
        schema.prefix = tuple([(entry,) for entry in part.child(keyword).items()])


def _subschema(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    if keyword in OPEN_WHEN_EMPTY and _accepts_all(value):
        return
    if _LEAVES_NOTHING_TO.get(keyword) in part.node:
        return
    schema.subschemas[keyword] = (*schema.subschemas.get(keyword, ()), part.child(keyword))


def _accepts_all(node: Node) -> bool:
    return node is True or node == {}


def _annotation(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    known = schema.facts.get(keyword)
    if known is None or (keyword in _FLAGS and value is True and known.value is not True):
        schema.facts[keyword] = Fact(value, part.child(keyword))


def _extra(schema: Schema, part: Part, keyword: str, _value: Node) -> None:
    schema.extras.setdefault(keyword, part.child(keyword))


def _dynamic(schema: Schema, part: Part, keyword: str, value: Node) -> None:
    """Keep a reference with several meanings, which stand in its place; `opened` follows any other."""
    if not isinstance(value, str):
        _extra(schema, part, keyword, value)


def _elsewhere(_schema: Schema, _part: Part, _keyword: str, _value: Node) -> None:
    """Leave a keyword to whoever else reads it."""


def _rows(reader: Reader, keywords: str) -> dict[str, Reader]:
    return dict.fromkeys(keywords.split(), reader)


_READERS: dict[str, Reader] = {
    **dict.fromkeys(ANNOTATIONS, _annotation),
    "enum": _enum,
    "const": _const,
    **_rows(
        _count,
        "minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains",
    ),
    **_rows(_minimum, "minimum exclusiveMinimum"),
    **_rows(_maximum, "maximum exclusiveMaximum"),
    "multipleOf": _multiple,
    "pattern": _pattern,
    "uniqueItems": _unique,
    "discriminator": _discriminator,
    "required": _required,
    "properties": _properties,
    "patternProperties": _patterns,
    "dependentSchemas": _dependents,
    **_rows(_dependencies, "dependentRequired dependencies"),
    "prefixItems": _prefix,
    **_rows(
        _subschema,
        "items additionalProperties additionalItems unevaluatedItems unevaluatedProperties contains "
        "propertyNames not if then else",
    ),
    # `_add_types`, `_add_format` and `opened` read these
    **_rows(_elsewhere, "type nullable x-nullable format"),
    **_rows(_elsewhere, "$ref $recursiveRef allOf anyOf oneOf"),
    "$dynamicRef": _dynamic,
    **_rows(_elsewhere, "$id $schema $anchor $dynamicAnchor $recursiveAnchor $defs definitions"),
    # fields of a 2.0 parameter or header, which is its own schema
    **_rows(_elsewhere, "name in collectionFormat allowEmptyValue"),
}
