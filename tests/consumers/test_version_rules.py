"""Calls at the same path are sorted by what carries their version: host, query, media type, header."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.errors import ConsumersError
from consumers.hit import Hit
from consumers.ingest import ingest
from consumers.models import UnknownCall, Usage
from consumers.version_rules import rule_of, set_rule
from registry.models import Api, Operation
from tests.support.factories_consumers import NOW, PEPPER, event, publish_templates

HIT = Hit(NOW, "GET", "/orders", "", 200, (), "", 1)


@pytest.mark.parametrize(
    ("carrier", "values", "call", "accepted"),
    [
        ("host", ["V2.example.com"], {"host": "v2.example.com"}, True),
        ("host", ["*.v2.example.com"], {"host": "eu.v2.example.com"}, True),
        ("host", ["*.v2.example.com"], {"host": "v2.example.com"}, False),
        ("host", ["v2.example.com"], {}, False),
        ("query", ["2", "3"], {"query": "a=1&api-version=3"}, True),
        ("query", ["2", "3"], {"query": "api-version=4"}, False),
        (
            "media-type",
            ["application/vnd.acme.v2+json"],
            {"media_type": "application/vnd.acme.v2+json"},
            True,
        ),
        (
            "media-type",
            ["application/vnd.acme.v2+json"],
            {"version": "application/vnd.acme.v2+json;q=1"},
            True,
        ),
        ("header", ["2"], {"version": "2"}, True),
        ("header", ["2"], {"version": "1"}, False),
    ],
)
def test_a_rule_tells_whose_a_call_is(
    carrier: str, values: list[str], call: dict[str, Any], accepted: bool
) -> None:
    name = "api-version" if carrier == "query" else ""
    assert rule_of(carrier, name=name, values=values).accepts(HIT._replace(**call)) is accepted


def test_who_says_nothing_is_of_the_api_that_takes_those() -> None:
    assert rule_of("header", values=["1"], or_absent=True).accepts(HIT)
    assert not rule_of("header", values=["1"], or_absent=True).accepts(HIT._replace(version="2"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"carrier": "colour", "values": ["1"]},
        {"carrier": "query", "values": ["1"]},
        {"carrier": "host", "name": "x", "values": ["1"]},
        {"carrier": "host", "values": [" "]},
        {"carrier": "host", "values": ["x" * 201]},
    ],
)
def test_a_rule_that_can_not_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConsumersError):
        rule_of(**wrong)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (rule_of("header", values=["1"]), rule_of("header", values=["2"]), True),
        (rule_of("header", values=["1"]), rule_of("header", values=["2", "1"]), False),
        (
            rule_of("header", values=["1"], or_absent=True),
            rule_of("header", values=["2"], or_absent=True),
            False,
        ),
        (rule_of("header", values=["1"]), rule_of("host", values=["2"]), False),
        (rule_of("host", values=["*.com"]), rule_of("host", values=["a.com"]), False),
    ],
)
def test_two_rules_are_apart_where_no_call_can_be_of_both(one: Any, other: Any, apart: bool) -> None:
    assert one.excludes(other) is apart


def test_calls_at_one_path_go_to_the_api_whose_version_they_ask_for(session: Session) -> None:
    publish_templates(session, "old", "1", [("GET", "/orders/{id}")])
    publish_templates(session, "new", "2", [("GET", "/orders/{key}")])
    apis = {api.slug: api.id for api in session.scalars(select(Api))}
    set_rule(session, apis["old"], rule_of("query", name="v", values=["1"], or_absent=True))
    set_rule(session, apis["new"], rule_of("query", name="v", values=["2"]))
    lines = [event(path=f"/orders/7{query}") for query in ("", "?v=1", "?v=2", "?v=2", "?v=3")]
    report = ingest(session, source="edge", key="k", log_format="ndjson", data=lines, pepper=PEPPER, now=NOW)
    assert (report.matched, report.unmatched) == (4, 1)
    rows = session.execute(select(Operation.api_id, Usage.calls).join(Operation)).all()
    assert {row[0]: row[1] for row in rows} == {apis["old"]: 2, apis["new"]: 2}
    assert session.scalars(select(UnknownCall.path)).all() == ["/orders/… (of another version)"]


def test_a_source_of_one_api_tells_of_no_other_version(session: Session) -> None:
    publish_templates(session, "old", "1", [("GET", "/orders/{id}")])
    set_rule(session, session.scalars(select(Api.id)).one(), rule_of("header", values=["1"]))
    lines = [event(path="/orders/7", version=version) for version in ("1", "2")]
    given: dict[str, Any] = {"log_format": "ndjson", "pepper": PEPPER, "now": NOW, "api_slug": "old"}
    report = ingest(session, source="edge", key="k", data=lines, **given)
    assert (report.matched, report.unmatched) == (1, 1)
