"""Breaking schema changes are proved by a value, checked here once more against both documents."""

from datetime import date
from typing import Any

import jsonschema_rs
import pytest

from diffing.compare import compare
from diffing.finding import Direction, Finding, Level, WitnessStatus
from diffing.part import Part
from diffing.projection import Projector
from diffing.readers.refs import Resolver
from tests.diffing.specs import document, with_schema

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 22)
ORDER = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "note": {"type": "string"}},
}


def broken(old: Any, new: Any, place: str, version: str = "3.1.0") -> list[Finding]:
    sides = [document(with_schema(schema, place, version)) for schema in (old, new)]
    return [finding for finding in compare(*sides, today=TODAY).findings if finding.level is Level.BREAKING]


def accepts(schema: Any, value: Any, direction: Direction) -> bool:
    resolver = Resolver(document(with_schema(schema, "request", "3.1.0")))
    plain = Projector(resolver, direction).project((Part(schema, "", "/x"),))
    return bool(jsonschema_rs.Draft202012Validator(plain, validate_formats=True).is_valid(value))


NARROWINGS = {
    "type": ({}, {"type": "object"}),
    "type within types": ({"type": ["string", "integer"]}, {"type": "string"}),
    "number to integer": ({"type": "number"}, {"type": "integer"}),
    "null": ({"type": ["string", "null"]}, {"type": "string"}),
    "enum value": ({"enum": ["a", "b"]}, {"enum": ["a"]}),
    "enum": ({"type": "string"}, {"type": "string", "enum": ["a"]}),
    "const": ({"type": "string"}, {"const": "a"}),
    "maxLength": ({"type": "string", "maxLength": 500}, {"type": "string", "maxLength": 200}),
    "minLength": ({"type": "string"}, {"type": "string", "minLength": 3}),
    "minimum": ({"type": "integer"}, {"type": "integer", "minimum": 10}),
    "maximum": ({"type": "number", "maximum": 10}, {"type": "number", "exclusiveMaximum": 10}),
    "multipleOf": ({"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 4}),
    "minItems": (
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": "string"}, "minItems": 2},
    ),
    "maxItems": ({"type": "array", "maxItems": 5}, {"type": "array", "maxItems": 4}),
    "uniqueItems": ({"type": "array"}, {"type": "array", "uniqueItems": True}),
    "minProperties": ({"type": "object"}, {"type": "object", "minProperties": 1}),
    "maxProperties": ({"type": "object"}, {"type": "object", "maxProperties": 3}),
    "items": ({"type": "array"}, {"type": "array", "items": {"type": "string"}}),
    "required": (ORDER, {**ORDER, "required": ["id", "note"]}),
    "format": ({"type": "string"}, {"type": "string", "format": "date"}),
    "format int32": ({"type": "integer", "format": "int64"}, {"type": "integer", "format": "int32"}),
    "additionalProperties": ({"type": "object"}, {"type": "object", "additionalProperties": False}),
    "propertyNames": ({"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 3}}),
    "not": ({"type": "string"}, {"type": "string", "not": {"const": "a"}}),
    "anyOf branch": ({"anyOf": [{"type": "string"}, {"type": "array"}]}, {"anyOf": [{"type": "string"}]}),
    "never": ({"type": "string"}, False),
}


@pytest.mark.parametrize("name", NARROWINGS)
def test_a_value_that_requests_could_hold_and_no_longer_may_proves_a_narrowing(name: str) -> None:
    old, new = NARROWINGS[name]
    proved(broken(old, new, "request"), old, new, Direction.REQUEST)


@pytest.mark.parametrize("name", sorted(NARROWINGS.keys() - {"enum value"}))  # that one is only dangerous
def test_a_value_that_responses_never_held_and_now_may_proves_a_widening(name: str) -> None:
    new, old = NARROWINGS[name]
    proved(broken(old, new, "response"), old, new, Direction.RESPONSE)


def proved(findings: list[Finding], old: Any, new: Any, direction: Direction) -> None:
    assert findings
    for finding in findings:
        assert finding.witness_status is WitnessStatus.FOUND, finding.text
        assert finding.witness is not None
        sides = {"old": old, "new": new}
        assert {finding.witness.accepted_by, finding.witness.refused_by} == sides.keys()
        assert accepts(sides[finding.witness.accepted_by], finding.witness.value, direction)
        assert not accepts(sides[finding.witness.refused_by], finding.witness.value, direction)


def test_a_witness_differs_in_nothing_but_the_change() -> None:
    (finding,) = broken(
        {**ORDER, "properties": {"id": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{4}$"}}},
        {**ORDER, "properties": {"id": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{4}$", "maxLength": 5}}},
        "request",
    )
    assert finding.witness is not None
    assert len(finding.witness.value) == 6
    assert finding.witness.value[:2].isupper()


def test_an_added_branch_is_proved_by_a_value_of_that_branch() -> None:
    cat = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "cat"}}}
    dog = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "dog"}}}
    cow = {
        "type": "object",
        "required": ["kind", "milk"],
        "properties": {"kind": {"const": "cow"}, "milk": {}},
    }
    (finding,) = broken({"oneOf": [cat, dog]}, {"oneOf": [cat, dog, cow]}, "response")
    assert finding.witness is not None
    assert finding.witness.value["kind"] == "cow"


def test_a_required_property_that_goes_is_proved_by_an_answer_without_it() -> None:
    new = {"type": "object", "properties": {"note": {"type": "string"}}}
    found = broken(ORDER, new, "response")
    assert any(finding.witness is not None and finding.witness.value == {} for finding in found)


def test_what_no_validator_can_read_is_given_up_and_the_finding_stands() -> None:
    wild = {"type": "string", "pattern": "(?<=[", "maxLength": 5}
    (finding,) = broken(wild, {**wild, "maxLength": 4}, "request")
    assert (finding.witness_status, finding.witness) == (WitnessStatus.GAVE_UP, None)


def test_a_change_that_is_no_schemas_has_no_witness() -> None:
    (finding,) = [
        finding
        for finding in compare(
            document(with_schema({}, "request")), document({"openapi": "3.0.3", "paths": {}}), today=TODAY
        ).findings
        if finding.level is Level.BREAKING
    ]
    assert finding.witness_status is WitnessStatus.NOT_APPLICABLE


def test_the_same_documents_always_give_the_same_witness() -> None:
    old, new = {"type": "object", "required": ["a", "b"]}, {"type": "object"}
    assert broken(old, new, "response") == broken(old, new, "response")


def test_a_schema_that_never_ends_is_given_up_within_bounds() -> None:
    tree: dict[str, Any] = {"type": "object", "required": list("abcdef")}
    tree["properties"] = {name: {"$ref": "#/components/schemas/T"} for name in "abcdef"}
    sides = [
        document(with_schema({"$ref": "#/components/schemas/T"}, "request", "3.1.0", {"T": schema}))
        for schema in (tree, {**tree, "minProperties": 7})
    ]
    (finding,) = [each for each in compare(*sides, today=TODAY).findings if each.level is Level.BREAKING]
    assert finding.witness_status is WitnessStatus.GAVE_UP
