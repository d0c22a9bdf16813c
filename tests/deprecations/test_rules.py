"""The rule set: what gateways and middleware are given, and what a request gets by it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from deprecations.acts import cancel
from deprecations.advance import advance
from deprecations.edge_terms import set_edge_terms
from deprecations.errors import PlanRefused
from deprecations.extensions import grant
from deprecations.headers import EdgeTerms, headers
from deprecations.models import SunsetBy, TargetKind
from deprecations.moving import move
from deprecations.rules import as_json, etag, headers_for, match, regex_of, ruleset
from deprecations.targets import Thing
from registry.models import Api, Operation
from tests.support.factories_deprecations import NOW, make_api, make_consumer, make_operation, make_plan


def test_a_rule_says_what_it_is_about_and_what_to_send(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    rules = as_json(ruleset(session, now=NOW))
    assert rules["generated_at"] == "2026-11-22T09:00:00Z"
    assert rules["rules"] == [
        {
            "id": f"orders-{planned.id}",
            "api": "orders",
            "methods": ["GET", "HEAD"],
            "template": "/v1/orders/{id}",
            "regex": "^/v1/orders/[^/]+/?$",
            "unless": [],
            "hosts": [],
            "deprecation": 1796083200,
            "sunset": 1814399999,
            "links": [
                {"rel": "deprecation", "href": "https://docs.example.com/orders/v2"},
                {"rel": "successor-version", "template": "/v2/orders/{id}"},
            ],
            "brownouts": [],
            "tombstone": None,
            "exempt": [],
        }
    ]


def test_a_request_gets_the_same_headers_as_the_plans_page_shows(
    session: Session, operation: Operation
) -> None:
    planned = make_plan(session, operation)
    terms = set_edge_terms(session, operation.api_id, EdgeTerms(policy_link="https://api.example.com/policy"))
    shown = headers(planned, terms, {"id": "7"})
    assert headers_for(ruleset(session, now=NOW), "get", "/v1/orders/7?expand=items") == shown


def test_a_rule_of_an_api_without_links_has_none(session: Session, operation: Operation) -> None:
    make_plan(session, operation)
    before = ruleset(session, now=NOW)
    set_edge_terms(session, operation.api_id, EdgeTerms(links=False))
    after = ruleset(session, now=NOW)
    assert [rule.links for rule in after.rules] == [()]
    assert etag(after) != etag(before)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://", "https://a b", "https://[", "x" * 1001])
def test_a_policy_that_is_no_link_is_refused(session: Session, operation: Operation, link: str) -> None:
    with pytest.raises(PlanRefused, match=r"The policy .* is no link"):
        set_edge_terms(session, operation.api_id, EdgeTerms(policy_link=link))


@pytest.mark.parametrize(
    ("method", "path", "hit"),
    [
        ("GET", "/v1/orders/7", True),
        ("GET", "/v1/orders/7/", True),
        ("HEAD", "/v1/orders/7", True),
        ("GET", "/v1/orders/a%2Fb", True),
        ("GET", "/v1/orders/%C3%BC", True),
        ("DELETE", "/v1/orders/7", False),
        ("GET", "/v1/orders", False),
        ("GET", "/v1/orders/", False),
        ("GET", "/v1/orders/7/items", False),
        ("GET", "/v1/orders/search", False),
        ("GET", "/v1/orders/7.json", False),
        ("GET", "/x/v1/orders/7", False),
    ],
)
def test_a_rule_is_about_its_own_requests_only(
    session: Session, api: Api, operation: Operation, method: str, path: str, hit: bool
) -> None:
    make_operation(session, api, "GET /v1/orders/search")
    make_operation(session, api, "GET /v1/orders/{id}.json")
    make_operation(session, api, "GET /v1/orders/{id}/items")
    make_plan(session, operation)
    assert bool(match(ruleset(session, now=NOW), method, path)) is hit


def test_a_sibling_that_is_more_literal_further_right_does_not_take_over(session: Session, api: Api) -> None:
    make_operation(session, api, "GET /{kind}/7")
    make_plan(session, make_operation(session, api, "GET /orders/{id}"), replacement="none")
    assert match(ruleset(session, now=NOW), "GET", "/orders/7")


def test_siblings_that_meet_in_one_path_are_told_apart(session: Session, api: Api) -> None:
    make_operation(session, api, "GET /orders/{id}/new")
    make_plan(session, make_operation(session, api, "GET /{kind}/{id}/{view}"), replacement="none")
    rules = ruleset(session, now=NOW)
    assert not match(rules, "GET", "/orders/7/new")
    assert match(rules, "GET", "/orders/7/old")


def test_an_operation_of_its_own_for_head_is_not_gets(
    session: Session, api: Api, operation: Operation
) -> None:
    make_operation(session, api, "HEAD /v1/orders/{other}")
    make_plan(session, operation)
    assert ruleset(session, now=NOW).rules[0].methods == ("GET",)


def test_the_earliest_dates_win_where_several_rules_apply(session: Session, operation: Operation) -> None:
    twin = make_operation(session, make_api(session, "legacy"), "GET /v1/orders/{order}")
    make_plan(session, operation, deprecated_on=date(2026, 12, 1), sunset_on=date(2027, 6, 30))
    make_plan(session, twin, deprecated_on=date(2027, 1, 1), sunset_on=date(2027, 3, 31))
    found = dict(headers_for(ruleset(session, now=NOW), "GET", "/v1/orders/7"))
    assert found["Deprecation"] == "@1796083200"
    assert found["Sunset"] == "Wed, 31 Mar 2027 23:59:59 GMT"


def test_an_etag_changes_with_the_rules_and_only_then(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    before = ruleset(session, now=NOW)
    later = ruleset(session, now=NOW + timedelta(hours=1))
    assert etag(later) == etag(before)
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', etag(before))
    move(
        session,
        planned,
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 12, 31),
        by="dana",
        reason="Later.",
        now=NOW,
    )
    moved = ruleset(session, now=NOW)
    assert etag(moved) != etag(before)
    assert moved.version > before.version


def test_a_cancelled_plan_has_no_rule(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    cancel(session, planned, by="dana", reason="We keep it.", now=NOW)
    assert ruleset(session, now=NOW).rules == ()


def test_the_rules_of_one_api_can_be_asked_for(session: Session, api: Api, operation: Operation) -> None:
    make_plan(session, operation)
    other = make_api(session, "billing")
    make_plan(session, make_operation(session, other, "GET /bills"))
    assert [rule.api for rule in ruleset(session, api_id=other.id, now=NOW).rules] == ["billing"]


@pytest.mark.parametrize(
    ("template", "path"),
    [("/a.b/{x}", "/aXb/1"), ("/a/{x}", "/a/"), ("/a/{x}", "/a/b/c"), ("/a", "/a/b"), ("/a", "/b/a")],
)
def test_an_expression_takes_literals_literally(template: str, path: str) -> None:
    assert not re.search(regex_of(template), path)


def test_an_end_without_a_date_has_no_sunset(session: Session, operation: Operation) -> None:
    make_plan(session, operation, sunset_by=SunsetBy.NOT_BEFORE)
    rules = ruleset(session, now=NOW)
    assert as_json(rules)["rules"][0]["sunset"] is None
    names = [name for name, _value in headers_for(rules, "GET", "/v1/orders/7")]
    assert names == ["Deprecation", "Link", "Link"]


def test_a_versions_end_has_a_rule_for_every_operation_that_it_reaches(
    session: Session, api: Api, operation: Operation
) -> None:
    make_operation(session, api, "POST /v1/orders")
    make_operation(session, api, "GET /v2/orders/{id}")
    thing = Thing(TargetKind.VERSION, api_id=api.id, name="/v1")
    planned = make_plan(session, operation, thing=thing, replacement="none")
    rules = ruleset(session, now=NOW).rules
    assert [(rule.methods, rule.template) for rule in rules] == [
        (("POST",), "/v1/orders"),
        (("GET", "HEAD"), "/v1/orders/{id}"),
    ]
    assert rules[1].id == f"orders-{planned.id}-{operation.id}"


def test_the_end_of_a_part_puts_nothing_on_replies(session: Session, operation: Operation) -> None:
    thing = Thing(TargetKind.PARAMETER, operation_id=operation.id, name="expand", place="query")
    make_plan(session, operation, thing=thing)
    assert ruleset(session, now=NOW).rules == ()


def test_a_consumer_with_a_later_last_day_is_passed_over_until_then(
    session: Session, operation: Operation
) -> None:
    planned, acme = make_plan(session, operation), make_consumer(session)
    words = {"reason": "Their release is in summer.", "approved_by": "kim", "by": "dana", "now": NOW}
    grant(session, planned, acme, until_on=date(2027, 8, 31), **words)  # type: ignore[arg-type]  # its words
    after = planned.sunset_at + timedelta(days=1)
    advance(session, after)
    (rule,) = as_json(ruleset(session, now=after))["rules"]
    until = int(datetime(2027, 9, 1, tzinfo=UTC).timestamp())
    digest = "acme-sync".ljust(64, ".")
    assert rule["exempt"] == [{"kind": "api-key", "digest": digest, "until": until, "beyond": True}]
    assert rule["tombstone"]["status"] == 410
    over = datetime(2027, 9, 2, tzinfo=UTC)
    assert as_json(ruleset(session, now=over))["rules"][0]["exempt"] == []
