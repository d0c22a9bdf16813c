"""Each spelling of a dialect, as an independent validator understands its projection."""

from typing import Any

import jsonschema_rs
import pytest

from diffing.finding import Direction
from diffing.part import Part
from diffing.projection import Projector
from diffing.readers.refs import Resolver
from tests.diffing.specs import document as made
from tests.diffing.specs import skeleton

VERSIONS = {"2.0": "2.0", "3.0": "3.0.3", "3.1": "3.1.0"}


def accepts(
    schema: Any, value: Any, version: str = "3.0", direction: Direction = Direction.REQUEST, **schemas: Any
) -> bool:
    place = "definitions" if version == "2.0" else "components"
    named = schemas if version == "2.0" else {"schemas": schemas}
    document = made(skeleton(VERSIONS[version], **{place: named}, x=schema))
    plain = Projector(Resolver(document), direction).project((Part(schema, "", "/x"),))
    return jsonschema_rs.Draft202012Validator(plain, validate_formats=True).is_valid(value)


@pytest.mark.parametrize(
    ("version", "schema", "admits_null"),
    [
        ("3.0", {"type": "string", "nullable": True}, True),
        ("3.0", {"nullable": True, "minLength": 1}, True),  # without a type any value is legal anyway
        ("3.0", {"type": "string", "nullable": True, "enum": ["a"]}, False),
        ("3.0", {"type": "string", "nullable": True, "enum": ["a", None]}, True),
        ("3.0", {"type": "string", "x-nullable": True}, False),
        ("2.0", {"type": "string", "x-nullable": True}, True),
        ("2.0", {"type": "string", "nullable": True}, False),
        ("3.1", {"type": "string", "nullable": True}, False),
        ("3.1", {"type": ["string", "null"]}, True),
    ],
)
def test_null_is_admitted_as_the_dialect_spells_it(version: str, schema: Any, admits_null: bool) -> None:
    assert accepts(schema, None, version) is admits_null


def test_bounds_are_excluded_by_a_flag_or_by_a_number() -> None:
    for version, schema in (
        ("3.0", {"type": "number", "minimum": 1, "exclusiveMinimum": True}),
        ("3.1", {"type": "number", "exclusiveMinimum": 1}),
    ):
        assert not accepts(schema, 1, version)
        assert accepts(schema, 1.1, version)
    assert accepts({"minimum": 1, "exclusiveMinimum": False}, 1)


def test_a_property_that_the_direction_hides_is_neither_declared_nor_required() -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret"],
        "properties": {
            "id": {"readOnly": True, "type": "string"},
            "secret": {"writeOnly": True, "type": "string"},
        },
        "additionalProperties": False,
    }
    assert accepts(schema, {"secret": "s"}, direction=Direction.REQUEST)
    assert not accepts(schema, {"id": "1", "secret": "s"}, direction=Direction.REQUEST)
    assert accepts(schema, {"id": "1"}, direction=Direction.RESPONSE)
    assert not accepts(schema, {"id": "1"}, direction=Direction.NONE)


def test_a_hidden_property_may_be_declared_apart_from_where_it_is_required() -> None:
    schema = {"required": ["id"], "allOf": [{"$ref": "#/components/schemas/Base"}]}
    base = {"properties": {"id": {"$ref": "#/components/schemas/Id"}}, "required": ["id"]}
    named: dict[str, Any] = {"Base": base, "Id": {"type": "string", "readOnly": True}}
    assert accepts(schema, {}, direction=Direction.REQUEST, **named)
    assert not accepts(schema, {}, direction=Direction.RESPONSE, **named)


def test_siblings_of_a_reference_count_from_3_1_on() -> None:
    schema = {"$ref": "#/components/schemas/A", "maxLength": 1}
    assert accepts(schema, "long", "3.0", A={"type": "string"})
    assert not accepts(schema, "long", "3.1", A={"type": "string"})
    assert not accepts(schema, 1, "3.1", A={"type": "string"})


