"""What other days of a plan would bring."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from deprecations.brownouts.freezes import freeze
from deprecations.errors import PlanRefused
from deprecations.extensions import grant
from deprecations.history import history
from deprecations.models import Deprecation
from deprecations.steps import days_of
from deprecations.what_if import what_if
from registry.models import Api, Operation
from tests.support.factories_deprecations import (
    NOW,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)

DAY = timedelta(days=1)


@pytest.fixture
def planned(session: Session, operation: Operation) -> Deprecation:
    return make_plan(session, operation, sunset_on=date(2027, 9, 30))


def test_an_earlier_day_is_judged_as_a_move_would_be(session: Session, planned: Deprecation) -> None:
    before = len(history(session, planned))
    found = what_if(session, planned, replace(days_of(planned), sunset_on=date(2027, 1, 31)), NOW)
    assert [one.rule for one in found.breaches] == ["minimum-notice"]
    assert (found.earliest_on, found.needs_approval) == (date(2027, 2, 20), True)
    assert planned.sunset_on == date(2027, 9, 30)
    assert len(history(session, planned)) == before


def test_a_later_day_is_free_but_for_a_freeze(session: Session, planned: Deprecation) -> None:
    frozen = {"starts_at": datetime(2027, 12, 20, tzinfo=UTC), "ends_at": datetime(2028, 1, 3, tzinfo=UTC)}
    freeze(session, None, **frozen, zone="UTC", reason="Holidays", by="dana", now=NOW)
    later = replace(days_of(planned), sunset_on=date(2027, 12, 1))
    assert what_if(session, planned, later, NOW).breaches == ()
    assert not what_if(session, planned, later, NOW).needs_approval
    clashing = replace(later, sunset_on=date(2027, 12, 31))
    assert [one.rule for one in what_if(session, planned, clashing, NOW).breaches] == ["freeze"]


def test_a_monthly_caller_may_still_call_where_a_daily_one_can_be_gone(
    session: Session, operation: Operation, planned: Deprecation
) -> None:
    daily, monthly = make_consumer(session, "daily"), make_consumer(session, "monthly")
    for back in range(1, 21):
        make_usage(session, daily, operation, NOW - back * DAY, calls=5)
    for back in (1, 61, 121):
        make_usage(session, monthly, operation, NOW - back * DAY, calls=1)
    grant(
        session,
        planned,
        monthly,
        until_on=date(2027, 12, 31),
        reason="Slow.",
        approved_by="kim",
        by="dana",
        now=NOW,
    )
    ends = (NOW + 60 * DAY).date()
    found = what_if(session, planned, replace(days_of(planned), sunset_on=ends), NOW)
    by_name = {one.consumer: one for one in found.callers}
    assert not by_name["daily"].may_still_call
    assert by_name["monthly"].may_still_call  # silent for 60 days before, so 90 would prove something
    assert by_name["monthly"].extended_until == date(2027, 12, 31)
    assert by_name["daily"].calls == 100


def test_it_says_who_would_be_told_when(session: Session, operation: Operation, planned: Deprecation) -> None:
    acme = make_consumer(session)
    make_contact(session, acme)
    make_contact(session, acme, "gone@example.com", disabled_at=NOW)
    make_usage(session, acme, operation, NOW - DAY)
    found = what_if(session, planned, replace(days_of(planned), sunset_on=date(2026, 12, 20)), NOW)
    assert [one.milestone for one in found.notices] == ["moved", "t-14", "t-7", "t-1", "sunset", "after"]
    assert {one.contacts for one in found.notices} == {1}


def test_days_that_stay_tell_of_no_move(session: Session, planned: Deprecation) -> None:
    told = {one.milestone for one in what_if(session, planned, days_of(planned), NOW).notices}
    assert "t-30" in told
    assert not [one for one in told if one.startswith("moved")]


def test_what_else_ends_for_the_same_consumers_is_named(
    session: Session, api: Api, operation: Operation, planned: Deprecation
) -> None:
    acme, other = make_consumer(session), make_consumer(session, "other")
    near, far, elsewhere = (
        make_operation(session, api, name) for name in ("GET /v1/a", "GET /v1/b", "GET /v1/c")
    )
    make_plan(session, near, sunset_on=date(2027, 4, 5))
    make_plan(session, far, sunset_on=date(2027, 5, 5))
    make_plan(session, elsewhere, sunset_on=date(2027, 4, 1))
    for who, what in ((acme, operation), (acme, near), (acme, far), (other, elsewhere)):
        make_usage(session, who, what, NOW - DAY)
    found = what_if(session, planned, replace(days_of(planned), sunset_on=date(2027, 3, 31)), NOW)
    assert [(one.what, one.consumers) for one in found.clashes] == [("GET /v1/a", ("Acme Sync",))]


def test_days_in_no_order_are_refused(session: Session, planned: Deprecation) -> None:
    with pytest.raises(PlanRefused, match="can't come before"):
        what_if(session, planned, replace(days_of(planned), sunset_on=date(2026, 1, 1)), NOW)
