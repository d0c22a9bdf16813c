"""What of the endings needs somebody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from deprecations.acts import close, remove
from deprecations.advance import advance
from deprecations.alarm_kinds import TO_DO, Alarm
from deprecations.alarms import alarms
from deprecations.extensions import grant
from deprecations.models import Deprecation
from registry.models import Api, DocumentOperation, Operation, Version
from tests.support.factories_deprecations import (
    NOW,
    make_api,
    make_consumer,
    make_operation,
    make_plan,
    make_source,
    make_usage,
)

DAY = timedelta(days=1)
BEGUN = datetime(2026, 12, 2, tzinfo=UTC)


def kinds(session: Session, now: datetime, api_id: int | None = None) -> list[Alarm]:
    return [one.kind for one in alarms(session, now, api_id=api_id)]


@pytest.fixture
def written(session: Session, api: Api, operation: Operation) -> DocumentOperation:
    """The operation as the newest document spells it: marked as deprecated, with the day of the plan."""
    version = session.get_one(Version, operation.last_version_id)
    row = DocumentOperation(
        digest=version.digest,
        method=operation.method,
        path=operation.path,
        full_path=operation.path,
        shape=operation.shape,
        summary="",
        deprecated=True,
        sunset="2027-06-30",
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def running(session: Session, written: DocumentOperation, operation: Operation) -> Deprecation:
    planned = make_plan(session, operation)
    advance(session, BEGUN)
    return planned


def test_all_is_quiet_where_traffic_and_document_do_what_the_plan_says(
    session: Session, running: Deprecation, operation: Operation
) -> None:
    make_usage(session, make_consumer(session), operation, BEGUN - DAY)
    assert alarms(session, BEGUN) == ()


def test_a_new_consumer_on_something_closed_is_named(
    session: Session, running: Deprecation, operation: Operation
) -> None:
    old, new = make_consumer(session, "old"), make_consumer(session, "new")
    make_usage(session, old, operation, BEGUN - DAY)
    close(session, running, by="dana", reason="No more of it.", now=BEGUN)
    make_usage(session, old, operation, BEGUN + DAY)
    assert kinds(session, BEGUN + 2 * DAY) == []
    make_usage(session, new, operation, BEGUN + DAY)
    [raised] = alarms(session, BEGUN + 2 * DAY)
    assert (raised.kind, raised.consumer, raised.to_do) == (
        Alarm.NEW_ADOPTER,
        "new",
        TO_DO[Alarm.NEW_ADOPTER],
    )
    assert "since Thu 3 Dec 2026, 00:00 UTC" in raised.sentence


def test_usage_that_rises_is_told_and_a_handful_more_is_not(
    session: Session, running: Deprecation, operation: Operation
) -> None:
    at = BEGUN + 70 * DAY
    make_source(session, since=NOW - 200 * DAY, until=at)
    for slug, before, after in (("rises", 20, 30), ("steady", 20, 29), ("few", 10, 90)):
        who = make_consumer(session, slug)
        make_usage(session, who, operation, at - 45 * DAY, calls=before)
        make_usage(session, who, operation, at - 5 * DAY, calls=after)
    [raised] = alarms(session, at)
    assert (raised.kind, raised.consumer) == (Alarm.RISING, "rises")
    assert "30 calls in 30 days, after 20" in raised.sentence


def test_traffic_after_the_last_day_is_told_but_for_those_who_have_longer(
    session: Session, running: Deprecation, operation: Operation
) -> None:
    over = datetime(2027, 7, 2, tzinfo=UTC)
    acme, late = make_consumer(session), make_consumer(session, "late")
    grant(
        session,
        running,
        late,
        until_on=date(2027, 9, 30),
        reason="Slow.",
        approved_by="kim",
        by="dana",
        now=BEGUN,
    )
    for who in (acme, late):
        make_usage(session, who, operation, over)
    advance(session, over)
    [raised] = alarms(session, over + DAY)
    assert (raised.kind, raised.consumer) == (Alarm.AFTER_SUNSET, "acme-sync")
    assert "its last day was Wed 30 Jun 2027" in raised.sentence


def test_a_document_that_does_not_say_what_the_plan_says_is_told(
    session: Session, running: Deprecation, written: DocumentOperation
) -> None:
    written.deprecated, written.sunset = False, "2027-01-31"
    session.flush()
    assert kinds(session, BEGUN) == [Alarm.OTHER_DAY, Alarm.UNMARKED]
    session.delete(written)
    session.flush()
    [raised] = alarms(session, BEGUN)
    assert (raised.kind, raised.consumer) == (Alarm.GONE_TOO_EARLY, "")
    assert "promised to work until Wed 30 Jun 2027" in raised.sentence


def test_what_was_noted_as_removed_and_is_still_there_is_told(session: Session, running: Deprecation) -> None:
    over = datetime(2027, 7, 2, tzinfo=UTC)
    advance(session, over)
    assert kinds(session, over) == []
    remove(session, running, despite_verdict=True, by="dana", reason="Gone.", now=over)
    assert kinds(session, over) == [Alarm.STILL_THERE]


def test_alarms_of_one_api_are_its_own(session: Session, running: Deprecation, api: Api) -> None:
    other = make_operation(session, make_api(session, "billing"), "GET /bills")
    make_plan(session, other)
    advance(session, BEGUN)
    assert kinds(session, BEGUN) == [Alarm.GONE_TOO_EARLY]  # a version without a line of it
    assert kinds(session, BEGUN, api.id) == []


def test_every_alarm_says_what_to_do() -> None:
    assert set(TO_DO) == set(Alarm)
