"""Notices that an event gives cause for: a first use, a rise, a stop; and what a cadence changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Consumer, UsageSource
from deprecations.cadences import cadence_of, set_cadence
from deprecations.edge_models import Brownout, Exemption
from deprecations.errors import PlanRefused
from deprecations.extensions import grant
from deprecations.judging import goes_at
from deprecations.milestones import CADENCES, Cadence
from deprecations.models import Deprecation, State, TargetKind
from deprecations.notice_models import Notice
from deprecations.notices import notices, plan_notices
from deprecations.packing import Desk, pack
from deprecations.policies import set_policy
from deprecations.targets import Thing
from deprecations.traffic_events import plan_traffic_notices
from notifications.models import Envelope
from registry.models import Api, Operation
from tests.support.factories_deprecations import (
    NOW,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_source,
    make_usage,
)

DAY = timedelta(days=1)
DESK = Desk(channel="mailbox", domain="sundial.example.com", base_url="https://sundial.example.com")


@pytest.fixture
def consumer(session: Session) -> Consumer:
    made = make_consumer(session)
    make_contact(session, made)
    return made


@pytest.fixture
def planned(session: Session, consumer: Consumer, operation: Operation) -> Deprecation:
    for days in range(3):
        make_usage(session, consumer, operation, NOW - days * DAY, calls=20)
    return make_plan(session, operation)


def tick(session: Session, now: datetime, *, heard: bool = True) -> list[str]:
    """Do what the scheduler does; answer the subjects of the mails that this made."""
    before = set(session.scalars(select(Envelope.id)))
    edge = session.scalar(select(UsageSource)) or make_source(session, until=now)
    edge.last_event_at = now if heard else edge.last_event_at
    plan_notices(session, now)
    plan_traffic_notices(session, now)
    pack(session, desk=DESK, now=now)
    return [mail.subject for mail in session.scalars(select(Envelope)) if mail.id not in before]


def milestones(session: Session, consumer: Consumer) -> list[str]:
    rows = select(Notice.milestone).where(Notice.consumer_id == consumer.id).order_by(Notice.due_at)
    return list(session.scalars(rows))


def test_a_consumer_that_begins_after_the_announcement_is_told_so_once(
    session: Session, planned: Deprecation, operation: Operation
) -> None:
    tick(session, NOW)
    late = make_consumer(session, "late-riser")
    make_contact(session, late, "kim@example.com")
    make_usage(session, late, operation, NOW + DAY)
    assert tick(session, NOW + DAY) == [
        "Action needed by Wed 30 Jun 2027: Late Riser calls GET /v1/orders/{id}"
    ]
    assert milestones(session, late)[0] == "first-use"
    make_usage(session, late, operation, NOW + timedelta(hours=2))  # a log that was late
    assert tick(session, NOW + 2 * DAY) == []
    assert milestones(session, late) == ["first-use", "t-90", "t-30", "t-14", "t-7", "t-1", "sunset", "after"]


def test_a_stop_is_told_once_and_again_when_calls_came_and_stopped_anew(
    session: Session, planned: Deprecation, consumer: Consumer, operation: Operation
) -> None:
    tick(session, NOW)
    assert tick(session, NOW + 13 * DAY) == []
    said = "Nothing left to do: You no longer call GET /v1/orders/{id}"
    assert tick(session, NOW + 15 * DAY) == [said]
    assert tick(session, NOW + 16 * DAY) == []
    make_usage(session, consumer, operation, NOW + 17 * DAY)
    assert tick(session, NOW + 17 * DAY) == []
    assert tick(session, NOW + 60 * DAY) == [said]


def test_silence_is_told_by_nobody_while_a_source_is_stale(session: Session, planned: Deprecation) -> None:
    tick(session, NOW)
    assert tick(session, NOW + 20 * DAY, heard=False) == []


def test_who_was_told_nothing_is_not_told_that_it_stopped(
    session: Session, consumer: Consumer, operation: Operation
) -> None:
    make_usage(session, consumer, operation, NOW - 100 * DAY)
    make_plan(session, operation)
    assert tick(session, NOW) == []
    assert milestones(session, consumer) == []


def test_a_rise_is_told_once_in_thirty_days(
    session: Session, planned: Deprecation, consumer: Consumer, operation: Operation
) -> None:
    make_usage(session, consumer, operation, NOW - 40 * DAY, calls=30)
    subject = "Action needed by Wed 30 Jun 2027: Acme Sync calls GET /v1/orders/{id}"
    assert tick(session, NOW) == [subject]
    assert tick(session, NOW + DAY) == [subject]
    told = session.scalars(select(Notice).where(Notice.milestone == "rising")).one()
    envelope = session.scalars(select(Envelope).where(Envelope.key == told.envelope_key)).one()
    assert "You call GET /v1/orders/{id} more and more" in " ".join(envelope.text.split())
    assert tick(session, NOW + 9 * DAY) == []


@pytest.mark.parametrize("cadence", Cadence)
def test_a_cadence_says_which_reminders_there_are(
    session: Session, planned: Deprecation, consumer: Consumer, api: Api, cadence: Cadence
) -> None:
    set_cadence(session, api.id, cadence)
    assert cadence_of(session, api.id) is cadence
    plan_notices(session, NOW)
    assert milestones(session, consumer) == ["announced", *CADENCES[cadence]]


def test_a_cadence_that_nobody_knows_is_refused(session: Session, api: Api) -> None:
    with pytest.raises(PlanRefused, match="use gentle, usual, insistent"):
        set_cadence(session, api.id, "hourly")


def test_reminders_that_the_cadence_no_longer_has_are_dropped(
    session: Session, planned: Deprecation, consumer: Consumer, operation: Operation, api: Api
) -> None:
    tick(session, NOW)
    set_cadence(session, api.id, Cadence.GENTLE)
    at = datetime(2027, 6, 16, 6, 0, tzinfo=UTC)
    make_usage(session, consumer, operation, at)
    assert len(tick(session, at)) == 1, "the newest that belongs to it is told: 30 days before"
    dropped = session.scalars(select(Notice).where(Notice.milestone == "t-14")).one()
    assert dropped.dropped_because == "the API reminds less often now"


@pytest.mark.slow
def test_five_hundred_endings_are_one_mail(session: Session, api: Api, consumer: Consumer) -> None:
    for number in range(500):
        operation = make_operation(session, api, f"GET /v1/things{number:03}")
        make_usage(session, consumer, operation, NOW)
        make_plan(session, operation)
    (subject,) = tick(session, NOW)
    assert subject == "Action needed by Wed 30 Jun 2027: Acme Sync calls 500 operations that end"


@pytest.mark.slow
def test_saving_a_plan_a_thousand_times_makes_the_same_rows(session: Session, planned: Deprecation) -> None:
    first = plan_notices(session, NOW)
    assert (first, sum(plan_notices(session, NOW) for _ in range(999))) == (8, 0)


def test_a_reader_in_berlin_is_told_of_a_sunday_on_friday(
    session: Session, operation: Operation, api: Api
) -> None:
    reader = make_consumer(session, "reader")
    make_contact(session, reader, zone="Europe/Berlin")
    for days in range(3):
        make_usage(session, reader, operation, datetime(2027, 6, 18, 2, tzinfo=UTC) - days * DAY)
    make_usage(session, reader, operation, NOW)
    make_plan(session, operation, sunset_on=date(2027, 6, 27), zone="Europe/Berlin")
    assert tick(session, NOW) == [], "a Sunday"
    assert len(tick(session, NOW + DAY)) == 1
    assert tick(session, datetime(2027, 6, 18, 5, 59, tzinfo=UTC)) == []
    assert len(tick(session, datetime(2027, 6, 18, 6, 0, tzinfo=UTC))) == 1, "seven days before is a Sunday"


def test_what_ends_within_two_days_is_told_at_any_hour(
    session: Session, operation: Operation, api: Api
) -> None:

    set_policy(session, api.id, minimum_notice_days=0)
    reader = make_consumer(session, "reader")
    make_contact(session, reader, zone="Europe/Berlin")
    make_usage(session, reader, operation, NOW)
    make_plan(session, operation, deprecated_on=date(2026, 11, 22), sunset_on=date(2026, 11, 23))
    assert len(tick(session, NOW)) == 1


def texts(session: Session) -> list[str]:
    return [" ".join(mail.text.split()) for mail in session.scalars(select(Envelope).order_by(Envelope.id))]


def test_whoever_calls_anything_that_a_plan_reaches_is_told(
    session: Session, api: Api, operation: Operation, consumer: Consumer
) -> None:
    other = make_operation(session, api, "POST /v1/orders")
    kim = make_consumer(session, "kim-app")
    make_contact(session, kim, "kim@example.com")
    make_usage(session, consumer, operation, NOW - DAY, calls=3)
    make_usage(session, consumer, other, NOW - DAY, calls=4)
    make_usage(session, kim, other, NOW - DAY, calls=5)
    make_plan(session, operation, thing=Thing(TargetKind.VERSION, api_id=api.id, name="/v1"))
    assert len(tick(session, NOW)) == 2
    acme, kims = texts(session)
    assert "You made 7 calls" in acme
    assert "You made 5 calls" in kims


def test_a_consumer_with_more_time_is_told_its_own_day(
    session: Session, planned: Deprecation, consumer: Consumer, operation: Operation
) -> None:
    tick(session, NOW)
    grant(
        session,
        planned,
        consumer,
        until_on=date(2027, 9, 30),
        reason="A release is in between.",
        approved_by="dana",
        by="dana",
        now=NOW + DAY,
    )
    assert tick(session, NOW + DAY) == ["New date Thu 30 Sep 2027: Acme Sync calls GET /v1/orders/{id}"]
    told = texts(session)[-1]
    assert "This last day is yours alone" in told
    assert "We had told you Wed 30 Jun 2027" in told
    at = datetime(2027, 7, 2, 6, tzinfo=UTC)
    make_usage(session, consumer, operation, at)
    tick(session, at)
    assert "has ended" not in texts(session)[-1]


def test_nothing_is_told_of_a_plan_while_it_is_paused(
    session: Session, planned: Deprecation, consumer: Consumer, operation: Operation
) -> None:
    tick(session, NOW)
    at = datetime(2027, 4, 1, 6, tzinfo=UTC)
    make_usage(session, consumer, operation, at)
    planned.state, planned.paused_at = State.PAUSED, NOW
    assert tick(session, at) == []
    planned.state, planned.paused_at = State.DEPRECATED, None
    assert len(tick(session, at + DAY)) == 1, "90 days before was only put off"


def brownout(session: Session, plan: Deprecation, starts_at: datetime) -> Brownout:
    made = Brownout(
        deprecation_id=plan.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        percent=100,
        status=503,
        created_by="dana",
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def test_a_brownout_is_told_before_and_to_those_whom_it_refused(
    session: Session, planned: Deprecation, consumer: Consumer, operation: Operation
) -> None:
    starts_at = NOW + 10 * DAY
    tick(session, NOW)
    window = brownout(session, planned, starts_at)
    assert len(tick(session, NOW + DAY)) == 1, "14 days before is over: it is told at once"
    assert "fails for a test on Wed 2 Dec 2026, 09:00 to 10:00 UTC" in texts(session)[-1]
    make_usage(session, consumer, operation, NOW + 7 * DAY)
    assert len(tick(session, starts_at - 2 * DAY)) == 1
    usage = make_usage(session, consumer, operation, starts_at)
    usage.server_errors = 4
    session.flush()
    assert len(tick(session, window.ends_at + timedelta(hours=1))) == 1
    assert "A brownout refused calls of yours" in texts(session)[-1]
    assert tick(session, window.ends_at + timedelta(hours=2)) == []


def test_a_brownout_that_was_called_off_is_told_no_more(
    session: Session, planned: Deprecation, consumer: Consumer, operation: Operation
) -> None:
    tick(session, NOW)
    window = brownout(session, planned, NOW + 30 * DAY)
    plan_notices(session, NOW)
    window.aborted_at = NOW + DAY
    make_usage(session, consumer, operation, NOW + 16 * DAY)
    assert tick(session, NOW + 16 * DAY) == []


def test_who_is_exempted_is_not_told_of_a_brownout(
    session: Session, planned: Deprecation, consumer: Consumer
) -> None:
    tick(session, NOW)
    brownout(session, planned, NOW + 10 * DAY)
    session.add(
        Exemption(
            deprecation_id=planned.id,
            consumer_id=consumer.id,
            until_at=None,
            reason="Payroll.",
            created_by="dana",
            created_at=NOW,
        )
    )
    session.flush()
    assert tick(session, NOW + DAY) == []


def test_what_waits_for_working_hours_says_until_when_and_a_trial_waits_for_none(
    session: Session, operation: Operation
) -> None:
    reader = make_consumer(session, "berliner")
    contact = make_contact(session, reader, "kim@example.com")
    contact.zone = "Europe/Berlin"
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC)
    make_usage(session, reader, operation, saturday - DAY)
    make_plan(session, operation)
    assert tick(session, saturday) == []
    session.expire_all()
    assert goes_at(notices(session, state="due").items[0], saturday) == datetime(2026, 11, 30, 7, tzinfo=UTC)
    assert pack(session, desk=replace(DESK, at_any_hour=True), now=saturday) == 1
