"""What operations are made of, and what a document marks as ending."""

import json

import pytest

from diffing.elements import Element, elements, having, marked, names
from diffing.load import load

DOCUMENT = load(
    b"""
openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
security: [{basic: []}]
paths:
  /orders:
    post:
      parameters:
        - {name: status, in: query, deprecated: true, x-sunset: "2027-06-30", schema: {enum: [open, shut]}}
        - {name: X-Old, in: header, schema: {type: string}}
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Order"}}
          text/csv: {schema: {type: string}}
      responses:
        "200":
          description: ok
          headers: {X-Total: {deprecated: true, schema: {type: integer}}}
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Order"}}}}
  /orders/{id}:
    get:
      deprecated: true
      x-sunset: 2027-06-30
      x-deprecated-reason: Too slow.
      x-replacement: GET /v2/orders/{id}
      security: []
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
components:
  securitySchemes: {basic: {type: http, scheme: basic}}
  schemas:
    Order:
      type: object
      properties:
        total: {type: number, deprecated: true}
        state: {enum: [open, 1]}
        parent: {$ref: "#/components/schemas/Order"}
        lines:
          type: array
          items: {oneOf: [{type: object, properties: {note: {type: string}}}, {type: string}]}
""",
    "openapi.yaml",
)
POST, GET = ("POST", "/orders"), ("GET", "/orders/{id}")


@pytest.mark.parametrize(
    ("kind", "name", "place", "value", "where"),
    [
        ("operation", "", "", "", (POST, GET)),
        ("parameter", "status", "query", "", (POST,)),
        ("parameter", "status", "header", "", ()),
        ("parameter", "X-Old", "header", "", (POST,)),
        ("enum-value", "status", "query", "shut", (POST,)),
        ("media-type", "text/csv", "request", "", (POST,)),
        ("media-type", "application/json", "response", "", (POST, GET)),
        ("header", "X-Total", "response", "", (POST,)),
        ("security-scheme", "basic", "", "", (POST,)),
        ("request-property", "total", "", "", (POST,)),
        ("response-property", "*/total", "", "", (POST,)),
        ("response-property", "lines/*/note", "", "", (GET,)),
        ("enum-value", "state", "response", "1", (GET,)),
        ("response-property", "parent", "", "", (GET,)),
        ("response-property", "parent/total", "", "", ()),
    ],
)
def test_an_element_is_found_with_the_operations_that_have_it(
    kind: str, name: str, place: str, value: str, where: tuple[tuple[str, str], ...]
) -> None:
    assert having(DOCUMENT, kind, name, place, value) == where


def test_what_the_document_marks_is_told_with_its_day_and_words() -> None:
    found = {(one.kind, one.name, one.path): one for one in marked(DOCUMENT)}
    assert set(found) == {
        ("operation", "", "/orders/{id}"),
        ("parameter", "status", "/orders"),
        ("header", "X-Total", "/orders"),
        ("request-property", "total", "/orders"),
        ("response-property", "*/total", "/orders"),
        ("response-property", "total", "/orders/{id}"),
    }
    assert found["parameter", "status", "/orders"].sunset == "2027-06-30"
    whole = found["operation", "", "/orders/{id}"]
    assert whole == Element(
        *("operation", "", "", "", "GET", "/orders/{id}"),
        deprecated=True,
        sunset="2027-06-30",
        reason="Too slow.",
        replacement="GET /v2/orders/{id}",
    )


def test_parameters_of_openapi_2_are_told_by_where_they_stand() -> None:
    document = load(
        b"""
swagger: "2.0"
info: {title: Old, version: "1"}
paths:
  /a:
    post:
      parameters: [{name: f, in: formData, type: string}, {name: q, in: query, type: string}]
      consumes: [application/x-www-form-urlencoded]
      responses: {"200": {description: ok}}
""",
        "swagger.yaml",
    )
    told = {(one.kind, one.name, one.place) for one in elements(document)}
    assert ("parameter", "q", "query") in told
    assert ("request-property", "f", "") in told


def test_a_schema_that_grows_without_end_is_followed_no_deeper_than_ten_names() -> None:
    schemas: dict[str, object] = {
        f"S{number}": {"properties": {"p": {"$ref": f"#/components/schemas/S{number + 1}"}}}
        for number in range(40)
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    get = {"responses": {"200": {"description": "ok", "content": content}}}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": get}},
        "components": {"schemas": schemas | {"S40": {"type": "string"}}},
    }
    found = elements(load(json.dumps(whole).encode(), "deep.json"))
    assert max(one.name.count("/") for one in found if one.kind == "response-property") == 10


def test_the_names_of_a_kind_are_told_unless_something_was_not_looked_at() -> None:
    assert names(DOCUMENT, "parameter", POST) == (("status", "query", ""), ("X-Old", "header", ""))
    assert names(DOCUMENT, "header", GET) == ()
    schemas = {
        "tags": {"type": "array", "items": {"enum": ["a"]}},
        "by": {"type": "object", "patternProperties": {"^x": {"properties": {"y": {}}}}},
    }

    def body(schema: object) -> bytes:
        answer = {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}
        info = {"title": "t", "version": "1"}
        return json.dumps(
            {"openapi": "3.1.0", "info": info, "paths": {"/a": {"get": {"responses": answer}}}}
        ).encode()

    document = load(body({"properties": schemas}), "a.json")
    assert names(document, "enum-value") == (("tags/*", "response", "a"),)
    assert ("by/*/y", "", "") in (names(document, "response-property") or ())
    hidden = load(body({"properties": schemas, "contains": {"properties": {"z": {}}}}), "a.json")
    assert names(hidden, "response-property") is None
