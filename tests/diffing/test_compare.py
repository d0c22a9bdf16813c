"""What a comparison says of itself: places, operations, fingerprints, order, lifecycle, hints."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from diffing.compare import compare
from diffing.document import Dialect
from diffing.errors import SpecError
from diffing.finding import Comparison, Level
from diffing.load import load
from diffing.operations import operations
from tests.diffing.specs import document, skeleton, with_schema

TODAY = date(2026, 11, 22)
ITEM = {"$ref": "#/components/schemas/Item"}


def compared(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    return compare(document(old), document(new), today=TODAY)


def item(**note: Any) -> dict[str, Any]:
    return {"Item": {"type": "object", "properties": {"note": {"type": "string", **note}}}}


def shared(**note: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "array", "items": ITEM}}}
    operation = {"requestBody": {"content": content}, "responses": {}}
    paths = {f"/p{i}": {"post": operation} for i in range(3)}
    return skeleton(paths=paths, components={"schemas": item(**note)})


def test_a_change_of_a_shared_schema_is_one_finding_that_lists_its_operations() -> None:
    (finding,) = compared(shared(maxLength=9), shared(maxLength=5)).findings
    assert [(reach.method, reach.path) for reach in finding.operations] == [
        ("POST", f"/p{i}") for i in range(3)
    ]
    assert {reach.where for reach in finding.operations} == {"request body application/json"}
    assert finding.property == "*/note"
    assert finding.old is not None
    assert finding.new is not None
    assert finding.old.pointer == finding.new.pointer == "/components/schemas/Item/properties/note/maxLength"
    assert (finding.old.value, finding.new.value) == (9, 5)


def test_a_finding_names_the_lines_of_both_texts() -> None:
    text = """openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    get:
      responses: {}