def test_schemas_that_refer_to_themselves_are_projected() -> None:
    node = {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Node"}},
        "required": ["v"],
    }
    assert accepts({"$ref": "#/components/schemas/Node"}, {"v": 1, "next": {"v": 2}}, Node=node)
    assert not accepts({"$ref": "#/components/schemas/Node"}, {"v": 1, "next": {}}, Node=node)
    assert accepts({"$ref": "#/components/schemas/A"}, 1, A={"$ref": "#/components/schemas/A"})


def test_a_discriminator_picks_the_branch_by_its_names() -> None:
    schema = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"tom": "#/components/schemas/Cat"}},
    }
    named: dict[str, Any] = {
        name: {"type": "object", "properties": {"kind": {"type": "string"}}} for name in ("Cat", "Dog")
    }
    assert accepts(schema, {"kind": "tom"}, **named)
    assert accepts(schema, {"kind": "Dog"}, **named)
    assert not accepts(schema, {"kind": "cow"}, **named)
    assert not accepts(schema, {}, **named)


def test_a_branch_that_lists_its_own_names_needs_no_mapping() -> None:
    schema = {"anyOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": "kind"}}
    assert accepts(schema, {"kind": "meow"}, Cat={"properties": {"kind": {"enum": ["meow"]}}})


@pytest.mark.parametrize(
    ("schema", "legal", "illegal"),
    [
        ({"type": "integer", "format": "int32"}, 2**31 - 1, 2**31),
        ({"type": "integer", "format": "int64"}, 2**63 - 1, 2**64),
        ({"type": "string", "format": "byte"}, "aGk=", "not base64!"),
        ({"type": "string", "format": "date"}, "2026-01-31", "tomorrow"),
        ({"type": "string", "format": "our-own"}, "anything", 1),
        ({"type": "file"}, "bytes", 1),
    ],
)
def test_formats_assert_what_the_registry_says(schema: Any, legal: Any, illegal: Any) -> None:
    assert accepts(schema, legal)
    assert not accepts(schema, illegal)


@pytest.mark.parametrize(
    "schema",
    [
        {"required": "true", "type": "thing", "minLength": -1, "maxLength": "9", "enum": "a", "pattern": 1},
        {"properties": [], "items": 7, "allOf": {}, "anyOf": [], "not": None, "multipleOf": 0},
        {"$ref": "#/components/schemas/Nowhere"},
        {"type": []},
        [],
        "text",
    ],
)
def test_what_is_malformed_asserts_nothing(schema: Any) -> None:
    anything: tuple[Any, ...] = (None, 1, "a", [], {})
    assert all(accepts(schema, value) for value in anything)


def test_tuples_of_older_drafts_are_read() -> None:
    schema = {"items": [{"type": "string"}], "additionalItems": False}
    assert accepts(schema, ["a"])
    assert not accepts(schema, [1])
    assert not accepts(schema, ["a", "b"])


def test_dependencies_of_older_drafts_are_read() -> None:
    schema = {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}
    assert not accepts(schema, {"a": 1}, "3.1")
    assert not accepts(schema, {"c": 1}, "3.1")
    assert accepts(schema, {"a": 1, "b": 1, "c": 1, "d": 1}, "3.1")


def test_deep_schemas_are_projected_without_deep_calls() -> None:
    schema: Any = {"type": "string"}
    value: Any = "leaf"
    for _ in range(150):
        schema = {"type": "object", "required": ["p"], "properties": {"p": schema}}
        value = {"p": value}
    assert accepts(schema, value)


def test_too_many_definitions_are_refused() -> None:
    named: dict[str, Any] = {
        f"S{n}": {"properties": {"p": {"$ref": f"#/components/schemas/S{n + 1}"}}} for n in range(20)
    }
    document = made(skeleton(components={"schemas": named}))
    projector = Projector(Resolver(document), Direction.REQUEST)
    part = Part(named["S0"], "", "/components/schemas/S0")
    assert len(projector.project((part,))["$defs"]) == 19
    with pytest.raises(OverflowError, match="more than 5 definitions"):
        projector.project((part,), limit=5)
