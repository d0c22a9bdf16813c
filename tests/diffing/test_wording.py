"""What a sentence says is what happened, and it never names one value as two."""

from datetime import date
from typing import Any

import pytest

from diffing.compare import compare
from tests.diffing.specs import document, skeleton, with_schema


def told(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    found = compare(document(old), document(new), today=date(2026, 11, 22)).findings
    return [finding.text for finding in found]


@pytest.mark.parametrize(("flag", "place"), [("readOnly", "response"), ("writeOnly", "request")])
def test_a_flag_that_leaves_the_messages_alone_is_said_to_have_come_or_gone(flag: str, place: str) -> None:
    plain = {"type": "object", "properties": {"a": {"type": "string"}}}
    flagged = {"type": "object", "properties": {"a": {"type": "string", flag: True}}}
    word = {"readOnly": "read-only", "writeOnly": "write-only"}[flag]

    (came,) = told(with_schema(plain, place), with_schema(flagged, place))
    (went,) = told(with_schema(flagged, place), with_schema(plain, place))

    assert came.endswith(f"`a`: became {word}.")
    assert went.endswith(f"`a`: is no longer {word}.")


def test_values_that_look_alike_when_cut_are_not_set_beside_each_other() -> None:
    old, new = (
        {"openapi": "3.0.3", "info": {"title": "t", "version": "1", "contact": {"name": "n" * 80, "x": at}}}
        for at in (1, 2)
    )

    assert told({**old, "paths": {}}, {**new, "paths": {}}) == ["Contact changed."]


def test_an_address_that_changed_is_named() -> None:
    old, new = (
        skeleton(
            paths={"/a": {"get": {"security": [{"o": []}], "responses": {}}}},
            components={"securitySchemes": {"o": {"type": "oauth2", "flows": {"implicit": flow}}}},
        )
        for flow in (
            {"authorizationUrl": "https://a.example", "scopes": {}},
            {"authorizationUrl": "https://b.example", "scopes": {}},
        )
    )

    assert told(old, new) == ["GET /a: OAuth URL `authorizationUrl` changed."]


def test_an_empty_list_is_shown_as_one() -> None:
    old, new = with_schema({"default": []}, "request"), with_schema({"default": ["a"]}, "request")

    (text,) = told(old, new)

    assert text.endswith(": default changed from `[]` to `a`.")


def test_a_webhook_is_named_once() -> None:
    called = {"post": {"responses": {"200": {"description": ""}}}}

    assert told(skeleton("3.1.0", webhooks={"paid": called}), skeleton("3.1.0", webhooks={})) == [
        "POST paid: webhook `paid` was removed."
    ]


def test_what_is_moot_beside_another_change_is_said_to_have_gone() -> None:
    old, new = (
        with_schema({"type": "string", "maxLength": 4}, "request"),
        with_schema({"type": "integer"}, "request"),
    )

    assert told(old, new)[-1] == "`maxLength` was left out and that changes nothing."
    assert told(new, old)[-1] == "`maxLength` was added and that changes nothing."
