"""One part of an operation by itself, under another's name, ready to be compared."""

from datetime import date
from typing import Any

import pytest

from deprecations.successors import COMPARABLE
from diffing import one_part
from diffing.compare import compare
from diffing.contract import encoded
from diffing.errors import SpecError
from diffing.load import load
from diffing.one_part import Named, alone

OPERATION = {
    "parameters": [
        {"name": "status", "in": "query", "schema": {"type": "string", "maxLength": 9}},
        {"name": "X-State", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 4}},
    ],
    "requestBody": {
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Order"}},
            "application/xml": {"schema": {"type": "object", "required": ["id"]}},
        }
    },
    "responses": {
        "404": {"description": "None."},
        "200": {
            "description": "It.",
            "headers": {
                "X-Left": {"schema": {"type": "integer"}},
                "X-Rest": {"schema": {"type": "string"}},
            },
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
        },
    },
}
MONEY = {"type": "object", "required": ["value"], "properties": {"value": {"type": "string"}}}
ORDER = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "integer"},
        "amount": {"oneOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]},
        "lines": {"type": "array", "items": {"allOf": [{"properties": {"sku": {"type": "string"}}}]}},
    },
}
SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1"},
    "paths": {"/orders": {"post": OPERATION}},
    "components": {"schemas": {"Order": ORDER, "Money": MONEY}},
}
OLD = {
    "swagger": "2.0",
    "info": {"title": "Orders", "version": "1"},
    "paths": {
        "/orders": {
            "post": {
                "parameters": [
                    {"name": "kind", "in": "formData", "type": "string"},
                    {"name": "sort", "in": "query", "type": "string", "maxLength": 9},
                ],
                "responses": {
                    "200": {
                        "description": "It.",
                        "headers": {"X-Left": {"type": "integer"}},
                        "schema": {"type": "object", "properties": {"total": {"type": "integer"}}},
                    }
                },
            }
        }
    },
}


def between(old: Named, new: Named, *, of: Any = SPEC, to: Any = SPEC) -> list[str]:
    """Compare two parts; answer the findings as rule and property."""
    documents = [load(encoded(tree), name) for tree, name in ((of, "old.json"), (to, "new.json"))]
    ours, theirs = (
        alone(document, "POST", "/orders", named, old)
        for document, named in zip(documents, (old, new), strict=True)
    )
    found = compare(ours, theirs, today=date(2026, 11, 28)).findings
    return sorted(
        f"{one.element} {one.aspect} {one.action} {one.property or one.operations[0].where}"
        for one in found
        if one.operations and one.level != "editorial"
    )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            Named("parameter", "query", "status"),
            Named("parameter", "header", "X-State"),
            [
                "parameter max-length decreased query parameter status",
                "parameter required added query parameter status",
            ],
        ),
        (
            Named("header", "response", "X-Left"),
            Named("header", "response", "x-rest"),
            ["header type generalized response 200 header X-Left"],
        ),
        (
            Named("response-property", "", "total"),
            Named("response-property", "", "amount/value"),
            ["property type changed total"],
        ),
        (
            Named("request-property", "", "total"),
            Named("request-property", "", "lines/*/sku"),
            ["property required removed total", "property type changed total"],
        ),
        (
            Named("media-type", "request", "application/json"),
            Named("media-type", "request", "application/xml"),
            [
                "property existence removed amount",
                "property existence removed lines",
                "property existence removed total",
                "property required added id",
            ],
        ),
    ],
)
def test_a_part_is_compared_with_what_takes_its_place(old: Named, new: Named, found: list[str]) -> None:
    assert between(old, new) == found
    assert between(old, old) == []


def test_parts_of_an_old_dialect_are_compared_with_those_of_a_new_one() -> None:
    sort, status = Named("parameter", "query", "sort"), Named("parameter", "query", "status")
    assert between(sort, status, of=OLD) == []
    left = Named("header", "response", "X-Left")
    assert between(left, left, of=OLD) == []
    total = Named("response-property", "", "total")
    assert "property required added total" in between(total, total, of=OLD)
    kind = Named("request-property", "", "kind")
    assert between(kind, kind, of=OLD, to=OLD) == []


def test_a_part_that_is_not_there_is_said() -> None:
    nowhere = Named("response-property", "", "amount/nothing")
    with pytest.raises(SpecError, match="has no response-property amount/nothing at POST /orders"):
        between(nowhere, nowhere)
    with pytest.raises(SpecError, match="has no security-scheme key"):
        between(Named("security-scheme", "", "key"), nowhere)


def test_what_is_planned_for_parts_can_be_compared() -> None:
    assert {kind.value for kind in COMPARABLE} == one_part.COMPARABLE
