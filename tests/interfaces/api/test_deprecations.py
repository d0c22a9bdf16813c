"""The end of an operation from a program's side: planned, announced, served as headers, judged, told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access.models import AuditEntry
from access.tokens import issue
from access.users import add_user
from deprecations.notices import plan_notices
from interfaces.runtime import Runtime
from notifications.models import EnvelopeState
from notifications.outbox import post
from tests.support.programs import NOW, ORDERS_2, Program, calls

PLAN = {
    "api": "orders",
    "operation": "GET /v1/orders/{id}",
    "deprecated_on": "2026-12-01",
    "sunset_on": "2027-06-30",
    "zone": "Europe/Berlin",
    "reason": "The second version answers amounts with their currency.",
    "replacement": "GET /v2/orders/{id}",
    "documentation": "https://docs.example.com/orders/v2",
}


def plan(program: Program, **changes: Any) -> Any:
    return program.send("POST", "/deprecations", 201, {**PLAN, **changes})


def test_a_plan_begins_as_a_draft_and_is_announced(known: Program, runtime: Runtime) -> None:
    made = known.call("POST", "/deprecations", 201, json=PLAN)
    draft = made.get_json()
    assert made.headers["Location"] == f"/api/v1/deprecations/{draft['id']}"
    assert (draft["state"], draft["announced_at"], draft["headers"]) == ("draft", None, [])
    assert draft["note"].startswith("No API in the registry has GET /v2/orders/{id}")
    assert draft["steps"] == ["announce", "approve", "cancel", "edit", "except", "move"]
    told = known.send("POST", f"/deprecations/{draft['id']}/announce", 200)
    assert told["state"] == "announced"
    # Berlin is an hour ahead of UTC in December, two in June; a last day counts to its last second.
    assert (told["deprecated_at"], told["sunset_at"]) == ("2026-11-30T23:00:00Z", "2027-06-30T21:59:59Z")
    assert [step["step"] for step in told["history"]] == ["plan", "announce"]
    assert known.get(f"/deprecations/{draft['id']}") == told
    known.send("POST", f"/deprecations/{draft['id']}/announce", 422)
    with runtime.database.reading() as session:
        trail = [
            (one.action, one.subject) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]
    assert trail == [
        ("deprecation planned", "orders GET /v1/orders/{id}"),
        ("deprecation announced", "orders GET /v1/orders/{id}"),
    ]


def test_a_sunset_before_its_notice_period_is_refused_with_the_earliest_legal_day(
    known: Program, rows: Callable[[], dict[str, int]]
) -> None:
    before = rows()
    refused = known.send("POST", "/deprecations", 422, {**PLAN, "sunset_on": "2026-12-31"})
    # 90 days after 2026-11-22
    assert (refused["rule"], refused["asked"], refused["earliest"]) == (
        "minimum-notice",
        "2026-12-31",
        "2027-02-20",
    )
    assert "The earliest legal last day is Sat 20 Feb 2027." in refused["detail"]
    assert rows() == before


def test_a_plan_without_a_replacement_is_refused(known: Program, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()
    refused = known.send("POST", "/deprecations", 422, {**PLAN, "replacement": ""})
    assert (refused["rule"], refused["earliest"]) == ("replacement-required", None)
    assert rows() == before


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"sunset_on": "2027-02-30"}, "body/sunset_on: "),
        ({"sunset_on": "30.06.2027"}, "body/sunset_on: "),
        ({"zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"announce": "yes"}, "body/announce: "),
        ({"documentation": "javascript:alert(1)"}, "is no link"),
        ({"finding": 0}, "body/finding: "),
        ({"reason": " "}, "Say why"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    known: Program, rows: Callable[[], dict[str, int]], change: dict[str, Any], detail: str
) -> None:
    before = rows()
    assert detail in known.send("POST", "/deprecations", 422, {**PLAN, **change})["detail"]
    assert rows() == before


@pytest.mark.parametrize("missing", ["api", "operation", "reason"])
def test_a_plan_names_its_operation_unless_a_finding_does(known: Program, missing: str) -> None:
    body = {name: value for name, value in PLAN.items() if name != missing}
    assert f'"{missing}" is a required property' in known.send("POST", "/deprecations", 422, body)["detail"]


def test_an_operation_has_one_plan_at_a_time(known: Program) -> None:
    plan(known)
    assert "has a plan already" in known.send("POST", "/deprecations", 409, PLAN)["detail"]
    known.send("POST", "/deprecations", 404, {**PLAN, "operation": "GET /v9/orders"})


def test_a_finding_is_enough_to_plan_from(orders: Program) -> None:
    number = orders.publish(ORDERS_2)["comparison"]["id"]
    [finding] = orders.get(f"/comparisons/{number}/findings", level="breaking")["items"]
    asked = {
        "finding": finding["id"],
        "deprecated_on": "2026-12-01",
        "sunset_on": "2027-06-30",
        "replacement": "none",
        "announce": True,
    }
    made = orders.send("POST", "/deprecations", 201, asked)
    assert (made["operation"], made["reason"]) == ("POST /v1/orders", finding["text"])
    assert (made["finding"], made["state"], made["zone"]) == (finding["fingerprint"], "announced", "UTC")
    orders.send("POST", "/deprecations", 404, {**asked, "finding": 9_999})


def test_a_last_day_moves_later_freely_and_never_below_the_notice_period(known: Program) -> None:
    number = plan(known, announce=True)["id"]
    later = {"sunset_on": "2027-09-30", "reason": "A quarter more."}
    moved = known.send("POST", f"/deprecations/{number}/move", 200, later)
    assert (moved["sunset_on"], moved["deprecated_on"]) == ("2027-09-30", "2026-12-01")
    sooner = {"sunset_on": "2027-01-31", "reason": "Hurry."}
    assert known.send("POST", f"/deprecations/{number}/move", 422, sooner)["earliest"] == "2027-02-20"
    assert known.get(f"/deprecations/{number}")["sunset_on"] == "2027-09-30"


def test_plans_are_cancelled_with_a_reason_and_removed_only_when_over(known: Program) -> None:
    number = plan(known, announce=True)["id"]
    known.send("POST", f"/deprecations/{number}/remove", 422, {"reason": "Gone."})
    known.send("POST", f"/deprecations/{number}/cancel", 422, {})
    gone = known.send("POST", f"/deprecations/{number}/cancel", 200, {"reason": "Not ready."})
    assert (gone["state"], gone["history"][-1]["reason"]) == ("cancelled", "Not ready.")
    assert known.get("/deprecations")["total"] == 0
    assert known.get("/deprecations", state="cancelled", api="orders")["total"] == 1
    known.get("/deprecations", 422, state="over")
    known.get("/deprecations", 404, api="invoices")


def test_headers_of_a_request_follow_the_plan(known: Program) -> None:
    nothing = known.get("/headers", method="GET", path="/v1/orders/7")
    assert nothing == {"headers": [], "fields": {}, "rules": []}
    number = plan(known, announce=True)["id"]
    found = known.get("/headers", method="get", path="/v1/orders/7?total=1", api="orders")
    assert found["fields"] == {
        "Deprecation": "@1796079600",  # 2026-12-01 00:00 in Berlin
        "Sunset": "Wed, 30 Jun 2027 21:59:59 GMT",
        "Link": '<https://docs.example.com/orders/v2>; rel="deprecation", </v2/orders/7>; '
        'rel="successor-version"',
    }
    assert [name for name, _value in found["headers"]] == ["Deprecation", "Sunset", "Link", "Link"]
    assert found["rules"] == [f"orders-{number}"]
    assert known.get("/headers", method="POST", path="/v1/orders")["headers"] == []
    known.get("/headers", 422, method="GET")
    known.get("/headers", 422, method="GET", path="v1/orders")


def test_a_rule_set_is_sent_again_only_when_it_changed(known: Program) -> None:
    number = plan(known, announce=True)["id"]
    first = known.call("GET", "/rules")
    assert [rule["template"] for rule in first.get_json()["rules"]] == ["/v1/orders/{id}"]
    assert first.headers["Cache-Control"].startswith("private, max-age=")
    known_already = {"If-None-Match": first.headers["ETag"]}
    assert known.call("GET", "/rules", 304, headers=known_already).headers["ETag"] == first.headers["ETag"]
    known.send("POST", f"/deprecations/{number}/cancel", 200, {"reason": "Not ready."})
    assert known.call("GET", "/rules", headers=known_already).get_json()["rules"] == []


def test_a_verdict_is_never_safe_where_nobody_listens(known: Program) -> None:
    verdict = known.get("/can-remove", api="orders", operation="GET /v1/orders/{id}")
    assert verdict["answer"] == "not_proven"
    assert "no-source" in [reason["kind"] for reason in verdict["reasons"]]
    known.get("/can-remove", 404, api="orders", operation="GET /nothing")
    known.get("/can-remove", 422, api="orders", operation="nonsense")


def test_a_verdict_names_who_still_calls(known: Program) -> None:
    lines = calls(at=NOW - timedelta(hours=3), identity={"user": "carol"}, count=5)
    known.send("POST", "/usage?source=edge", 200, data=lines, content_type="application/x-ndjson")
    plan(known, announce=True)
    verdict = known.get("/can-remove", api="orders", operation="GET /v1/orders/{id}", days=7)
    assert (verdict["answer"], verdict["window_days"]) == ("unsafe", 7)
    assert {"calls", "promise"} <= {reason["kind"] for reason in verdict["reasons"]}
    [caller] = verdict["consumers"]
    assert (caller["consumer"], caller["calls"], caller["has_contact"]) == ("unattributed", 5, False)
    assert [source["slug"] for source in verdict["sources"]] == ["edge"]


def test_notices_are_listed_by_plan_consumer_and_state(known: Program, runtime: Runtime) -> None:
    known.send("POST", "/consumers", 201, {"slug": "acme", "name": "Acme"})
    known.send("POST", "/consumers/acme/credentials", 201, {"kind": "user", "value": "acme"})
    dana = {"name": "Dana", "email": "dana@example.com"}
    contact = known.send("POST", "/consumers/acme/contacts", 201, dana)
    lines = calls(at=NOW - timedelta(hours=3), identity={"user": "acme"})
    known.send("POST", "/usage?source=edge", 200, data=lines, content_type="application/x-ndjson")
    number = plan(known, announce=True)["id"]
    with runtime.database.transaction() as session:
        assert plan_notices(session, NOW) > 0
    found = known.get("/notices", deprecation=number, consumer="acme", state="due")
    assert found["items"][0]["milestone"] == "announced"
    assert {one["contact"] for one in found["items"]} == {"dana@example.com"}
    assert known.get(f"/deprecations/{number}")["notices_total"] == found["total"]
    assert known.get("/notices", state="told")["total"] == 0
    known.send("DELETE", f"/consumers/acme/contacts/{contact['id']}", 204)
    assert {one["contact"] for one in known.get("/notices")["items"]} == {None}
    known.get("/notices", 404, deprecation=999)
    known.get("/notices", 404, consumer="nobody")


def test_a_failed_envelope_is_queued_again(api: Program, runtime: Runtime) -> None:
    key = "mail/dana@example.com/2026-11-22"
    with runtime.database.transaction() as session:
        envelope = post(
            session,
            key=key,
            channel="smtp",
            recipient="dana@example.com",
            subject="It ends",
            text="It ends.",
            html="<p>It ends.</p>",
            domain="example.com",
            now=NOW,
        )
        envelope.state, envelope.error = EnvelopeState.FAILED, "550 no such user"
    [failed] = api.get("/envelopes", state="failed", recipient="Dana@example.com")["items"]
    assert (failed["key"], failed["error"]) == (key, "550 no such user")
    assert api.send("POST", f"/envelopes/{key}/retry", 200)["state"] == "queued"
    api.send("POST", f"/envelopes/{key}/retry", 422)
    api.send("POST", "/envelopes/none/retry", 404)


def test_a_draft_is_edited_and_what_is_left_out_stays(known: Program) -> None:
    number = plan(known)["id"]
    changed = known.send(
        "PATCH", f"/deprecations/{number}", 200, {"closes_on": "2027-01-31", "replacement": "none"}
    )
    assert (changed["closes_on"], changed["replacement"], changed["reason"]) == (
        "2027-01-31",
        "none",
        PLAN["reason"],
    )
    opened = known.send("PATCH", f"/deprecations/{number}", 200, {"closes_on": None})
    assert (opened["closes_on"], opened["closes_at"]) == (None, None)
    known.send("PATCH", f"/deprecations/{number}", 422, {})
    early = known.send("PATCH", f"/deprecations/{number}", 422, {"sunset_on": "2026-12-31"})
    assert early["earliest"] == "2027-02-20"


def test_a_plan_is_paused_resumed_cancelled_and_taken_up_again(known: Program) -> None:
    number = plan(known, announce=True)["id"]
    for act, state in (
        ("pause", "paused"),
        ("resume", "announced"),
        ("cancel", "cancelled"),
        ("revive", "draft"),
    ):
        assert (
            known.send("POST", f"/deprecations/{number}/{act}", 200, {"reason": "So be it."})["state"]
            == state
        )
    known.send("POST", f"/deprecations/{number}/close", 422, {"reason": "So be it."})


def test_a_running_plan_closes_to_new_consumers_and_opens_again(known: Program) -> None:
    number = plan(known, deprecated_on="2026-11-01", announce=True)["id"]
    closed = known.send("POST", f"/deprecations/{number}/close", 200, {"reason": "No more of it."})
    assert (closed["state"], closed["closed_at"]) == ("closed", "2026-11-22T09:30:00Z")
    opened = known.send("POST", f"/deprecations/{number}/reopen", 200, {"reason": "They asked."})
    assert (opened["state"], opened["closed_at"]) == ("deprecated", None)


def test_an_earlier_day_waits_for_the_approval_of_another(
    known: Program, program: Callable[..., Program], runtime: Runtime
) -> None:
    number = plan(known, announce=True)["id"]
    sooner = {"sunset_on": "2027-03-31", "reason": "Hurry."}
    assert known.send("POST", f"/deprecations/{number}/move", 422, sooner)["rule"] == "approval"
    with runtime.database.transaction() as session:
        _row, secret = issue(session, name="other", scopes=["manage"], by="a test", now=NOW)
    other = Program(known.web, secret)
    approval = {"step": "move", "sunset_on": "2027-03-31", "reason": "The contract ends."}
    agreed = other.send("POST", f"/deprecations/{number}/approve", 200, approval)
    assert agreed["approvals"][0]["sunset_on"] == "2027-03-31"
    moved = known.send("POST", f"/deprecations/{number}/move", 200, sooner)
    assert moved["sunset_on"] == "2027-03-31"
    assert moved["history"][-1]["correction"] is True


def test_a_plan_that_no_date_ends_has_no_sunset_header(known: Program) -> None:
    made = plan(known, announce=True, sunset_by="version", sunset_version="3")
    assert [name for name, _value in made["headers"]] == ["Deprecation", "Link"]
    known.send("POST", "/deprecations", 422, {**PLAN, "sunset_by": "never"})


def test_one_consumer_is_given_longer(known: Program, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        add_user(session, email="kim@example.com", name="Kim", is_administrator=False, now=NOW)
    number = plan(known, announce=True)["id"]
    known.send("POST", "/consumers", 201, {"slug": "acme", "name": "Acme"})
    asked = {
        "consumer": "acme",
        "until_on": "2027-09-30",
        "reason": "Their release is in September.",
        "approved_by": "kim@example.com",
    }
    for unfit in ({"until_on": "2029-07-02"}, {"approved_by": "nobody@example.com"}, {"approved_by": ""}):
        known.send("POST", f"/deprecations/{number}/extensions", 422, asked | unfit)
    made = known.send("POST", f"/deprecations/{number}/extensions", 201, asked)
    assert made["until_at"] == "2027-09-30T21:59:59Z"
    known.send("POST", f"/deprecations/{number}/extensions", 422, asked)
    known.send("POST", f"/deprecations/{number}/extensions", 404, {**asked, "consumer": "nobody"})
    back = known.send("POST", f"/extensions/{made['id']}/revoke", 200, {"reason": "They are ready."})
    assert back["revoked_because"] == "They are ready."
    assert known.get(f"/deprecations/{number}/extensions")["items"] == [back]
    known.send("POST", "/extensions/99/revoke", 404, {"reason": "None."})


def test_an_api_promises_more_to_some_than_to_others(known: Program) -> None:
    strict = {"minimum_notice_days": 365, "replacement_required": True, "audience": "partner"}
    assert known.send("PUT", "/apis/orders/policy", 200, strict)["minimum_notice_days"] == 365
    assert known.get("/apis/orders/policy")["minimum_notice_days"] == 90
    assert known.get("/apis/orders/policy", audience="partner")["minimum_notice_days"] == 365
    [told] = known.get("/apis/orders/policies")["items"]
    assert (told["stability"], told["audience"]) == ("", "partner")
    refused = known.send("POST", "/deprecations", 422, {**PLAN, "audience": "partner"})
    assert (refused["rule"], refused["earliest"]) == ("minimum-notice", "2027-11-22")
    known.call("DELETE", "/apis/orders/policy", 204, query_string={"audience": "partner"})
    known.call("DELETE", "/apis/orders/policy", 404, query_string={"audience": "partner"})
    known.call("DELETE", "/apis/orders/policy", 422)
    assert "github" in [one["name"] for one in known.get("/policy-presets")["items"]]


def test_an_exception_is_made_with_the_plan_or_later(known: Program, runtime: Runtime) -> None:
    unknown = {"rule": "minimum-notice", "reason": "It leaks.", "approved_by": "nobody@example.com"}
    told = known.send("POST", "/deprecations", 422, {**PLAN, "exceptions": [unknown]})["detail"]
    assert told.startswith("“nobody@example.com” is nobody who signs in here")
    with runtime.database.transaction() as session:
        add_user(session, email="kim@example.com", name="Kim", is_administrator=False, now=NOW)
    urgent = {"rule": "minimum-notice", "reason": "It leaks addresses.", "approved_by": "kim@example.com"}
    made = plan(known, sunset_on="2026-12-10", exceptions=[urgent])
    assert made["exceptions"][0]["approved_by"] == "kim@example.com"
    more = {"rule": "freeze", "reason": "It leaks addresses.", "approved_by": "kim@example.com"}
    known.send("POST", f"/deprecations/{made['id']}/exceptions", 201, more)
    known.send("POST", f"/deprecations/{made['id']}/exceptions", 422, more)
    known.send("POST", f"/deprecations/{made['id']}/exceptions", 422, {**more, "rule": "decency"})
    own = known.send("POST", f"/deprecations/{made['id']}/exceptions", 422, {**more, "rule": "approval"})
    assert own["detail"].startswith("Nobody is let off a colleague's approval")


def test_other_days_are_foreseen_and_nothing_changes(
    known: Program, rows: Callable[[], dict[str, int]]
) -> None:
    number = plan(known, announce=True)["id"]
    before = rows()
    found = known.get(f"/deprecations/{number}/what-if", sunset_on="2027-01-31")
    assert ([one["rule"] for one in found["breaches"]], found["needs_approval"]) == (["minimum-notice"], True)
    assert found["earliest_on"] == "2027-02-20"
    assert known.get(f"/deprecations/{number}/what-if")["breaches"] == []
    known.get(f"/deprecations/{number}/what-if", 422, sunset_on="2020-01-01")
    assert rows() == before


def test_a_part_of_an_operation_ends_by_name(known: Program) -> None:
    part = {"kind": "parameter", "name": "status", "place": "query"}
    made = plan(known, target=part)
    assert made["target"]["label"] == "query parameter “status” of GET /v1/orders/{id}"
    assert [one["operation"] for one in made["reaches"]] == ["GET /v1/orders/{id}"]
    known.send("POST", "/deprecations", 409, {**PLAN, "target": part})
    whole = {name: value for name, value in PLAN.items() if name != "operation"}
    prefix = known.send("POST", "/deprecations", 201, {**whole, "target": {"kind": "version", "name": "/v1"}})
    assert len(prefix["reaches"]) == 2
    known.send("POST", "/deprecations", 422, {**whole, "target": {"kind": "version", "name": "/v7"}})
    known.send("POST", "/deprecations", 422, {**whole, "target": {"kind": "planet"}})


MARKED = """
openapi: 3.1.0
info: {title: Orders, version: 3.0.0}
paths:
  /v1/orders:
    get:
      deprecated: true
      x-sunset: "2027-08-31"
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses: {"200": {description: ok}}
    post:
      parameters: [{name: q, in: query, deprecated: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
"""


def test_what_a_document_marks_is_suggested_and_a_part_is_found_wherever_it_is(orders: Program) -> None:
    orders.publish(MARKED)
    whole, part = orders.get("/apis/orders/suggestions")["items"]
    assert (whole["target"]["label"], whole["sunset_on"]) == ("GET /v1/orders", "2027-08-31")
    assert part["target"]["label"] == "query parameter “q” of POST /v1/orders"
    everywhere = {"kind": "parameter", "name": "q", "place": "query"}
    asked = {name: value for name, value in PLAN.items() if name != "operation"}
    made = orders.send("POST", "/deprecations", 201, {**asked, "target": everywhere})
    assert [one["operation"] for one in made["reaches"]] == ["GET /v1/orders", "POST /v1/orders"]
    missing = {**everywhere, "name": "nobody-has-it"}
    refused = orders.send("POST", "/deprecations", 422, {**asked, "target": missing})
    assert "No operation has the query parameter “nobody-has-it”" in refused["detail"]


def test_a_suggestion_is_planned_with_what_the_document_says(orders: Program) -> None:
    orders.publish(MARKED)
    whole, part = orders.get("/apis/orders/suggestions")["items"]
    asked = {"api": "orders", "deprecated_on": PLAN["deprecated_on"], "reason": "Old.", "replacement": "none"}
    made = orders.send("POST", "/deprecations", 201, {**asked, "suggestion": whole["id"]})
    assert (made["target"], made["sunset_on"]) == (whole["target"], "2027-08-31")
    orders.send("POST", "/deprecations", 404, {**asked, "suggestion": whole["id"]})
    refused = orders.send("POST", "/deprecations", 422, {**asked, "suggestion": part["id"]})
    assert "names no day on which query parameter “q” of POST /v1/orders ends" in refused["detail"]
    named = {**asked, "suggestion": part["id"], "sunset_on": PLAN["sunset_on"]}
    orders.send("POST", "/deprecations", 422, {**named, "operation": "GET /v1/orders"})
    assert orders.send("POST", "/deprecations", 201, named)["target"] == part["target"]
    orders.send("POST", "/deprecations", 422, {**asked, "operation": "GET /v1/orders"})


def test_alarms_are_told_with_what_to_do(orders: Program) -> None:
    assert orders.get("/alarms")["items"] == []
    plan(orders, deprecated_on="2026-11-01", announce=True)
    [alarm] = orders.get("/alarms", api="orders")["items"]
    assert (alarm["kind"], alarm["what"]) == ("unmarked", "GET /v1/orders/{id}")
    assert "deprecated: true" in alarm["to_do"]
    orders.get("/alarms", 404, api="none")
