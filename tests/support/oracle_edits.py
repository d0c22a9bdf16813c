"""Edits that reach every row of the table of polarities, with the effect that the law gives each, and the
contexts an edit can stand in.

The effects are reasoned from JSON Schema 2020-12 and the law; tests hold both the comparison and the
validator to them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from diffing.finding import Effect
from tests.support.oracle import Side

N, W, S, U, O = Effect.NARROWS, Effect.WIDENS, Effect.SWAPS, Effect.UNKNOWN, Effect.NONE  # noqa: E741


@dataclass(frozen=True)
class Edit:
    """One edit of a schema: what it does to the set of legal values, read forwards."""

    name: str
    old: Any
    new: Any
    effect: Effect
    components: Mapping[str, Any] = field(default_factory=dict)
    versions: tuple[str, str] = ("3.1.0", "3.1.0")

    def back(self) -> "Edit":
        """Answer the edit undone."""
        undone = {N: W, W: N}.get(self.effect, self.effect)
        old, new = self.versions
        return replace(
            self, name=f"{self.name}, undone", old=self.new, new=self.old, effect=undone, versions=(new, old)
        )

    def sides(self) -> tuple[Side, Side]:
        """Answer both sides, the schema at the root of the body."""
        old, new = self.versions
        return Side(self.old, self.components, old), Side(self.new, self.components, new)


def _typed(word: str, **keywords: Any) -> dict[str, Any]:
    return {"type": word, **keywords}


def _object(**keywords: Any) -> dict[str, Any]:
    return {"type": "object", **keywords}


TEXT, WHOLE, NUMBER, LIST = _typed("string"), _typed("integer"), _typed("number"), _typed("array")
AB = _object(properties={"a": TEXT, "b": TEXT})
CAT = _object(properties={"kind": {"const": "cat"}, "claws": WHOLE}, required=["kind"])
DOG = _object(properties={"kind": {"const": "dog"}, "tail": TEXT}, required=["kind"])
RECORD = _object(properties={"id": TEXT, "size": WHOLE}, required=["id"])
PETS = {
    "Cat": _object(properties={"kind": TEXT, "claws": WHOLE}, required=["kind"]),
    "Dog": _object(properties={"kind": TEXT, "tail": TEXT}, required=["kind"]),
}
TAGS = {"c": "Cat", "d": "Dog"}
_TO = "#/components/schemas/"
CATS, DOGS = {"$ref": f"{_TO}Cat"}, {"$ref": f"{_TO}Dog"}


def _pet(mapping: Mapping[str, str] | None = None, name: str = "kind") -> dict[str, Any]:
    named = {} if mapping is None else {"mapping": {key: _TO + value for key, value in mapping.items()}}
    return {"oneOf": [CATS, DOGS], "discriminator": {"propertyName": name, **named}}


def _bounds() -> list[Edit]:
    rows = (
        ("minimum", NUMBER, 3, 5, True),
        ("maximum", NUMBER, 3, 5, False),
        ("exclusiveMinimum", NUMBER, 3, 5, True),
        ("exclusiveMaximum", NUMBER, 3, 5, False),
        ("minLength", TEXT, 2, 4, True),
        ("maxLength", TEXT, 2, 4, False),
        ("minItems", LIST, 1, 2, True),
        ("maxItems", LIST, 1, 2, False),
        ("minProperties", _object(), 1, 2, True),
        ("maxProperties", _object(), 1, 2, False),
        ("minContains", LIST | {"contains": TEXT}, 2, 3, True),
        ("maxContains", LIST | {"contains": TEXT}, 2, 3, False),
    )
    found = []
    for word, base, low, high, lower in rows:
        found.append(Edit(f"{word} set", base, base | {word: low}, N))
        found.append(Edit(f"{word} raised", base | {word: low}, base | {word: high}, N if lower else W))
    return found


def _words() -> list[Edit]:
    """Annotations and whatever else leaves the set alone."""
    rows: dict[str, tuple[Any, Any]] = {
        "default": ("a", "b"),
        "deprecated": (True, False),
        "x-sunset": ("2027-01-01", "2028-01-01"),
        "x-extensible-enum": (["a"], ["a", "b"]),
        "contentSchema": (TEXT, WHOLE),
        "contentEncoding": ("base32", "base16"),
        "contentMediaType": ("text/plain", "text/html"),
        "title": ("a", "b"),
        "description": ("a", "b"),
        "example": ("a", "b"),
        "examples": (["a"], ["b"]),
        "externalDocs": ({"url": "https://example.com/a"}, {"url": "https://example.com/b"}),
        "xml": ({"name": "a"}, {"name": "b"}),
        "$comment": ("a", "b"),
        "x-team": ("a", "b"),
    }
    found = []
    for word, (one, other) in rows.items():
        found.append(Edit(f"{word} added", TEXT, TEXT | {word: one}, O))
        found.append(Edit(f"{word} changed", TEXT | {word: one}, TEXT | {word: other}, O))
    found.append(Edit("an unknown keyword added", TEXT, TEXT | {"novelty": 1}, U))
    found.append(Edit("an unknown keyword changed", TEXT | {"novelty": 1}, TEXT | {"novelty": 2}, U))
    return found


def _types() -> list[Edit]:
    null = {"anyOf": [TEXT, {"type": "null"}]}
    return [
        Edit("number to integer", NUMBER, WHOLE, N),
        Edit("any type to one", {}, {"type": ["string", "null"]}, N),
        Edit("one type to two", TEXT, {"type": ["string", "integer"]}, W),
        Edit("string to integer", TEXT, WHOLE, S),
        Edit(
            "a pair of types to another", {"type": ["string", "boolean"]}, {"type": ["string", "integer"]}, S
        ),
        Edit("null admitted", TEXT, {"type": ["string", "null"]}, W),
        Edit("null admitted by a branch", TEXT, null, W),
        Edit(
            "null left over in 3.1",
            TEXT | {"nullable": True},
            TEXT | {"nullable": True},
            N,
            {},
            ("3.0.3", "3.1.0"),
        ),
        Edit("nothing accepted any more", TEXT, False, N),
        Edit("int64 to int32", WHOLE | {"format": "int64"}, WHOLE | {"format": "int32"}, N),
        Edit("double to float", NUMBER | {"format": "double"}, NUMBER | {"format": "float"}, N),
        Edit("a format set", TEXT, TEXT | {"format": "date"}, N),
        Edit("uri-reference to uri", TEXT | {"format": "uri-reference"}, TEXT | {"format": "uri"}, N),
        Edit("iri to uri", TEXT | {"format": "iri"}, TEXT | {"format": "uri"}, N),
        Edit("iri-reference to iri", TEXT | {"format": "iri-reference"}, TEXT | {"format": "iri"}, N),
        Edit(
            "iri-reference to uri-reference",
            TEXT | {"format": "iri-reference"},
            TEXT | {"format": "uri-reference"},
            N,
        ),
        Edit("iri-reference to uri", TEXT | {"format": "iri-reference"}, TEXT | {"format": "uri"}, N),
        Edit("idn-email to email", TEXT | {"format": "idn-email"}, TEXT | {"format": "email"}, N),
        Edit("idn-hostname to hostname", TEXT | {"format": "idn-hostname"}, TEXT | {"format": "hostname"}, N),
        Edit("date to date-time", TEXT | {"format": "date"}, TEXT | {"format": "date-time"}, S),
        Edit("ipv4 to ipv6", TEXT | {"format": "ipv4"}, TEXT | {"format": "ipv6"}, S),
        Edit("a vendor's format set", TEXT, TEXT | {"format": "phone"}, U),
        Edit("a vendor's format changed", TEXT | {"format": "phone"}, TEXT | {"format": "fax"}, U),
        Edit("a hint for input fields", TEXT, TEXT | {"format": "password"}, O),
    ]


def _values() -> list[Edit]:
    return [
        Edit("values listed", TEXT, TEXT | {"enum": ["a", "b"]}, N),
        Edit("a value removed", {"enum": ["a", "b"]}, {"enum": ["a"]}, N),
        Edit(
            "a value removed from an extensible list",
            {"enum": ["a", "b"], "x-extensible-enum": True},
            {"enum": ["a"], "x-extensible-enum": True},
            N,
        ),
        Edit("a value replaced", {"enum": ["a", "b"]}, {"enum": ["a", "c"]}, S),
        Edit("null among the values", {"enum": ["a"]}, {"enum": ["a", None]}, W),
        Edit("one value only", TEXT, {"type": "string", "const": "a"}, N),
        Edit("another value", {"const": "a"}, {"const": "b"}, S),
        Edit("multiples wanted", NUMBER, NUMBER | {"multipleOf": 2}, N),
        Edit("multiples of a multiple", WHOLE | {"multipleOf": 2}, WHOLE | {"multipleOf": 6}, N),
        Edit("other multiples", WHOLE | {"multipleOf": 2}, WHOLE | {"multipleOf": 3}, S),
        Edit("a pattern added", TEXT, TEXT | {"pattern": "^a"}, N),
        Edit("a pattern narrowed", TEXT | {"pattern": "^[ab]+$"}, TEXT | {"pattern": "^b+$"}, N),
        Edit("a pattern changed", TEXT | {"pattern": "^a"}, TEXT | {"pattern": "b$"}, S),
        Edit("a pattern that looks ahead", TEXT | {"pattern": "^(?!a)"}, TEXT | {"pattern": "^(?=b)"}, U),
        Edit(
            "a bound that a list of values satisfies",
            {"enum": ["aa", "bb"]},
            {"enum": ["aa", "bb"], "minLength": 2},
            O,
        ),
        Edit("a length for numbers", WHOLE, WHOLE | {"maxLength": 2}, O),
        Edit("an integer above 4 is one from 5", WHOLE | {"exclusiveMinimum": 4}, WHOLE | {"minimum": 5}, O),
    ]


def _lists() -> list[Edit]:
    texts = LIST | {"items": TEXT}
    return [
        Edit("items described", LIST, texts, N),
        Edit("items changed", texts, LIST | {"items": WHOLE}, S),
        Edit("items forbidden", texts, LIST | {"items": False}, N),
        Edit("unique items", LIST, LIST | {"uniqueItems": True}, N),
        Edit("contains wanted", LIST, LIST | {"contains": TEXT}, N),
        Edit("contains changed", LIST | {"contains": NUMBER}, LIST | {"contains": WHOLE}, N),
        Edit(
            "a tuple's entry in an open tuple",
            LIST | {"prefixItems": [TEXT]},
            LIST | {"prefixItems": [TEXT, TEXT]},
            N,
        ),
        Edit(
            "a tuple's entry in a closed tuple",
            LIST | {"prefixItems": [TEXT], "items": False},
            LIST | {"prefixItems": [TEXT, TEXT], "items": False},
            W,
        ),
        Edit(
            "a tuple's entry beside items",
            LIST | {"prefixItems": [TEXT], "items": NUMBER},
            LIST | {"prefixItems": [TEXT, WHOLE], "items": NUMBER},
            N,
        ),
        Edit("a tuple's entry changed", LIST | {"prefixItems": [NUMBER]}, LIST | {"prefixItems": [WHOLE]}, N),
        Edit(
            "no further items",
            LIST | {"prefixItems": [TEXT]},
            LIST | {"prefixItems": [TEXT], "unevaluatedItems": False},
            N,
        ),
        Edit(
            "further items described",
            LIST | {"prefixItems": [TEXT]},
            LIST | {"prefixItems": [TEXT], "unevaluatedItems": TEXT},
            N,
        ),
        Edit(
            "further items narrowed",
            LIST | {"unevaluatedItems": NUMBER},
            LIST | {"unevaluatedItems": WHOLE},
            N,
        ),
        Edit(
            "further items forbidden",
            LIST | {"unevaluatedItems": TEXT},
            LIST | {"unevaluatedItems": False},
            N,
        ),
    ]


def _objects() -> list[Edit]:
    shut = {"additionalProperties": False}
    just_a = _object(properties={"a": TEXT})
    pattern = {"patternProperties": {"^x": WHOLE}}
    hidden = _object(properties={"a": TEXT, "b": TEXT | {"readOnly": True}})
    secret = _object(properties={"a": TEXT, "b": TEXT | {"writeOnly": True}})
    return [
        Edit("an optional property in an open object", just_a, AB, N),
        Edit("a property in a closed object", just_a | shut, AB | shut, W),
        Edit("a required property", just_a, AB | {"required": ["b"]}, N),
        Edit("a required property in a closed object", just_a | shut, AB | shut | {"required": ["b"]}, S),
        Edit(
            "a property that extra names contradict",
            just_a | {"additionalProperties": WHOLE},
            AB | {"additionalProperties": WHOLE},
            S,
        ),
        Edit("a property required", AB, AB | {"required": ["b"]}, N),
        Edit(
            "a property with a default required",
            _object(properties={"a": TEXT | {"default": "x"}}),
            _object(properties={"a": TEXT | {"default": "x"}}, required=["a"]),
            N,
        ),
        Edit("an undeclared property required", just_a, just_a | {"required": ["q"]}, N),
        Edit("extra names forbidden", AB, AB | shut, N),
        Edit("extra names described", AB, AB | {"additionalProperties": TEXT}, N),
        Edit("extra names described and then forbidden", AB | {"additionalProperties": TEXT}, AB | shut, N),
        Edit("unevaluated names forbidden", AB, AB | {"unevaluatedProperties": False}, N),
        Edit(
            "unevaluated names narrowed",
            AB | {"unevaluatedProperties": NUMBER},
            AB | {"unevaluatedProperties": WHOLE},
            N,
        ),
        Edit("unevaluated names described", AB, AB | {"unevaluatedProperties": TEXT}, N),
        Edit(
            "unevaluated names described and then forbidden",
            AB | {"unevaluatedProperties": TEXT},
            AB | {"unevaluatedProperties": False},
            N,
        ),
        Edit("a pattern of names in an open object", just_a, just_a | pattern, N),
        Edit("a pattern of names in a closed object", just_a | shut, just_a | shut | pattern, W),
        Edit("a pattern of names where none were legal", _object(**shut), _object(**shut, **pattern), W),
        Edit(
            "a pattern of names changed", just_a | {"patternProperties": {"^x": NUMBER}}, just_a | pattern, N
        ),
        Edit("names limited", AB, AB | {"propertyNames": {"maxLength": 1}}, N),
        Edit(
            "names limited further",
            AB | {"propertyNames": {"maxLength": 3}},
            AB | {"propertyNames": {"maxLength": 1}},
            N,
        ),
        Edit("a name demands another", AB, AB | {"dependentRequired": {"a": ["b"]}}, N),
        Edit(
            "a name demands one more",
            AB | {"dependentRequired": {"a": ["b"]}},
            AB | {"dependentRequired": {"a": ["b", "c"]}},
            N,
        ),
        Edit(
            "a name demands something else",
            AB | {"dependentRequired": {"a": ["b"]}},
            AB | {"dependentRequired": {"a": ["c"]}},
            S,
        ),
        Edit("a name demands a schema", AB, AB | {"dependentSchemas": {"a": {"minProperties": 2}}}, N),
        Edit(
            "a name demands a stricter schema",
            AB | {"dependentSchemas": {"a": {"minProperties": 1}}},
            AB | {"dependentSchemas": {"a": {"minProperties": 2}}},
            N,
        ),
        Edit("a property becomes read-only", AB, hidden, U),
        Edit("a property becomes write-only", AB, secret, U),
        Edit(
            "a required property becomes read-only", AB | {"required": ["b"]}, hidden | {"required": ["b"]}, U
        ),
        Edit(
            "a required property becomes write-only",
            AB | {"required": ["b"]},
            secret | {"required": ["b"]},
            U,
        ),
        Edit("a closed object's property becomes read-only", AB | shut, hidden | shut, U),
        Edit("a closed object's property becomes write-only", AB | shut, secret | shut, U),
        Edit(
            "extra names contradict what is shown",
            hidden | {"additionalProperties": WHOLE},
            AB | {"additionalProperties": WHOLE},
            U,
        ),
        Edit(
            "extra names contradict what is told",
            secret | {"additionalProperties": WHOLE},
            AB | {"additionalProperties": WHOLE},
            U,
        ),
        Edit("a read-only schema", TEXT, TEXT | {"readOnly": True}, O),
        Edit("a write-only schema", TEXT, TEXT | {"writeOnly": True}, O),
    ]


def _compositions() -> list[Edit]:
    return [
        Edit("a branch of anyOf added", {"anyOf": [TEXT, WHOLE]}, {"anyOf": [TEXT, WHOLE, LIST]}, W),
        Edit(
            "a branch of anyOf that a sibling covers",
            {"anyOf": [TEXT, WHOLE]},
            {"anyOf": [TEXT, WHOLE, TEXT | {"maxLength": 2}]},
            O,
        ),
        Edit(
            "a branch of anyOf changed",
            {"anyOf": [TEXT, WHOLE]},
            {"anyOf": [TEXT | {"maxLength": 3}, WHOLE]},
            N,
        ),
        Edit(
            "a covered branch of anyOf changed",
            {"anyOf": [TEXT, TEXT | {"maxLength": 9}]},
            {"anyOf": [TEXT, TEXT | {"maxLength": 2}]},
            O,
        ),
        Edit("a branch of oneOf added", {"oneOf": [CAT, DOG]}, {"oneOf": [CAT, DOG, LIST]}, W),
        Edit(
            "a branch of oneOf that overlaps", {"oneOf": [TEXT, WHOLE]}, {"oneOf": [TEXT, WHOLE, NUMBER]}, S
        ),
        Edit(
            "a branch of oneOf changed",
            {"oneOf": [CAT, DOG]},
            {"oneOf": [CAT, DOG | {"required": ["kind", "tail"]}]},
            N,
        ),
        Edit(
            "a choice of two wanted beside the rest",
            AB,
            AB | {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            N,
        ),
        Edit(
            "a choice of one wanted beside the rest",
            AB,
            AB | {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            N,
        ),
        Edit("an object becomes a choice that is not like it", AB, {"anyOf": [TEXT, WHOLE]}, S),
        Edit("an object becomes one of two that are not like it", AB, {"oneOf": [TEXT, WHOLE]}, S),
        Edit("a record becomes a choice that is not like it", RECORD, {"anyOf": [CAT, DOG]}, S),
        Edit("a record becomes one of two that are not like it", RECORD, {"oneOf": [CAT, DOG]}, S),
        Edit(
            "anyOf becomes oneOf of what excludes each other",
            {"anyOf": [TEXT, WHOLE]},
            {"oneOf": [TEXT, WHOLE]},
            O,
        ),
        Edit("a schema becomes one branch of anyOf", TEXT, {"anyOf": [TEXT, LIST]}, W),
        Edit("a schema becomes one branch of oneOf", TEXT, {"oneOf": [TEXT, LIST]}, W),
        Edit("anyOf becomes oneOf", {"anyOf": [WHOLE, NUMBER]}, {"oneOf": [WHOLE, NUMBER]}, U),
        Edit(
            "a branch of which nothing is left",
            {"oneOf": [NUMBER, LIST]},
            {"oneOf": [NUMBER, WHOLE, LIST]},
            N,
        ),
        Edit("something excluded", {}, {"not": TEXT}, N),
        Edit("less excluded", {"not": TEXT}, {"not": TEXT | {"maxLength": 2}}, W),
        Edit(
            "another alternative",
            AB | {"if": {"required": ["a"]}, "else": {"minProperties": 1}},
            AB | {"if": {"required": ["a"]}, "else": {"minProperties": 2}},
            N,
        ),
        Edit("a condition", AB, AB | {"if": {"required": ["a"]}, "then": {"required": ["b"]}}, N),
        Edit(
            "another condition",
            AB | {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
            AB | {"if": {"required": ["c"]}, "then": {"required": ["b"]}},
            U,
        ),
        Edit(
            "an alternative of a condition",
            AB | {"if": {"required": ["a"]}},
            AB | {"if": {"required": ["a"]}, "else": {"required": ["b"]}},
            N,
        ),
        Edit(
            "a consequence changed",
            AB | {"if": {"required": ["a"]}, "then": {"minProperties": 2}},
            AB | {"if": {"required": ["a"]}, "then": {"minProperties": 3}},
            N,
        ),
        Edit("a discriminator", {"oneOf": [CATS, DOGS]}, _pet(), U, PETS),
        Edit("another discriminator", _pet(), _pet(name="sort"), S, PETS),
        Edit("a tag added", _pet(TAGS), _pet({**TAGS, "e": "Dog"}), W, PETS),
        Edit("tags exchanged", _pet(TAGS), _pet({"c": "Dog", "d": "Cat"}), U, PETS),
        Edit("allOf narrows", {"allOf": [AB]}, {"allOf": [AB, {"required": ["a"]}]}, N),
    ]


def _all(*parts: Any) -> dict[str, Any]:
    return {"allOf": list(parts)}


def _neighbours() -> list[Edit]:
    """Keywords that mean something only beside others of their part; and subschemas that accept nothing."""
    when = {"if": {"required": ["a"]}}
    one, other = when | {"then": {"required": ["b"]}}, when | {"then": {"required": ["c"]}}
    first, last = {"contains": TEXT}, {"contains": WHOLE}
    shut, some = {"unevaluatedProperties": False}, {"properties": {"a": TEXT}}
    told = _object(properties={"b": TEXT, "c": TEXT}, **{"if": {"required": ["b"]}}, **shut)
    tells = some | {"required": ["c"]}
    shown = {"contains": TEXT, "unevaluatedItems": False}
    nothing = {"contains": NUMBER, "unevaluatedItems": False}
    return [
        Edit("a consequence that nothing satisfies", one, when | {"then": False}, N),
        Edit(
            "an alternative that nothing satisfies",
            when | {"else": {"required": ["b"]}},
            when | {"else": False},
            N,
        ),
        Edit("nothing excluded any more", {"not": TEXT}, {"not": False}, W),
        Edit("no name allowed", _object(propertyNames={"maxLength": 2}), _object(propertyNames=False), N),
        Edit("a match that nothing is", LIST | first, LIST | {"contains": False}, N),
        Edit("a second condition", _object(**_all(one)), _object(**_all(one, other)), N),
        Edit("a second match", LIST | _all(first), LIST | _all(first, last), N),
        Edit(
            "the second of two matches", LIST | _all(first, last), LIST | _all(first, {"contains": NUMBER}), W
        ),
        Edit("both matches", LIST | _all(first, last), LIST | _all({"contains": LIST}, {"contains": {}}), U),
        Edit("names demanded by one name in two parts", _all(_needs("b")), _all(_needs("b"), _needs("c")), N),
        Edit("a consequence that tells a name", told, _object(**told, then=tells), S),
        Edit("an alternative that tells a name", told, _object(**told, **{"else": tells}), S),
        Edit(
            "a pattern beside another part's extra names",
            _all({"patternProperties": {"^x": TEXT}}, some | {"additionalProperties": WHOLE}),
            _all({"patternProperties": {"^x": LIST}}, some | {"additionalProperties": WHOLE}),
            U,
        ),
        Edit(
            "entries beside a match",
            _all({"prefixItems": [TEXT]}, nothing),
            _all({"prefixItems": [LIST]}, nothing),
            U,
        ),
        Edit("an entry that a match may tell", LIST | shown, LIST | shown | {"prefixItems": [WHOLE]}, S),
        Edit(
            "an entry of another part's tuple",
            _all({"items": TEXT}, {"prefixItems": [{}]}),
            _all({"items": TEXT}),
            O,
        ),
        Edit("names closed around another part", _all(some, shut), {**_all(some), **shut}, W),
    ]


def _needs(name: str) -> dict[str, Any]:
    return {"dependentRequired": {"a": [name]}}


EDITS: tuple[Edit, ...] = (
    *_bounds(),
    *_words(),
    *_types(),
    *_values(),
    *_lists(),
    *_objects(),
    *_compositions(),
    *_neighbours(),
)
"""Every edit, read forwards."""

Context = Callable[[Any], Any]

PLAIN: dict[str, Context] = {
    "as it stands": lambda schema: schema,
    "as a property": lambda schema: _object(properties={"p": schema, "q": TEXT}),
    "as a required property": lambda schema: _object(properties={"p": schema}, required=["p"]),
    "as items": lambda schema: LIST | {"items": schema},
    "as the extra names": lambda schema: _object(properties={"a": TEXT}, additionalProperties=schema),
    "as a pattern's names": lambda schema: _object(patternProperties={"^p": schema}),
    "as a tuple's entry": lambda schema: LIST | {"prefixItems": [schema, TEXT]},
    "in allOf": lambda schema: {"allOf": [{"description": "d"}, schema]},
    "as a property in allOf": lambda schema: {
        "allOf": [_object(properties={"p": schema}), _object(properties={"q": TEXT})]
    },
    "as what a name demands": lambda schema: _object(
        dependentSchemas={"zz": _object(properties={"p": schema})}
    ),
    "as a consequence": lambda schema: _object(
        **{"if": {"required": ["zz"]}, "then": {"properties": {"p": schema}}}
    ),
    "as a property of a branch": lambda schema: {
        "anyOf": [
            _object(properties={"kind": {"const": "x"}, "p": schema}, required=["kind"]),
            _object(properties={"kind": {"const": "y"}}, required=["kind"]),
        ]
    },
    "as a property of one branch": lambda schema: {
        "oneOf": [
            _object(properties={"kind": {"const": "x"}, "p": schema}, required=["kind"]),
            _object(properties={"kind": {"const": "y"}}, required=["kind"]),
        ]
    },
}
"""Contexts that pass an effect on as it is."""


def placed(random: Random, edit: Edit, depth: int) -> tuple[Edit, list[str]]:
    """Put an edit into contexts within contexts, and say which; it keeps its effect."""
    names = [random.choice(sorted(PLAIN)) for _ in range(depth)]
    for name in names:
        edit = replace(edit, old=PLAIN[name](edit.old), new=PLAIN[name](edit.new))
    return edit, names
