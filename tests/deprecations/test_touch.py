"""Which calls a finding touches, read from real comparisons."""

from typing import Any

import pytest

from deprecations.touch import Part, Touch, part_of
from tests.support.changed_operation import OLD, changed, findings


def parts(new: dict[str, Any] | None) -> set[Part]:
    """Return the parts that the breaking findings are about."""
    breaking = (one for one in findings(new) if one["level"] == "breaking")
    return {part_of(one, reach) for one in breaking for reach in one["operations"]}


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
            Part(Touch.SENDING, "body", media_type=JSON, pointers=("note",)),
        ),
        (
            changed(*BODY, "required", to=["note"]),
            Part(Touch.LEAVING_OUT, "body", media_type=JSON, pointers=("note",)),
        ),
        (
            changed("responses", "200", "headers", "ETag"),
            Part(Touch.READING, "header", "ETag", status="200", is_gone=True),
        ),
        (
            changed(*ANSWER, "properties", "lines", "items", to={"type": "object"}),
            Part(
                Touch.READING, "body", status="200", media_type=JSON, pointers=("lines/*/sku",), is_gone=True
            ),
        ),
        (
            changed(*ANSWER, "properties", "id", "type", to="string"),
            Part(Touch.READING, "body", status="200", media_type=JSON, pointers=("id",)),
        ),
        (
            {**OLD, "responses": {"201": {"description": "Other."}}},
            Part(Touch.READING, "status", status="200", is_gone=True),
        ),
    ],
)
def test_a_finding_tells_which_calls_it_touches(new: dict[str, Any] | None, expected: Part) -> None:
    assert expected in parts(new)


def test_what_happens_in_a_callback_is_not_seen_in_calls() -> None:
    facts = {"element": "property", "aspect": "existence", "action": "removed", "property": "id"}
    assert part_of(facts, {"where": "callback done request body application/json"}) == Part(Touch.UNSEEN)


def test_people_are_told_what_it_is_about() -> None:
    assert Part(Touch.READING, "body", status="200", pointers=("lines/*/sku",)).thing == (
        "“lines/*/sku” in the response 200"
    )
    assert Part(Touch.READING, "header", "ETag", status="200").thing == "the response header “ETag”"
    assert Part(Touch.SENDING, "query", "status").thing == "the query parameter “status”"
    assert Part(Touch.EVERY_CALL).thing == "the operation"
