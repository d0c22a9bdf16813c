"""The keywords of a schema, one row each: what they are called, what they apply to, which way they cut.

`effect` reads this table, and so does the catalogue of rules. A keyword is a row here and nowhere else.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

NUMBERS = frozenset({"number", "integer"})
STRING = frozenset({"string"})
ARRAY = frozenset({"array"})
OBJECT = frozenset({"object"})


class Limit(NamedTuple):
    """A bound. A lower bound narrows as it rises, an upper one as it falls; `admits` tests one value."""

    keyword: str
    aspect: str
    lower: bool
    types: frozenset[str]
    admits: Callable[[Any, Any], bool]


class Nested(NamedTuple):
    """A subschema keyword: adding it narrows.

    `sign` says how a change inside acts outside: 1 the same way, -1 the other way, 0 undecidable; what is
    undecidable asserts nothing by itself, so that it comes and goes with what it conditions.
    `step` is what the keyword adds to a property path.
    """

    keyword: str
    aspect: str
    types: frozenset[str] | None
    sign: int
    step: str | None


class Annotation(NamedTuple):
    """A keyword that leaves the set of legal values alone. `silent` ones are words only."""

    keyword: str
    aspect: str
    kind: str
    silent: bool


def _length(lower: bool) -> Callable[[Any, Any], bool]:
    def admits(limit: Any, value: Any) -> bool:
        return bool(len(value) >= limit if lower else len(value) <= limit)

    return admits


def _at_least(limit: Any, value: Any) -> bool:
    return bool(value > limit[0] if limit[1] else value >= limit[0])


def _at_most(limit: Any, value: Any) -> bool:
    return bool(value < limit[0] if limit[1] else value <= limit[0])


def _any_count(_limit: Any, _value: Any) -> bool:
    return False


LIMITS = (
    Limit("minimum", "min", True, NUMBERS, _at_least),
    Limit("maximum", "max", False, NUMBERS, _at_most),
    Limit("minLength", "min-length", True, STRING, _length(True)),
    Limit("maxLength", "max-length", False, STRING, _length(False)),
    Limit("minItems", "min-items", True, ARRAY, _length(True)),
    Limit("maxItems", "max-items", False, ARRAY, _length(False)),
    Limit("minProperties", "min-properties", True, OBJECT, _length(True)),
    Limit("maxProperties", "max-properties", False, OBJECT, _length(False)),
    Limit("minContains", "min-contains", True, ARRAY, _any_count),
    Limit("maxContains", "max-contains", False, ARRAY, _any_count),
)

NESTED = (
    Nested("items", "items", ARRAY, 1, "*"),
    Nested("additionalProperties", "additional-properties", OBJECT, 1, "*"),
    Nested("unevaluatedItems", "unevaluated-items", ARRAY, 1, "*"),
    Nested("unevaluatedProperties", "unevaluated-properties", OBJECT, 1, "*"),
    Nested("contains", "contains", ARRAY, 1, "*"),
    Nested("propertyNames", "property-names", OBJECT, 1, None),
    Nested("not", "not", None, -1, None),
    Nested("if", "if", None, 0, None),
    Nested("then", "then", None, 1, None),
    Nested("else", "else", None, 1, None),
)

ANNOTATIONS = (
    Annotation("default", "default-value", "default", False),
    Annotation("deprecated", "deprecated", "lifecycle", False),
    Annotation("x-sunset", "sunset", "lifecycle", False),
    Annotation("x-extensible-enum", "extensible-enum", "values", True),
    Annotation("readOnly", "read-only", "mutability", False),
    Annotation("writeOnly", "write-only", "mutability", False),
    Annotation("contentSchema", "content-schema", "documentation", True),
    Annotation("contentEncoding", "content-encoding", "documentation", True),
    Annotation("contentMediaType", "content-media-type", "documentation", True),
    Annotation("title", "title", "documentation", True),
    Annotation("description", "description", "documentation", True),
    Annotation("example", "example", "documentation", True),
    Annotation("examples", "examples", "documentation", True),
    Annotation("externalDocs", "external-docs", "documentation", True),
    Annotation("xml", "xml", "documentation", True),
    Annotation("$comment", "comment", "documentation", True),
)

FORMAT_WIDER: dict[str, frozenset[str]] = {
    "int32": frozenset({"int64"}),
    "float": frozenset({"double"}),
    "uri": frozenset({"uri-reference", "iri-reference", "iri"}),
    "uri-reference": frozenset({"iri-reference"}),
    "iri": frozenset({"iri-reference"}),
    "email": frozenset({"idn-email"}),
    "hostname": frozenset({"idn-hostname"}),
}
"""For a known format, the formats that contain it."""

KNOWN_FORMATS = frozenset(
    "int32 int64 float double byte binary date date-time time duration email idn-email hostname "
    "idn-hostname ipv4 ipv6 uri uri-reference iri iri-reference uri-template uuid json-pointer "
    "relative-json-pointer regex".split()
)
"""Formats that standards define. `password` is a hint for input fields and asserts nothing."""
