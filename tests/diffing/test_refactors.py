"""Refactors are not changes: rewriting a document without touching the wire finds nothing above editorial."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from diffing.compare import compare
from tests.diffing.specs import document, skeleton, with_schema

TODAY = date(2026, 11, 22)
ITEM: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
    "required": ["a"],
}
A: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
B: dict[str, Any] = {"type": "object", "properties": {"b": {"type": "integer"}}}
REF = {"$ref": "#/components/schemas/Item"}


def loud(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Answer what is above editorial, in either order of the two documents."""
    pairs = [(old, new), (new, old)]
    return [
        f"{finding.rule} {finding.level}: {finding.text}"
        for one, other in pairs
        for finding in compare(document(dict(one)), document(dict(other)), today=TODAY).findings
        if finding.level != "editorial"
    ]


SCHEMAS = {
    "a component instead of an inline schema": (ITEM, {}, REF, {"Item": ITEM}),
    "a component renamed": (REF, {"Item": ITEM}, {"$ref": "#/components/schemas/Thing"}, {"Thing": ITEM}),
    "a chain of references": (
        REF,
        {"Item": ITEM},
        REF,
        {"Item": {"$ref": "#/components/schemas/C"}, "C": ITEM},
    ),
    "siblings of a reference in 3.0": (REF, {"Item": ITEM}, {**REF, "maxProperties": 1}, {"Item": ITEM}),
    "allOf split": (ITEM, {}, {"allOf": [A, B]}, {}),
    "allOf of one": (ITEM, {}, {"allOf": [ITEM]}, {}),
    "allOf reordered": ({"allOf": [A, B]}, {}, {"allOf": [B, A, A]}, {}),
    "anyOf of one": (ITEM, {}, {"anyOf": [ITEM]}, {}),
    "oneOf of one": (ITEM, {}, {"oneOf": [ITEM]}, {}),
    "branches reordered": (
        {"anyOf": [ITEM, {"type": "string"}]},
        {},
        {"anyOf": [{"type": "string"}, ITEM]},
        {},
    ),
    "branches of anyOf repeated": (
        {"anyOf": [ITEM, {"type": "string"}]},
        {},
        {"anyOf": [ITEM, {"type": "string"}, {"type": "string"}]},
        {},
    ),
    "values and names reordered": (
        {"type": "object", "properties": {"a": {"enum": ["x", "y"]}, "b": {}}, "required": ["a", "b"]},
        {},
        {"required": ["b", "a"], "properties": {"b": {}, "a": {"enum": ["y", "x"]}}, "type": "object"},
        {},
    ),
    "defaults written out": (
        ITEM,
        {},
        {**ITEM, "additionalProperties": True, "minProperties": 0, "nullable": False, "readOnly": False},
        {},
    ),
    "nullable without a type": ({"minLength": 1}, {}, {"minLength": 1, "nullable": True}, {}),
}


