"""The headers of a plan, to the letter."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from deprecations.acts import cancel
from deprecations.headers import EdgeTerms, deprecation_value, headers, sunset_value
from deprecations.models import Deprecation
from deprecations.plans import plan
from registry.models import Operation
from tests.support.factories_deprecations import NOW, make_plan

POLICY = EdgeTerms(policy_link="https://api.example.com/policy")


def test_a_deprecation_is_a_structured_date() -> None:
    assert deprecation_value(datetime(2023, 6, 30, 23, 59, 59, tzinfo=UTC)) == "@1688169599"


def test_a_sunset_is_an_http_date_in_gmt() -> None:
    assert sunset_value(datetime(2030, 6, 30, 23, 59, 59, tzinfo=UTC)) == "Sun, 30 Jun 2030 23:59:59 GMT"


def test_a_plan_has_its_dates_and_links(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation, zone="Europe/Berlin")
    assert headers(planned, POLICY, {"id": "a b"}) == (
        ("Deprecation", "@1796079600"),
        ("Sunset", "Wed, 30 Jun 2027 21:59:59 GMT"),
        ("Link", '<https://docs.example.com/orders/v2>; rel="deprecation"'),
        ("Link", '<https://api.example.com/policy>; rel="sunset"'),
        ("Link", '</v2/orders/a%20b>; rel="successor-version"'),
    )


def link_headers(planned: Deprecation, terms: EdgeTerms = EdgeTerms()) -> list[str]:  # noqa: B008 - frozen
    return [value for name, value in headers(planned, terms, {"id": "7"}) if name == "Link"]


def test_a_templated_successor_without_its_values_is_left_out(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation, documentation="", replacement="GET /v2/orders/{number}")
    assert link_headers(planned) == []


def test_an_api_that_keeps_links_out_of_its_replies_has_dates_alone(
    session: Session, operation: Operation
) -> None:
    planned = make_plan(session, operation)
    assert [name for name, _ in headers(planned, EdgeTerms(links=False))] == ["Deprecation", "Sunset"]


@pytest.mark.parametrize(
    ("replacement", "links"),
    [
        ("GET /v2/orders", ['</v2/orders>; rel="successor-version"']),
        (
            "https://api.example.com/v2/orders",
            ['<https://api.example.com/v2/orders>; rel="successor-version"'],
        ),
        (
            "https://v2.example.com/orders/{id}",
            ['<https://v2.example.com/orders/7>; rel="successor-version"'],
        ),
        ("https://v2.example.com/or}ders", ['<https://v2.example.com/or%7Dders>; rel="successor-version"']),
        ("none", []),
        ("Ask for the export instead", []),
        ('GET /v2/"><script>', ['</v2/%22%3E%3Cscript%3E>; rel="successor-version"']),
        ("GET /v2/bücher", ['</v2/b%C3%BCcher>; rel="successor-version"']),
    ],
)
def test_a_successor_is_linked_only_where_it_has_an_address(
    session: Session, operation: Operation, replacement: str, links: list[str]
) -> None:
    assert link_headers(make_plan(session, operation, documentation="", replacement=replacement)) == links


def test_without_documentation_the_policy_explains_the_deprecation(
    session: Session, operation: Operation
) -> None:
    links = link_headers(make_plan(session, operation, documentation="", replacement="none"), POLICY)
    assert links == [f'<{POLICY.policy_link}>; rel="{rel}"' for rel in ("deprecation", "sunset")]


def test_what_was_never_announced_has_no_headers(session: Session, operation: Operation) -> None:
    draft = plan(
        session,
        operation_id=operation.id,
        reason="It ends.",
        replacement="none",
        documentation="",
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 6, 30),
        zone="UTC",
        by="dana",
        now=NOW,
    )
    assert headers(draft, POLICY) == ()


def test_what_was_cancelled_has_no_headers(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    cancel(session, planned, by="dana", reason="We keep it.", now=NOW)
    assert headers(planned, POLICY) == ()
