"""Which calls a finding touches, read from real comparisons."""

import json
from datetime import date
from typing import Any

import pytest

from deprecations.touch import Part, Touch, part_of
from diffing.compare import compare
from diffing.contract import to_json
from diffing.load import load

OLD: dict[str, Any] = {
    "parameters": [
        {"name": "status", "in": "query", "schema": {"type": "string", "enum": ["open", "paid"]}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ],
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"note": {"type": "string", "maxLength": 9}}}
            }
        }
    },
    "responses": {
        "200": {
            "description": "It.",
            "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["id"],
                        "properties": {
                            "id": {"type": "integer"},
                            "lines": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["sku"],
                                    "properties": {"sku": {"type": "string"}},
                                },
                            },
                        },
                    }
                }
            },
        }
    },
}


def changed(*path: str, to: Any = None) -> dict[str, Any]:
    """Return the operation with one thing taken away, or another in its place."""
    made = json.loads(json.dumps(OLD))
    node = made
    for step in path[:-1]:
        node = node[int(step)] if isinstance(node, list) else node[step]
    last: Any = int(path[-1]) if isinstance(node, list) else path[-1]
    if to is None:
        del node[last]
    else:
        node[last] = to
    return made


def parts(new: dict[str, Any] | None) -> set[Part]:
    """Return the parts that the breaking findings are about, from OLD to `new`; None takes it away."""
    documents = []
    for version, operation in (("1", OLD), ("2", new)):
        paths = {"/orders": {"post": operation} if operation else {}}
        text = json.dumps({"openapi": "3.0.3", "info": {"title": "O", "version": version}, "paths": paths})
        documents.append(load(text.encode(), f"{version}.json"))
    findings = json.loads(to_json(compare(*documents, today=date(2026, 11, 22))))["findings"]
    return {
        part_of(one, reach["where"])
        for one in findings
        if one["level"] == "breaking"
        for reach in one["operations"]
    }


BODY = ("requestBody", "content", "application/json", "schema")
ANSWER = ("responses", "200", "content", "application/json", "schema")
JSON = "application/json"
ZONE = {"name": "zone", "in": "query", "required": True, "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (None, Part(Touch.EVERY_CALL)),
        (
            changed("parameters", "0", "schema", "enum", to=["open"]),
            Part(Touch.SENDING, "query", "status"),
        ),
        (
            changed("parameters", "1", "required", to=True),
            Part(Touch.LEAVING_OUT, "header", "X-Trace"),
        ),
        (
            {**OLD, "parameters": [*OLD["parameters"], ZONE]},
            Part(Touch.LEAVING_OUT, "query", "zone", is_new=True),
        ),
        (
            changed(*BODY, "properties", "note", "maxLength", to=5),
            Part(Touch.SENDING, "body", media_type=JSON, pointer="note"),
        ),
        (
            changed(*BODY, "required", to=["note"]),
            Part(Touch.LEAVING_OUT, "body", media_type=JSON, pointer="note"),
        ),
        (
            changed("responses", "200", "headers", "ETag"),
            Part(Touch.READING, "header", "ETag", status="200"),
        ),
        (
            changed(*ANSWER, "properties", "lines", "items", to={"type": "object"}),
            Part(Touch.READING, "body", status="200", media_type=JSON, pointer="lines/*/sku"),
        ),
        (
            changed(*ANSWER, "properties", "id", "type", to="string"),
            Part(Touch.READING, "body", status="200", media_type=JSON, pointer="id"),
        ),
        (
            {**OLD, "responses": {"201": {"description": "Other."}}},
            Part(Touch.READING, "status", status="200"),
        ),
    ],
)
def test_a_finding_tells_which_calls_it_touches(new: dict[str, Any] | None, expected: Part) -> None:
    assert expected in parts(new)


def test_what_happens_in_a_callback_is_not_seen_in_calls() -> None:
    facts = {"element": "property", "aspect": "existence", "action": "removed", "property": "id"}
    assert part_of(facts, "callback done request body application/json") == Part(Touch.UNSEEN)


def test_people_are_told_what_it_is_about() -> None:
    assert Part(Touch.READING, "body", status="200", pointer="lines/*/sku").thing == (
        "“lines/*/sku” in the response 200"
    )
    assert Part(Touch.READING, "header", "ETag", status="200").thing == "the response header “ETag”"
    assert Part(Touch.SENDING, "query", "status").thing == "the query parameter “status”"
    assert Part(Touch.EVERY_CALL).thing == "the operation"