"""
    old, new = load(text.encode(), "a.yaml"), load(text.replace("/a", "/b").encode(), "b.yaml")
    findings = compare(old, new, today=TODAY).findings
    places = [finding.old or finding.new for finding in findings]
    assert [(place.file, place.line) for place in places if place] == [("a.yaml", 5), ("b.yaml", 5)]


def test_fingerprints_survive_what_moves_a_finding_but_not_what_changes_it() -> None:
    def prints(old: int, new: int, **more: Any) -> set[str]:
        found = compared(shared(maxLength=old), {**shared(maxLength=new), **more}).findings
        return {finding.fingerprint for finding in found if finding.rule.endswith("max-length-decreased")}

    assert prints(9, 5) == prints(9, 5, tags=[{"name": "t"}])
    assert prints(9, 5) != prints(9, 4)


def test_findings_come_most_severe_first() -> None:
    old = with_schema(
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, "response"
    )
    new = with_schema({"type": "object", "properties": {"b": {"type": "string", "title": "B"}}}, "response")
    levels = [finding.level for finding in compared(old, new).findings]
    assert levels == sorted(levels, key=list(Level).index)
    assert levels[0] == "breaking"


def test_the_order_of_keys_changes_nothing_in_the_answer() -> None:
    def turned(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in reversed(node)}
        return node

    old, new = shared(maxLength=9), shared(maxLength=5, pattern="^a")
    assert compared(old, new).findings == compared(turned(old), turned(new)).findings


def test_the_removal_of_something_deprecated_carries_its_dates() -> None:
    operation = {"deprecated": True, "x-sunset": "2026-01-01", "responses": {}}
    (finding,) = compared(skeleton(paths={"/a": {"get": operation}}), skeleton()).findings
    assert finding.level == "breaking"
    assert finding.lifecycle is not None
    assert finding.lifecycle.sunset == "2026-01-01"


def test_an_operation_that_went_and_came_back_elsewhere_is_a_hint() -> None:
    operation = {"operationId": "list", "responses": {}}
    comparison = compared(
        skeleton(paths={"/a": {"get": operation}}), skeleton(paths={"/b": {"get": operation}})
    )
    (hint,) = comparison.hints
    assert (hint.kind, hint.old, hint.new) == ("operation-moved", "GET /a", "GET /b")


def test_a_sentence_names_the_values() -> None:
    info = {"title": "t", "version": "2"}
    (finding,) = compared(skeleton(), skeleton(info=info)).findings
    assert finding.text == "Version changed from `1` to `2`."
    parameter = {"name": "q", "in": "query", "schema": {"type": "string"}}
    old, new = (
        skeleton(paths={"/a": {"get": {"parameters": [{**parameter, **more}], "responses": {}}}})
        for more in ({}, {"x-sunset": "2027-06-30"})
    )
    (finding,) = compared(old, new).findings
    assert finding.text == "GET /a, query parameter q: sunset `2027-06-30` was added."


def test_a_file_may_refer_back_to_the_root_and_to_an_address() -> None:
    def tree(limit: int) -> dict[str, Any]:
        return with_schema({"$ref": "parts/item.yaml"}, "request", components={"Name": {"maxLength": limit}})

    address = "https://example.com/a/b.yaml"
    files = {
        "parts/item.yaml": {
            "type": "object",
            "properties": {"name": {"$ref": "../spec.yaml#/components/schemas/Name"}, "b": {"$ref": address}},
        },
        address: {"$ref": "../c.yaml"},
        "https://example.com/c.yaml": {"type": "string"},
    }
    others = {**files, "https://example.com/c.yaml": {"type": "integer"}}
    old, new = document(tree(9), files=files), document(tree(5), files=others)
    found = compare(old, new, today=TODAY).findings
    assert {(finding.rule, finding.property) for finding in found} == {
        ("request-property-max-length-decreased", "name"),
        ("request-property-type-changed", "b"),
    }


def test_a_component_under_another_name_is_a_hint() -> None:
    old, new = (
        with_schema({"$ref": f"#/components/schemas/{name}"}, "response", components={name: {"minLength": 1}})
        for name in ("Item", "Thing")
    )
    comparison = compared(old, new)
    assert [(hint.kind, hint.old, hint.new) for hint in comparison.hints] == [
        ("schema-renamed", "Item", "Thing")
    ]


@pytest.mark.parametrize("kind", ["schema-extracted", "schema-inlined"])
def test_an_inline_schema_that_became_a_component_is_a_hint_and_so_is_the_way_back(kind: str) -> None:
    schema = {"type": "object", "properties": {"street": {"type": "string"}}}

    def tree(address: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
        return with_schema(
            {"type": "object", "properties": {"a%b": address}}, "response", components=components
        )

    inline = tree(schema, {})
    extracted = tree({"$ref": "#/components/schemas/Address"}, {"Address": schema})
    pair = (inline, extracted) if kind == "schema-extracted" else (extracted, inline)
    (hint,) = compared(*pair).hints
    named, place = (hint.new, hint.old) if kind == "schema-extracted" else (hint.old, hint.new)
    assert (hint.kind, named) == (kind, "Address")
    assert place.endswith("/schema/properties/a%b")


def test_a_component_that_says_something_else_than_what_stood_there_is_no_extraction() -> None:
    old = with_schema({"type": "string", "maxLength": 3}, "response")
    component = {"type": "string", "maxLength": 4}
    new = with_schema({"$ref": "#/components/schemas/Name"}, "response", components={"Name": component})
    assert compared(old, new).hints == ()


def test_a_property_under_another_name_is_a_hint_whatever_its_words_say() -> None:
    old, new = (
        with_schema(
            {"type": "object", "properties": {name: {"maxLength": 3, "description": name}}}, "response"
        )
        for name in ("note", "remark")
    )
    (hint,) = compared(old, new).hints
    assert (hint.kind, hint.old, hint.new) == ("property-renamed", "POST /things note", "POST /things remark")


def test_a_property_that_moved_to_another_object_is_a_hint() -> None:
    def tree(outer: dict[str, Any], inner: dict[str, Any]) -> dict[str, Any]:
        part = {"type": "object", "properties": {"c": {"type": "integer"}, **inner}}
        schema = {"type": "object", "properties": {"part": part, **outer}}
        return with_schema(schema, "response")

    size = {"size": {"type": "string", "maxLength": 3}}
    (hint,) = compared(tree(size, {}), tree({}, size)).hints
    assert (hint.kind, hint.old, hint.new) == ("property-moved", "size", "part/size")


def test_a_response_under_another_status_is_a_hint() -> None:
    old, new = (
        skeleton(paths={"/a": {"get": {"responses": {status: {"description": "Made"}}}}})
        for status in ("200", "201")
    )
    (hint,) = compared(old, new).hints
    assert (hint.kind, hint.old, hint.new) == ("response-moved", "GET /a 200", "GET /a 201")


def test_graphql_is_refused_by_name() -> None:
    schema = replace(document(skeleton(), "schema.graphql"), dialect=Dialect.GRAPHQL)
    with pytest.raises(SpecError, match=r"schema\.graphql"):
        compare(schema, schema, today=TODAY)


def test_operations_are_listed_with_their_full_paths() -> None:
    tree = skeleton(
        servers=[{"url": "https://a.org/v1/"}, {"url": "https://b.org"}],
        paths={
            "/x/{id}": {
                "get": {"operationId": "x", "deprecated": True, "x-sunset": "2027-01-01", "tags": ["t"]}
            }
        },
    )
    (entry,) = operations(document(tree))
    assert (entry.method, entry.path) == ("GET", "/x/{id}")
    assert entry.full_paths == ("/v1/x/{id}", "/x/{id}")
    assert (entry.operation_id, entry.deprecated, entry.sunset, entry.tags) == (
        "x",
        True,
        "2027-01-01",
        ("t",),
    )


def test_what_nests_deep_and_is_read_by_no_rule_is_told_whole() -> None:
    def nested(leaf: int, depth: int) -> dict[str, Any]:
        value: Any = leaf
        for _ in range(depth):
            value = [value]
        return skeleton(odd=value)

    shallow, deep = (
        compare(document(nested(1, depth)), document(nested(2, depth)), today=TODAY).findings
        for depth in (3, 100)
    )
    assert [(found.rule, found.new and found.new.pointer) for found in shallow] == [
        ("document-other-changed", "/odd/0/0/0")
    ]
    assert [(found.rule, found.new and found.new.pointer) for found in deep] == [
        ("document-other-changed", "/odd")
    ]


def test_info_may_hold_members_that_are_flags_elsewhere() -> None:
    info = {"title": "t", "version": "1"}
    found = compared(
        skeleton(info={**info, "readOnly": 1, "writeOnly": True}), skeleton(info={**info, "readOnly": 2})
    )
    assert [(each.rule, each.level) for each in found.findings] == [
        ("info-member-read-only-changed", Level.EDITORIAL),
        ("info-member-write-only-removed", Level.EDITORIAL),
    ]
