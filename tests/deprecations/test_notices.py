"""Who is told what, when; and what goes into whose mail."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.contacts import remove_contact
from consumers.models import Consumer, Contact
from deprecations.acts import cancel, pause
from deprecations.advance import advance
from deprecations.milestones import Milestone, newest_missed, schedule, still_to_tell
from deprecations.models import Deprecation
from deprecations.moving import move, resume
from deprecations.notice_models import Notice
from deprecations.notices import notices, plan_notices
from deprecations.packing import Desk, pack
from deprecations.policies import set_policy
from notifications.models import Envelope
from registry.models import Api, Operation
from storage.transactions import Database
from tests.support.factories_deprecations import (
    NOW,
    make_api,
    make_approval,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)

DAY = timedelta(days=1)
DESK = Desk(
    channel="mailbox",
    domain="sundial.example.com",
    base_url="https://sundial.example.com",
    reply_to="",
)


@pytest.fixture
def consumer(session: Session) -> Consumer:
    return make_consumer(session)


@pytest.fixture
def contact(session: Session, consumer: Consumer) -> Contact:
    return make_contact(session, consumer)


@pytest.fixture
def daily(session: Session, consumer: Consumer, operation: Operation) -> Callable[[datetime], None]:
    """Let the consumer call on the days up to an instant, in hours of their own."""

    def call(until: datetime) -> None:
        for days in range(3):
            make_usage(session, consumer, operation, until - timedelta(hours=days * 23, minutes=2))

    return call


@pytest.fixture
def planned(session: Session, operation: Operation, contact: Contact, daily: Any) -> Deprecation:
    """A plan that ends on 30 June 2027, for an operation that a consumer with a contact calls daily."""
    daily(NOW)
    return make_plan(session, operation)


def told(session: Session) -> list[str]:
    rows = select(Notice.milestone).where(Notice.envelope_key.is_not(None)).order_by(Notice.due_at)
    return list(session.scalars(rows))


def dropped(session: Session) -> list[str]:
    rows = select(Notice.dropped_because).where(Notice.dropped_because.is_not(None)).order_by(Notice.due_at)
    return [str(reason) for reason in session.scalars(rows)]


def mails(session: Session) -> list[Envelope]:
    return list(session.scalars(select(Envelope).order_by(Envelope.id)))


def tick(session: Session, now: datetime) -> int:
    """Do what the scheduler does."""
    advance(session, now)
    plan_notices(session, now)
    return pack(session, desk=DESK, now=now)


def test_the_milestones_of_a_plan_stand_in_order() -> None:
    dues = schedule(announced_at=NOW, moved_at=None, sunset_on=date(2027, 6, 30), zone="Europe/Berlin")
    assert [(due.milestone, f"{due.at:%Y-%m-%d %H:%M}") for due in dues] == [
        ("announced", "2026-11-22 09:00"),
        ("t-90", "2027-03-31 22:00"),
        ("t-30", "2027-05-30 22:00"),
        ("t-14", "2027-06-15 22:00"),
        ("t-7", "2027-06-22 22:00"),
        ("t-1", "2027-06-28 22:00"),
        ("sunset", "2027-06-29 22:00"),
        ("after", "2027-07-01 22:00"),
    ]


def test_a_short_notice_has_only_the_milestones_that_lie_ahead() -> None:
    dues = schedule(announced_at=NOW, moved_at=None, sunset_on=date(2026, 12, 2), zone="UTC")
    assert [due.milestone for due in dues] == ["announced", "t-7", "t-1", "sunset", "after"]


def test_a_move_takes_the_place_of_the_announcement() -> None:
    moved_at = datetime(2027, 6, 10, 12, 0, tzinfo=UTC)
    dues = schedule(announced_at=NOW, moved_at=moved_at, sunset_on=date(2027, 6, 30), zone="UTC")
    assert [due.milestone for due in dues] == ["moved", "t-14", "t-7", "t-1", "sunset", "after"]


def test_of_what_was_missed_only_the_newest_is_told() -> None:
    dues = schedule(announced_at=NOW, moved_at=None, sunset_on=date(2027, 6, 30), zone="UTC")
    now = datetime(2027, 6, 20, tzinfo=UTC)
    missed = newest_missed(dues, now)
    assert missed is not None
    assert missed.milestone == Milestone.T_14
    assert [due.milestone for due in still_to_tell(dues, now)] == ["t-14", "t-7", "t-1", "sunset", "after"]
    assert newest_missed(dues, NOW - DAY) is None


def test_planning_a_thousand_times_makes_the_same_rows(session: Session, planned: Deprecation) -> None:
    assert plan_notices(session, NOW) == 8
    for hours in range(20):
        assert plan_notices(session, NOW + timedelta(hours=hours)) == 0
    assert session.scalar(select(func.count()).select_from(Notice)) == 8


def test_only_enabled_contacts_of_consumers_that_call_are_told(
    session: Session, planned: Deprecation, operation: Operation, api: Api, consumer: Consumer
) -> None:
    make_contact(session, consumer, "left@example.com", disabled_at=NOW, disabled_reason="bounced")
    long_ago = make_consumer(session, "long-ago")
    make_contact(session, long_ago)
    make_usage(session, long_ago, operation, NOW - 91 * DAY)
    elsewhere = make_consumer(session, "elsewhere")
    make_contact(session, elsewhere)
    make_usage(session, elsewhere, make_operation(session, api, "GET /v1/other"), NOW - DAY)
    nobody = make_consumer(session, "unattributed", is_unattributed=True)
    make_contact(session, nobody, "nobody@example.com")
    make_usage(session, nobody, operation, NOW - DAY)
    plan_notices(session, NOW)
    assert set(session.scalars(select(Notice.consumer_id))) == {consumer.id}
    assert session.scalar(select(func.count()).select_from(Notice)) == 8


def test_an_announcement_is_told_at_once_with_the_readers_own_calls(
    session: Session, planned: Deprecation, consumer: Consumer, contact: Contact
) -> None:
    assert tick(session, NOW) == 1
    (mail,) = mails(session)
    assert (mail.key, mail.recipient) == (
        f"digest:contact:{contact.id}:mailbox:2026-11-22",
        "dana@example.com",
    )
    assert mail.subject == "Action needed by Wed 30 Jun 2027: Acme Sync calls GET /v1/orders/{id}"
    words = " ".join(mail.text.split())
    for fact in (
        "You made 30 calls in the last 30 days, the last one on Sun 22 Nov 2026, 08:58 UTC",
        "the credential …7f2a, the agent acme-sync/2.1",
        "Tue 1 Dec 2026, 00:00 UTC",
        "Wed 30 Jun 2027, until 23:59:59 UTC",
        "Thu 1 Jul 2027, 00:00 UTC",
        "Call GET /v2/orders/{id} instead",
        "Orders team <orders-team@example.com>",
        "the headers Deprecation and Sunset",
    ):
        assert fact in words
    assert (mail.reply_to, mail.thread) == ("orders-team@example.com", f"contact:{contact.id}")


def test_what_was_told_is_kept_with_the_notice(session: Session, planned: Deprecation) -> None:
    tick(session, NOW)
    notice = session.scalars(select(Notice).where(Notice.envelope_key.is_not(None))).one()
    assert notice.recipient == "dana@example.com"
    assert notice.evidence is not None
    assert (notice.evidence["calls"], notice.evidence["hints"]) == (30, ["…7f2a"])
    assert notice.evidence["promised"]["sunset_at"] == "2027-06-30T23:59:59+00:00"


def test_the_whole_countdown_is_told_once_each(session: Session, planned: Deprecation, daily: Any) -> None:
    tick(session, NOW)
    for days in (90, 30, 14, 7, 1, 0, -2):
        at = datetime(2027, 6, 30, 6, 0, tzinfo=UTC) - days * DAY
        daily(at)
        assert tick(session, at) == 1, days
        assert tick(session, at + timedelta(hours=1)) == 0
    assert told(session) == ["announced", "t-90", "t-30", "t-14", "t-7", "t-1", "sunset", "after"]
    subjects = [mail.subject for mail in mails(session)]
    assert subjects[-1] == ("Action needed now: Acme Sync still calls GET /v1/orders/{id}, which has ended")


def test_after_downtime_only_the_newest_milestone_is_told(
    session: Session, planned: Deprecation, daily: Any
) -> None:
    tick(session, NOW)
    at = datetime(2027, 6, 20, 6, 0, tzinfo=UTC)
    daily(at)
    assert tick(session, at) == 1
    assert told(session) == ["announced", "t-14"]
    assert dropped(session) == ["overtaken by t-30", "overtaken by t-14"]
    assert "ends in 10 days" in mails(session)[-1].text


def test_when_the_traffic_stops_the_mails_stop(session: Session, planned: Deprecation) -> None:
    tick(session, NOW)
    assert tick(session, datetime(2027, 4, 1, 6, 0, tzinfo=UTC)) == 0
    assert dropped(session) == ["the traffic stopped: the last call was Sun 22 Nov 2026, 08:58 UTC"]


def test_a_monthly_caller_is_told_in_its_own_rhythm(
    session: Session, operation: Operation, consumer: Consumer, contact: Contact
) -> None:
    for months in range(4):
        make_usage(session, consumer, operation, NOW - timedelta(days=25 + 30 * months))
    make_plan(session, operation)
    assert tick(session, NOW) == 1
    assert "the last one" in " ".join(mails(session)[0].text.split())


def test_nobody_is_told_after_the_end_that_the_end_came_when_it_did_not_call_again(
    session: Session, planned: Deprecation, daily: Any
) -> None:
    tick(session, NOW)
    daily(datetime(2027, 6, 30, 12, 0, tzinfo=UTC))
    for on in (date(2027, 7, 2), date(2027, 7, 30)):
        assert tick(session, datetime.combine(on, time(6), UTC)) == 0
    assert not [reason for reason in dropped(session) if reason.startswith("no call came")]
    assert tick(session, datetime(2027, 7, 31, 6, 0, tzinfo=UTC)) == 0
    assert dropped(session)[-1] == (
        "no call came after the last day: the last one was Wed 30 Jun 2027, 11:58 UTC"
    )


def test_a_first_call_after_the_end_is_told_however_late_a_log_tells_of_it(
    session: Session, planned: Deprecation, daily: Any
) -> None:
    tick(session, NOW)
    daily(datetime(2027, 6, 30, 12, 0, tzinfo=UTC))
    tick(session, datetime(2027, 6, 30, 13, 0, tzinfo=UTC))
    assert tick(session, datetime(2027, 7, 2, 6, 0, tzinfo=UTC)) == 0
    daily(datetime(2027, 7, 5, 12, 0, tzinfo=UTC))
    assert tick(session, datetime(2027, 7, 6, 6, 0, tzinfo=UTC)) == 1
    assert told(session)[-1] == "after"
    assert tick(session, datetime(2027, 7, 7, 6, 0, tzinfo=UTC)) == 0


def test_who_was_told_of_a_plan_is_told_once_that_it_was_cancelled(
    session: Session, planned: Deprecation, contact: Contact
) -> None:
    tick(session, NOW)
    cancel(session, planned, by="dana", reason="We keep it.", now=NOW + DAY)
    assert tick(session, NOW + DAY) == 1
    assert set(dropped(session)) == {"the plan is over"}
    assert len(dropped(session)) == 7
    mail = mails(session)[-1]
    assert mail.subject == "Nothing left to do: GET /v1/orders/{id} stays: its end was cancelled"
    assert "We keep it." in mail.text
    assert "will end" not in mail.text
    assert "It had been announced for Wed 30 Jun 2027" in mail.text
    for form in (mail.text, mail.html or ""):
        for fact in ("Last day", "Gone from", "Deprecated", "1 Jul 2027", "/your/"):
            assert fact not in form.replace("headers Deprecation and", "")
    assert plan_notices(session, NOW + 2 * DAY) == 0, "what is there already is not planned"
    for days in (2, 3, 30):
        assert tick(session, NOW + days * DAY) == 0


def test_who_was_told_nothing_of_a_plan_is_not_told_of_its_cancellation(
    session: Session, planned: Deprecation
) -> None:
    plan_notices(session, NOW)
    cancel(session, planned, by="dana", reason="We keep it.", now=NOW)
    assert tick(session, NOW) == 0


def test_a_moved_date_is_told_with_the_one_told_before(session: Session, planned: Deprecation) -> None:
    tick(session, NOW)
    move(
        session,
        planned,
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 12, 31),
        by="dana",
        reason="The successor is late.",
        now=NOW + DAY,
    )
    assert tick(session, NOW + DAY) == 1
    mail = mails(session)[-1]
    assert mail.subject == "New date Fri 31 Dec 2027: Acme Sync calls GET /v1/orders/{id}"
    assert "We had told you Wed 30 Jun 2027" in mail.text
    assert "The successor is late." in mail.text
    assert "The successor is late." in (mail.html or "")
    assert "The field total becomes amount.value." in mail.text, "why it ends is told as well"


def test_why_a_day_moved_is_not_why_its_pause_was_over(session: Session, planned: Deprecation) -> None:
    tick(session, NOW)
    words: dict[str, Any] = {"by": "dana", "now": NOW + DAY}
    days: dict[str, Any] = {"deprecated_on": date(2026, 12, 1), "sunset_on": date(2027, 12, 31)}
    move(session, planned, reason="The successor is late.", **days, **words)
    pause(session, planned, reason="We look into it.", **words)
    resume(session, planned, reason="All is well.", **words)
    assert tick(session, NOW + DAY) == 1
    mail = mails(session)[-1]
    assert "The successor is late." in mail.text
    assert "All is well." not in mail.text


def test_a_date_moved_there_and_back_is_told_both_times(session: Session, planned: Deprecation) -> None:
    dates = {"deprecated_on": date(2026, 12, 1), "by": "dana", "reason": "Sorry."}
    tick(session, NOW)
    for days, sunset_on in ((1, date(2027, 12, 31)), (2, date(2027, 6, 30)), (3, date(2027, 12, 31))):
        at = NOW + days * DAY
        make_approval(session, planned, sunset_on, now=at)
        move(session, planned, sunset_on=sunset_on, **dates, now=at)
        assert tick(session, at) == 1
    assert told(session) == ["announced", "moved", "moved", "moved"]


def test_notices_of_an_old_date_are_dropped_when_they_come_due(
    session: Session, planned: Deprecation, daily: Any
) -> None:
    tick(session, NOW)
    move(
        session,
        planned,
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 12, 31),
        by="dana",
        reason="Later.",
        now=NOW,
    )
    at = datetime(2027, 4, 1, 6, 0, tzinfo=UTC)
    daily(at)
    tick(session, at)
    assert "the last day moved from Wed 30 Jun 2027 to Fri 31 Dec 2027" in " ".join(dropped(session)) or (
        "overtaken by moved" in dropped(session)
    )
    assert told(session) == ["announced", "moved"]


def test_many_endings_are_one_mail_worst_first(
    session: Session, api: Api, consumer: Consumer, contact: Contact
) -> None:
    for number in range(40):
        operation = make_operation(session, api, f"GET /v1/things{number:02}")
        make_usage(session, consumer, operation, NOW - timedelta(minutes=5), calls=number + 1)
        make_plan(session, operation, sunset_on=date(2027, 6, 30) - (number % 3) * DAY)
    assert tick(session, NOW) == 1
    (mail,) = mails(session)
    assert mail.subject == "Action needed by Mon 28 Jun 2027: Acme Sync calls 40 operations that end"
    assert mail.text.index("/v1/things38") < mail.text.index("/v1/things35") < mail.text.index("/v1/things39")
    assert "The others in short (30):" in mail.text
    assert all(f"/v1/things{number:02}" in mail.html.replace("<wbr>", "") for number in range(40))


def test_what_comes_later_on_the_same_day_waits_for_the_next(
    session: Session, planned: Deprecation, api: Api, consumer: Consumer
) -> None:
    tick(session, NOW)
    other = make_operation(session, api, "GET /v1/orders")
    make_usage(session, consumer, other, NOW)
    make_plan(session, other)
    assert tick(session, NOW + timedelta(hours=5)) == 0
    assert tick(session, NOW + timedelta(hours=16)) == 1
    assert [mail.key[-10:] for mail in mails(session)] == ["2026-11-22", "2026-11-23"]


def test_the_day_is_the_readers(session: Session, planned: Deprecation, consumer: Consumer) -> None:
    make_contact(session, consumer, "aroha@example.com", zone="Pacific/Auckland")
    at = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # half past nine on Monday in Auckland
    tick(session, at)
    days = {mail.recipient: mail.key[-10:] for mail in mails(session)}
    assert days == {"dana@example.com": "2026-11-22", "aroha@example.com": "2026-11-23"}
    assert "Thu 1 Jul 2027, 11:59:59 Pacific/Auckland" in " ".join(mails(session)[-1].text.split())


def test_what_ends_within_two_days_does_not_wait_for_the_next(
    session: Session, planned: Deprecation, api: Api, consumer: Consumer
) -> None:
    tick(session, NOW)
    set_policy(session, api.id, minimum_notice_days=0)
    urgent = make_operation(session, api, "GET /v1/orders")
    make_usage(session, consumer, urgent, NOW)
    make_plan(session, urgent, deprecated_on=date(2026, 11, 22), sunset_on=date(2026, 11, 23))
    assert tick(session, NOW + timedelta(hours=5)) == 1
    assert mails(session)[-1].key.startswith("urgent:contact:")
    assert tick(session, NOW + timedelta(hours=6)) == 0


def test_a_contact_that_goes_leaves_what_it_was_told(
    session: Session, planned: Deprecation, contact: Contact
) -> None:
    tick(session, NOW)
    remove_contact(session, contact)
    session.expire_all()
    assert tick(session, datetime(2027, 4, 1, 6, 0, tzinfo=UTC)) == 0
    (kept,) = notices(session, state="told").items
    assert (kept.recipient, kept.contact) == ("dana@example.com", None)
    assert "the contact was removed" in dropped(session)


def test_a_contact_whose_mail_stopped_is_told_nothing(
    session: Session, planned: Deprecation, contact: Contact
) -> None:
    plan_notices(session, NOW)
    contact.disabled_at, contact.disabled_reason = NOW, "550 no such user"
    session.flush()
    assert pack(session, desk=DESK, now=NOW) == 0
    assert dropped(session) == ["mail to the contact stopped: 550 no such user"]


def test_an_example_consumer_makes_example_envelopes(session: Session, operation: Operation) -> None:
    example = make_consumer(session, "example", is_example=True)
    make_contact(session, example)
    make_usage(session, example, operation, NOW)
    make_plan(session, operation)
    tick(session, NOW)
    assert [mail.is_example for mail in mails(session)] == [True]


def test_notices_are_listed_by_what_became_of_them(session: Session, planned: Deprecation) -> None:
    tick(session, NOW)
    assert [notice.milestone for notice in notices(session, state="told").items] == ["announced"]
    assert notices(session, state="due", deprecation_id=planned.id).total == 7
    assert notices(session, consumer_id=4711).total == 0
    first = notices(session).items[0]
    assert (first.deprecation.operation.label, first.consumer.slug) == ("GET /v1/orders/{id}", "acme-sync")
    move(
        session,
        planned,
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 12, 31),
        by="dana",
        reason="Later.",
        now=NOW,
    )
    plan_notices(session, NOW)
    assert {notice.sunset_on.year for notice in notices(session, state="due").items} == {2027}
    assert notices(session, state="due").total == 8


def test_two_that_pack_in_turn_tell_nothing_twice(database: Database) -> None:
    with database.transaction() as session:
        operation = make_operation(session, make_api(session))
        consumer = make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW)
        make_plan(session, operation)
        plan_notices(session, NOW)
    posted = []
    for _ in range(2):
        with database.transaction() as session:
            posted.append(pack(session, desk=DESK, now=NOW))
    assert posted == [1, 0]


@pytest.mark.postgresql
def test_a_notice_that_another_is_packing_is_passed_over(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with database.transaction() as session:
        operation = make_operation(session, make_api(session))
        consumer = make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW)
        make_plan(session, operation)
        plan_notices(session, NOW)
    with database.transaction() as first, database.transaction() as second:
        assert pack(first, desk=DESK, now=NOW) == 1
        assert pack(second, desk=DESK, now=NOW) == 0
