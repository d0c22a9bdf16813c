"""Schemas are graphs: cycles end, depth is no limit, and a shared change is walked once."""

from datetime import date
from typing import Any

import pytest

from diffing.compare import compare
from diffing.finding import Comparison
from diffing.walk_schema import SchemaWalk
from tests.diffing.specs import document, skeleton, with_schema

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 22)


def ref(name: object) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def compared(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    return compare(document(old), document(new), today=TODAY)


def chain(length: int, last: Any) -> dict[str, Any]:
    return {
        **{f"S{i}": {"type": "object", "properties": {"n": ref(f"S{i + 1}")}} for i in range(length)},
        f"S{length}": last,
    }


def test_a_chain_of_ten_thousand_references_is_walked_to_its_end() -> None:
    old = with_schema(ref("S0"), "response", components=chain(10_000, {"type": "string"}))
    new = with_schema(ref("S0"), "response", components=chain(10_000, {"type": "integer"}))
    (finding,) = compared(old, new).findings
    assert finding.rule == "response-property-type-changed"
    assert finding.property is not None
    assert finding.property.count("n") == 10_000


def nested(depth: int, last: Any) -> Any:
    schema = last
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


def test_a_schema_nested_a_thousand_times_is_walked_to_its_end() -> None:
    old = with_schema(nested(1000, {"type": "string"}), "request")
    new = with_schema(nested(1000, {"type": "string", "minLength": 1}), "request")
    (finding,) = compared(old, new).findings
    assert finding.rule == "request-property-min-length-set"


CYCLES: dict[str, dict[str, Any]] = {
    "through a property": {"A": {"properties": {"next": ref("A")}}},
    "through allOf": {"A": {"allOf": [ref("B"), {"properties": {"a": {}}}]}, "B": {"allOf": [ref("A")]}},
    "through anyOf": {
        "A": {"anyOf": [ref("B"), {"type": "string"}]},
        "B": {"anyOf": [ref("A"), {"type": "integer"}]},
    },
    "through items and map values": {"A": {"items": ref("B")}, "B": {"additionalProperties": ref("A")}},
    "of references alone": {"A": ref("B"), "B": ref("A")},
    "through not": {"A": {"not": ref("A")}},
    "through a discriminator": {
        "A": {"oneOf": [ref("B"), ref("A")], "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}},
        "B": {"allOf": [ref("A"), {"properties": {"k": {"type": "string"}}}]},
    },
}


@pytest.mark.parametrize("name", CYCLES)
def test_a_cycle_ends(name: str) -> None:
    components = CYCLES[name]
    changed = {**components, "B": {**components.get("B", {}), "maxLength": 1, "type": "string"}}
    old = with_schema(ref("A"), "request", components=components)
    new = with_schema(ref("A"), "request", components=changed)
    assert compared(old, old).findings == ()
    compared(old, new)
    compared(new, old)


def web(count: int, last: Any) -> dict[str, Any]:
    """Schemas each of which holds every other, below as many operations."""
    names = [f"S{i}" for i in range(count)]
    schemas: dict[str, Any] = {
        name: {"type": "object", "properties": {other: ref(other) for other in names}} for name in names
    }
    schemas["S0"]["properties"]["x"] = last
    content = {"application/json": {"schema": ref("S1")}}
    operation = {"responses": {"200": {"description": "", "content": content}}}
    paths = {f"/p{i}": {"get": operation} for i in range(count)}
    return skeleton(paths=paths, components={"schemas": schemas})


def test_mutually_referencing_schemas_are_judged_pair_by_pair_not_path_by_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged = 0
    plain = SchemaWalk._judge

    def counting(self: SchemaWalk, pair: Any) -> None:
        nonlocal judged
        judged += 1
        plain(self, pair)

    monkeypatch.setattr(SchemaWalk, "_judge", counting)
    (finding,) = compared(web(100, {"type": "string"}), web(100, {"type": "integer"})).findings
    assert finding.rule == "response-property-type-changed"
    assert len(finding.operations) == 100
    assert judged == 101


def test_what_did_not_change_is_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: SchemaWalk, pair: Any) -> None:
        raise AssertionError(f"walked {pair.old.part.pointer}")

    monkeypatch.setattr(SchemaWalk, "_judge", refuse)
    old = web(10, {"type": "string"})
    new = {**web(10, {"type": "string"}), "info": {"title": "t", "version": "2"}}
    (finding,) = compared(old, new).findings
    assert finding.level == "editorial"
