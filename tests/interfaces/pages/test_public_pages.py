"""What anyone may read of an API's endings: the page, its feeds, the calendar, the catalogue."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from deprecations import board
from deprecations.acts import cancel
from deprecations.edge_terms import set_edge_terms
from deprecations.gate import change_settings, settings_of
from deprecations.headers import EdgeTerms
from deprecations.moving import move
from deprecations.plans import plan_and_announce
from interfaces.publishing import Upload
from interfaces.removal_gate import ask_gate
from registry.models import Operation
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.documents import openapi
from tests.support.factories_deprecations import make_api, make_consumer, make_usage

Publish = Callable[..., Published]
HERE = "/public/orders/deprecations"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def anyone(visitor: Visitor, publish: Publish) -> FlaskClient:
    """Somebody without an account, where one API tells anyone of its one ending."""
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    with visitor.runtime.database.transaction() as session:
        operation = session.scalars(select(Operation)).one()
        plan_and_announce(
            session,
            operation_id=operation.id,
            reason='=HYPERLINK("https://evil.example") <script>alert(1)</script>',
            replacement="GET /v2/orders/{id}",
            documentation="https://docs.example.com/v2",
            deprecated_on=date(2026, 12, 1),
            closes_on=date(2027, 1, 1),
            sunset_on=date(2027, 6, 30),
            zone="UTC",
            by="dana",
            now=NOW,
        )
        make_usage(session, make_consumer(session, "acme-secret"), operation, NOW)
    visitor.act("/apis/orders/endings", view="settings", is_public="1")
    return visitor.client.application.test_client()


def calendar(client: FlaskClient) -> dict[str, icalendar.Event]:
    answer = client.get(f"{HERE}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    return {str(one["UID"]): one for one in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


def test_what_is_not_public_is_not_there(visitor: Visitor, anyone: FlaskClient) -> None:
    visitor.act("/apis/orders/endings", view="settings")
    for form in ("", ".json", ".csv", ".atom", ".ics"):
        assert anyone.get(HERE + form).status_code == 404
    assert json.loads(anyone.get("/.well-known/api-catalog").data)["linkset"][0]["item"] == []
    assert anyone.get("/public/nothing/deprecations").status_code == 404


def test_the_page_tells_days_and_what_to_call_instead_and_no_consumer(anyone: FlaskClient) -> None:
    answer = anyone.get(HERE)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "GET /v2/orders/{id}" in words(page)
    assert "<script>alert" not in page
    for form in ("", ".json", ".csv", ".atom", ".ics"):
        assert b"acme" not in anyone.get(HERE + form).data
    assert anyone.get(f"{HERE}.pdf").status_code == 404
    known = {"If-None-Match": anyone.get(f"{HERE}.json").headers["ETag"]}
    assert anyone.get(f"{HERE}.json", headers=known).status_code == 304


def test_the_schedule_is_told_as_json_and_as_csv_that_no_spreadsheet_runs(anyone: FlaskClient) -> None:
    [told] = json.loads(anyone.get(f"{HERE}.json").data)["deprecations"]
    assert (told["what"], told["sunset_on"], told["headline"]) == (
        "GET /v1/orders/{id}",
        "2027-06-30",
        "GET /v1/orders/{id} works until Wed 30 Jun 2027",
    )
    answer = anyone.get(f"{HERE}.csv")
    [row] = csv.DictReader(io.StringIO(answer.get_data(as_text=True)))
    assert row["reason"].startswith("'=HYPERLINK")
    assert (row["closes_on"], row["replacement"]) == ("2027-01-01", "GET /v2/orders/{id}")


def test_a_moved_day_moves_in_calendars_and_feeds_and_stays_the_same_entry(
    visitor: Visitor, anyone: FlaskClient
) -> None:
    before, feed_before = calendar(anyone), ET.fromstring(anyone.get(f"{HERE}.atom").data)
    assert len(before) == 3
    at = NOW + timedelta(days=1)
    with visitor.runtime.database.transaction() as session:
        plan = board.find(session, 1)
        move(
            session,
            plan,
            deprecated_on=plan.deprecated_on,
            sunset_on=date(2027, 9, 30),
            by="dana",
            reason="Later.",
            now=at,
        )
    after, feed = calendar(anyone), ET.fromstring(anyone.get(f"{HERE}.atom").data)
    assert set(after) == set(before)
    for uid, event in after.items():
        assert event["SEQUENCE"] > before[uid]["SEQUENCE"]
    last = next(event for uid, event in after.items() if uid.startswith("sunset"))
    assert last["DTSTART"].dt == date(2027, 9, 30)
    assert [one.text for one in feed.findall("a:entry/a:id", ATOM)] == [
        one.text for one in feed_before.findall("a:entry/a:id", ATOM)
    ]
    assert feed.findtext("a:entry/a:updated", namespaces=ATOM) == "2026-11-23T09:41:00Z"


def test_what_is_called_off_is_cancelled_in_calendars(visitor: Visitor, anyone: FlaskClient) -> None:
    with visitor.runtime.database.transaction() as session:
        cancel(session, board.find(session, 1), by="dana", reason="It stays.", now=NOW)
    assert {str(event["STATUS"]) for event in calendar(anyone).values()} == {"CANCELLED"}
    feed = ET.fromstring(anyone.get(f"{HERE}.atom").data)
    assert feed.findtext("a:entry/a:title", namespaces=ATOM) == "GET /v1/orders/{id} stays"


def test_the_catalogue_leads_to_every_public_api(anyone: FlaskClient) -> None:
    answer = anyone.get("/.well-known/api-catalog")
    assert answer.content_type.startswith("application/linkset+json")
    first, second = json.loads(answer.data)["linkset"]
    assert first["item"][0]["href"] == second["anchor"]
    assert second["anchor"].endswith(HERE)
    assert {one["type"] for one in second["deprecation"]} == {"text/html", "application/json"}
    head = anyone.head("/.well-known/api-catalog")
    assert 'rel="api-catalog"' in head.headers["Link"]
    assert head.data == b""


def test_the_catalogue_is_anchored_at_an_apis_own_address_with_its_policy(
    visitor: Visitor, anyone: FlaskClient
) -> None:
    def context() -> dict[str, Any]:
        first, second = json.loads(anyone.get("/.well-known/api-catalog").data)["linkset"]
        assert [one["href"] for one in first["item"]] == [second["anchor"]] * len(first["item"])
        return dict(second)

    assert context()["sunset"] == [{"href": context()["anchor"], "type": "text/html"}]
    assert "Notice 90 days at least" in words(anyone.get(HERE).get_data(as_text=True))
    terms = EdgeTerms(base_url="https://api.example.com/orders", policy_link="https://example.com/policy")
    with visitor.runtime.database.transaction() as session:
        set_edge_terms(session, 1, terms)
        twin = make_api(session, "twin")
        set_edge_terms(session, twin.id, EdgeTerms(base_url=terms.base_url))
        change_settings(session, twin.id, is_public=True)
    told = context()  # both APIs are at one address, which has one object
    assert told["anchor"] == terms.base_url
    assert told["sunset"][0]["href"] == terms.policy_link
    assert [one["href"].rpartition("/public/")[2] for one in told["version-history"]] == [
        "orders/deprecations.atom",
        "twin/deprecations.atom",
    ]


def test_the_gates_alarms_are_judged_and_let_through_on_its_page(visitor: Visitor, publish: Publish) -> None:
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}", "GET /v1/orders"))
    assert "Nobody asked yet" in visitor.get("/apis/orders?view=gate")
    asked = Upload("openapi.yaml", openapi("2.0.0", "GET /v1/orders").encode(), "api", "ci")
    ask_gate(visitor.runtime, "orders", asked, {})
    assert "GET /v1/orders/{id} Not proven" in words(visitor.get("/apis/orders?view=gate"))
    page = words(visitor.act("/apis/orders/gate/1/mark", mark="false-alarm"))
    assert "100 % false alarms" in page
    let = words(visitor.act("/apis/orders/gate/1/override", reason="It never worked."))
    assert "mara@example.com answers for it: It never worked." in let
    assert visitor.send("/apis/orders/gate/1/override", reason="Again.").status_code == 422
    assert visitor.send("/apis/orders/gate/9/mark", mark="right").status_code == 404
    assert "binding" in words(visitor.act("/apis/orders/endings", view="gate", gate_enforces="1"))


def test_each_switch_of_endings_leaves_the_other_as_it_is(visitor: Visitor, anyone: FlaskClient) -> None:
    visitor.act("/apis/orders/endings", view="gate", gate_enforces="1")
    assert anyone.get(HERE).status_code == 200
    page = visitor.act("/apis/orders/endings", view="settings")
    assert anyone.get(HERE).status_code == 404
    assert "What the public sees" in words(page)
    with visitor.runtime.database.reading() as session:
        assert settings_of(session, 1).gate_enforces


def test_alarms_stand_on_the_first_page_with_what_to_do(visitor: Visitor, anyone: FlaskClient) -> None:
    with visitor.runtime.database.transaction() as session:
        plan = board.find(session, 1)
        plan.state = "deprecated"
    page = words(visitor.get("/"))
    assert "GET /v1/orders/{id} is deprecated, and 1.0.0 doesn't say so." in page
    assert "Set `deprecated: true` on it in the document." in page