@pytest.mark.parametrize("place", ["request", "response"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_may_be_rewritten(name: str, place: str) -> None:
    old, old_components, new, new_components = SCHEMAS[name]
    one = with_schema(old, place, components=old_components)
    assert loud(one, with_schema(new, place, components=new_components)) == []


T = {"type": "string", "maxLength": 3}
NULLS: dict[str, dict[str, Any]] = {
    "a list of types": {"type": ["string", "null"], "maxLength": 3},
    "anyOf with null": {"anyOf": [T, {"type": "null"}]},
    "oneOf with null": {"oneOf": [{"type": "null"}, T]},
    "anyOf with null in a component": {"anyOf": [{"$ref": "#/components/schemas/T"}, {"type": "null"}]},
    "anyOf with an enum of null": {"anyOf": [T, {"enum": [None]}]},
}


@pytest.mark.parametrize("place", ["request", "response"])
@pytest.mark.parametrize("name", NULLS)
def test_null_may_be_spelled_in_every_way(name: str, place: str) -> None:
    old = with_schema({**T, "nullable": True}, place)
    assert loud(old, with_schema(NULLS[name], place, version="3.1.0", components={"T": T})) == []


SPELLINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "exclusive bounds": (
        {"type": "number", "minimum": 1, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": 1},
    ),
    "const": ({"type": "string", "enum": ["x"]}, {"type": "string", "const": "x"}),
    "base64": ({"type": "string", "format": "byte"}, {"type": "string", "contentEncoding": "base64"}),
    "binary": (
        {"type": "string", "format": "binary"},
        {"type": "string", "contentMediaType": "application/octet-stream"},
    ),
    "examples": ({"type": "string", "example": "x"}, {"type": "string", "examples": ["x"]}),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_spellings_of_3_0_and_3_1_mean_the_same(name: str) -> None:
    old, new = SPELLINGS[name]
    assert loud(with_schema(old, "response"), with_schema(new, "response", version="3.1.0")) == []


def parameter(**members: Any) -> dict[str, Any]:
    return {"name": "q", "in": "query", "schema": {"type": "string"}, **members}


def paths(path: str, item: dict[str, Any], **members: Any) -> dict[str, Any]:
    return skeleton(paths={path: item}, **members)


OK = {"200": {"description": ""}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
DOCUMENTS = {
    "a parameter moved to the path item": (
        paths("/a", {"get": {"parameters": [parameter()], "responses": OK}}),
        paths("/a", {"parameters": [parameter()], "get": {"responses": OK}}),
    ),
    "a path parameter renamed": (
        paths("/a/{id}", {"get": {"parameters": [ID], "responses": OK}}),
        paths("/a/{key}", {"get": {"parameters": [{**ID, "name": "key"}], "responses": OK}}),
    ),
    "a header in another case": (
        paths("/a", {"get": {"parameters": [parameter(**{"in": "header", "name": "X-A"})], "responses": OK}}),
        paths("/a", {"get": {"parameters": [parameter(**{"in": "header", "name": "x-a"})], "responses": OK}}),
    ),
    "a prefix moved from the server into the path": (
        paths("/a", {"get": {"responses": OK}}, servers=[{"url": "https://x.org/v1"}]),
        paths("/v1/a", {"get": {"responses": OK}}, servers=[{"url": "https://x.org/"}]),
    ),
    "defaults of parameters written out": (
        paths("/a", {"get": {"parameters": [parameter()], "responses": OK}}),
        paths(
            "/a",
            {"get": {"parameters": [parameter(style="form", explode=True, required=False)], "responses": OK}},
        ),
    ),
    "explode where it can't show": (
        paths("/a", {"get": {"parameters": [parameter()], "responses": OK}}),
        paths("/a", {"get": {"parameters": [parameter(explode=False)], "responses": OK}}),
    ),
    "security stated for each operation": (
        paths("/a", {"get": {"responses": OK}}, security=[{"k": []}]),
        paths("/a", {"get": {"responses": OK, "security": [{"k": []}]}}),
    ),
    "charset of JSON": (
        with_schema(ITEM, "response"),
        paths(
            "/things",
            {
                "post": {
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {"application/json; charset=utf-8": {"schema": ITEM}},
                        }
                    }
                }
            },
        ),
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_operations_may_be_rewritten(name: str) -> None:
    old, new = DOCUMENTS[name]
    assert loud(old, new) == []


def with_c(spelling: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = ITEM["properties"]
    return {**ITEM, "properties": {**properties, "c": {"type": "string", **spelling}}}


SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "t", "version": "1"},
    "host": "api.example.org",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "securityDefinitions": {"login": {"type": "basic"}},
    "security": [{"login": []}],
    "definitions": {"Item": with_c({"x-nullable": True})},
    "paths": {
        "/items": {
            "get": {
                "parameters": [
                    {
                        "name": "ids",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "integer"},
                        "maxItems": 9,
                    },
                    {
                        "name": "tag",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "multi",
                    },
                    {
                        "name": "size",
                        "in": "query",
                        "type": "integer",
                        "minimum": 0,
                        "exclusiveMinimum": True,
                    },
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "schema": {"$ref": "#/definitions/Item"},
                        "headers": {"X-Rate": {"type": "integer"}},
                    }
                },
            },
            "post": {
                "parameters": [
                    {"name": "body", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Item"}}
                ],
                "responses": {"201": {"description": ""}},
            },
        },
        "/files": {
            "post": {
                "consumes": ["multipart/form-data"],
                "parameters": [
                    {"name": "file", "in": "formData", "type": "file", "required": True},
                    {"name": "note", "in": "formData", "type": "string"},
                ],
                "responses": {"204": {"description": ""}},
            }
        },
    },
}
JSON_ITEM = {"application/json": {"schema": REF}}
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "https://api.example.org/v1"}],
    "security": [{"login": []}],
    "components": {
        "securitySchemes": {"login": {"type": "http", "scheme": "basic"}},
        "schemas": {"Item": with_c({"nullable": True})},
    },
    "paths": {
        "/items": {
            "get": {
                "parameters": [
                    {
                        "name": "ids",
                        "in": "query",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "integer"}, "maxItems": 9},
                    },
                    {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "content": JSON_ITEM,
                        "headers": {"x-rate": {"schema": {"type": "integer"}}},
                    }
                },
            },
            "post": {
                "requestBody": {"required": True, "content": JSON_ITEM},
                "responses": {"201": {"description": ""}},
            },
        },
        "/files": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["file"],
                                "properties": {
                                    "file": {"type": "string", "format": "binary"},
                                    "note": {"type": "string"},
                                },
                            }
                        }
                    },
                },
                "responses": {"204": {"description": ""}},
            }
        },
    },
}


def test_swagger_rewritten_as_openapi_3_says_the_same() -> None:
    assert loud(SWAGGER, OPENAPI) == []


def test_schemas_may_move_to_another_file() -> None:
    old = document(with_schema(REF, "response", components={"Item": ITEM}))
    moved = with_schema({"$ref": "schemas/item.yaml#/Item"}, "response")
    files = {
        "schemas/item.yaml": {
            "Item": {**ITEM, "properties": {"a": {"$ref": "#/T"}, "b": B["properties"]["b"]}},
            "T": {"type": "string"},
        }
    }
    new = document(moved, files=files)
    for one, other in ((old, new), (new, old)):
        findings = compare(one, other, today=TODAY).findings
        assert [finding for finding in findings if finding.level != "editorial"] == []
