"""The rule set: what gateways and middleware are given, and what a request gets by it."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from deprecations.edge_terms import set_edge_terms
from deprecations.errors import PlanRefused
from deprecations.headers import EdgeTerms, headers
from deprecations.plans import cancel, move
from deprecations.rules import as_json, etag, headers_for, match, regex_of, ruleset
from registry.models import Api, Operation
from tests.support.factories_deprecations import NOW, make_api, make_operation, make_plan


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
