"""What ends, read from findings of a real comparison and from a document's own marks."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from deprecations.acts import cancel
from deprecations.aims import aim_of_finding, day_in, suggestions, takes
from deprecations.models import Target, TargetKind
from deprecations.plans import plan
from diffing.compare import compare
from diffing.contract import to_json
from diffing.load import load
from registry import comparisons, publish
from registry.apis import findings, operations_of_finding
from registry.bundle import Bundle
from registry.workbench import Limits, examine, having
from tests.support.factories_deprecations import NOW
from tests.support.factories_registry import make_api

OLD = b"""
openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    post:
      parameters:
        - {name: status, in: query, schema: {type: string, enum: [open, shut]}}
        - {name: X-Old, in: header, schema: {type: string}}
      security: [{basic: []}]
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {note: {type: string}, size: {enum: [s, m]}}}
          text/csv: {schema: {type: string}}
      responses:
        "200":
          description: ok
          headers: {X-Total: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
  /orders/{id}:
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
components:
  securitySchemes: {basic: {type: http, scheme: basic}, key: {type: apiKey, name: k, in: header}}
  schemas:
    Order: {type: object, properties: {id: {type: string}, total: {type: number}}}
"""
NEW = b"""
openapi: 3.1.0
info: {title: Orders, version: 2.0.0}
paths:
  /orders:
    post:
      deprecated: true
      x-sunset: "2027-08-31"
      x-replacement: POST /v2/orders
      parameters:
        - {name: status, in: query, schema: {type: string, enum: [open]}}
      security: [{key: []}]
      requestBody:
        content:
          application/json:
            schema: {type: object, additionalProperties: false, properties: {size: {enum: [s]}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
  /orders/{id}:
    get:
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
components:
  securitySchemes: {key: {type: apiKey, name: k, in: header}}
  schemas:
    Order: {type: object, properties: {id: {type: string, deprecated: true}}}
"""
K = TargetKind


def published(session: Session, data: bytes, api: Any) -> publish.Published:
    bundle = Bundle("openapi.yaml", data, {})
    made = publish.Publication(bundle, examine(bundle, Limits()), "upload", "a test")
    return publish.publish(session, api, made, NOW)


@pytest.fixture
def api(session: Session) -> Any:
    made = make_api(session)
    published(session, OLD, made)
    return made


def test_a_finding_tells_which_part_ends(session: Session, api: Any) -> None:
    compared = published(session, NEW, api).comparison_id
    assert compared is not None
    report = to_json(compare(load(OLD, "old.yaml"), load(NEW, "new.yaml"), today=date(2026, 11, 22)))
    comparisons.settle(session, compared, report, NOW)
    aims = set()
    for finding in findings(session, compared).items:
        reached = operations_of_finding(session, finding.id)
        if reached and finding.facts["action"] == "removed":
            thing = aim_of_finding(session, finding, reached).thing
            aims.add((thing.kind, thing.name, thing.place, thing.value, thing.operation_id is None))
    assert aims == {
        (K.ENUM_VALUE, "status", "query", "shut", False),
        (K.PARAMETER, "X-Old", "header", "", False),
        (K.SECURITY_SCHEME, "basic", "", "", False),
        (K.REQUEST_PROPERTY, "note", "", "", False),
        (K.ENUM_VALUE, "size", "request", "m", False),
        (K.MEDIA_TYPE, "text/csv", "request", "", False),
        (K.HEADER, "X-Total", "response", "", False),
        (K.RESPONSE_PROPERTY, "total", "", "", True),  # a schema that two operations share
    }


def test_what_a_document_marks_is_suggested_until_it_is_planned(session: Session, api: Any) -> None:
    assert suggestions(session, api.id) == ()
    published(session, NEW, api)
    whole, part = suggestions(session, api.id)
    assert (whole.aim.label, whole.sunset_on, whole.replacement) == (
        "POST /orders",
        date(2027, 8, 31),
        "POST /v2/orders",
    )
    assert part.aim.label == "response property “id” of Orders"
    assert len(part.aim.reaches) == 2
    words: Any = {
        "reason": "The document says so.",
        "replacement": "none",
        "documentation": "",
        "deprecated_on": date(2026, 12, 1),
        "sunset_on": date(2027, 8, 31),
        "zone": "UTC",
        "by": "dana",
        "now": NOW,
    }
    made = plan(session, thing=part.aim.thing, reaches=part.aim.reaches, **words)
    assert suggestions(session, api.id) == (whole,)
    cancel(session, made, by="dana", reason="It stays.", now=NOW)
    assert [one.aim.label for one in suggestions(session, api.id)] == [whole.aim.label, part.aim.label]


@pytest.mark.parametrize(
    ("gone", "planned", "goes"),
    [
        # as a header of requests could be planned once
        ((K.PARAMETER, "X-Old", "header", ""), (K.HEADER, "X-Old", "request", ""), True),
        ((K.PARAMETER, "X-Old", "header", ""), (K.HEADER, "X-Old", "response", ""), False),
        ((K.PARAMETER, "status", "query", ""), (K.ENUM_VALUE, "status", "query", "open"), True),
        ((K.PARAMETER, "status", "query", ""), (K.ENUM_VALUE, "status", "header", "open"), False),
        ((K.RESPONSE_PROPERTY, "lines", "", ""), (K.RESPONSE_PROPERTY, "lines/*/note", "", ""), True),
        ((K.RESPONSE_PROPERTY, "line", "", ""), (K.RESPONSE_PROPERTY, "lines", "", ""), False),
        ((K.RESPONSE_PROPERTY, "lines/*/note", "", ""), (K.RESPONSE_PROPERTY, "lines", "", ""), False),
        ((K.RESPONSE_PROPERTY, "a", "", ""), (K.ENUM_VALUE, "a", "response", "x"), True),
        ((K.RESPONSE_PROPERTY, "a", "", ""), (K.ENUM_VALUE, "a", "request", "x"), False),
        ((K.MEDIA_TYPE, "text/csv", "response", ""), (K.MEDIA_TYPE, "text/csv", "request", ""), False),
    ],
)
def test_a_part_goes_with_itself_and_with_what_it_stands_in(
    gone: Any, planned: tuple[str, str, str, str], goes: bool
) -> None:
    kind, name, place, value = planned
    target = Target(api_id=1, kind=kind, name=name, place=place, value=value)
    assert takes(gone, target) is goes


def test_a_document_is_asked_for_an_element_in_a_process_of_its_own() -> None:
    bundle = Bundle("openapi.yaml", OLD, {})
    found = having(bundle, "response-property", "total", "", "", Limits())
    assert found == (("POST", "/orders"), ("GET", "/orders/{id}"))
    assert having(bundle, "parameter", "--help", "query", "", Limits()) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-06-30", date(2027, 6, 30)),
        ("2027-06-30T23:59:59Z", date(2027, 6, 30)),
        ("2027-02-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_day_is_read_from_what_a_document_says(text: str, day: date | None) -> None:
    assert day_in(text) == day


def test_the_marks_of_a_document_are_plain_json(session: Session, api: Any) -> None:
    marks = examine(Bundle("openapi.yaml", NEW, {}), Limits()).marks
    assert json.loads(json.dumps([one.operations for one in marks]))[1] == [
        ["POST", "/orders"],
        ["GET", "/orders/{id}"],
    ]
