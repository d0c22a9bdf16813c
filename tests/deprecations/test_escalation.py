"""Where nobody of a consumer answers, others are told: the next role, then the fallback, each once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.contacts import remove_contact
from consumers.models import Consumer, Contact
from deprecations.answers import answer
from deprecations.errors import PlanRefused
from deprecations.escalation import escalations, plan_escalations, set_escalation
from deprecations.extensions import grant
from deprecations.models import Deprecation
from deprecations.notice_models import Notice
from deprecations.notices import plan_notices
from deprecations.owner_mail import tell_owners
from deprecations.owners import add_owner
from deprecations.packing import Desk, pack
from deprecations.unreachable import stop_mail_to
from notifications.models import Envelope
from registry.models import Api, Operation
from tests.support.factories_deprecations import NOW, make_consumer, make_contact, make_plan, make_usage

DESK = Desk(channel="mailbox", domain="sundial.example.com", base_url="https://sundial.example.com")
DAY = timedelta(days=1)
T_30 = datetime.fromisoformat("2027-05-31T12:00:00+00:00")
HALFWAY = T_30 + 16 * DAY


@pytest.fixture
def consumer(session: Session, operation: Operation) -> Consumer:
    """A consumer with a technical contact and an owner, which calls what ends on 30 June 2027."""
    made = make_consumer(session)
    make_contact(session, made)
    make_contact(session, made, "olu@example.com", name="Olu", role="owner")
    for days in range(0, 220, 4):
        make_usage(session, made, operation, NOW + timedelta(days=days, minutes=-2))
    return made


@pytest.fixture
def plan(session: Session, operation: Operation, consumer: Consumer, api: Api) -> Deprecation:
    add_owner(session, api, name="Mara", email="mara@example.com", now=NOW)
    add_owner(session, api, name="Tom", email="tom@example.com", is_fallback=True, now=NOW)
    made = make_plan(session, operation)
    tick(session, NOW)
    return made


def tick(session: Session, now: datetime) -> None:
    """Do what the scheduler does."""
    plan_notices(session, now)
    plan_escalations(session, now)
    pack(session, desk=DESK, now=now)
    tell_owners(session, desk=DESK, now=now)
    for mail in session.scalars(select(Envelope).where(Envelope.state == "queued")):
        mail.state, mail.sent_at = "sent", now


def escalated(session: Session) -> list[str]:
    rows = select(Notice.recipient).where(Notice.milestone == "escalated", Notice.envelope_key.is_not(None))
    return list(session.scalars(rows.order_by(Notice.id)))


def fallback(session: Session) -> list[str]:
    wanted = select(Envelope.text).where(
        Envelope.key.startswith("owners:"), Envelope.recipient.startswith("tom")
    )
    return [" ".join(text.split()) for text in session.scalars(wanted) if "Nobody answers" in text]


def contact(session: Session, email: str, consumer: Consumer) -> Contact:
    found = session.scalars(select(Contact).where(Contact.email == email)).one()
    found.consumer = consumer
    return found


def test_the_next_role_then_the_fallback_are_told_once_with_what_happened(
    session: Session, plan: Deprecation
) -> None:
    tick(session, T_30 - 2 * DAY)
    assert escalated(session) == []
    tick(session, T_30)
    assert escalated(session) == ["olu@example.com"]
    mail = session.scalars(
        select(Envelope).where(Envelope.recipient == "olu@example.com").order_by(Envelope.id.desc()).limit(1)
    ).one()
    said = " ".join(mail.text.split())
    assert "Nobody has answered yet: GET /v1/orders/{id} will end on Wed 30 Jun 2027" in said
    assert "3 messages went to your side since Sun 22 Nov 2026, and nobody answered." in said
    tick(session, HALFWAY - 2 * DAY)
    assert fallback(session) == []
    tick(session, HALFWAY)
    (told,) = fallback(session)
    assert "Acme Sync calls GET /v1/orders/{id}, which ends for it on Wed 30 Jun 2027, and nobody" in told
    assert "went to dana@example.com, olu@example.com since Sun 22 Nov 2026, 09:00 UTC" in told
    assert "Call somebody whom you know at Acme Sync" in told
    for days in range(1, 4):
        tick(session, HALFWAY + days * DAY)
    assert (escalated(session), len(fallback(session))) == (["olu@example.com"], 1)


def test_an_answer_ends_it_also_between_planning_and_telling(
    session: Session, plan: Deprecation, consumer: Consumer
) -> None:
    dana = contact(session, "dana@example.com", consumer)
    tick(session, T_30 - 2 * DAY)
    plan_escalations(session, T_30)
    answer(session, dana, plan, kind="acknowledged", on=plan.sunset_on - 10 * DAY, now=T_30)
    tick(session, T_30)
    assert escalated(session) == []
    reason = select(Notice.dropped_because).where(Notice.milestone == "escalated")
    assert session.scalars(reason).one() == "somebody of the consumer answered"
    tick(session, plan.sunset_at - 9 * DAY)
    assert len(fallback(session)) == 1, "the day that was promised is over, and calls still come"


def test_a_claim_to_have_moved_counts_once_the_traffic_bears_it_out(
    session: Session, operation: Operation
) -> None:
    consumer, last = make_consumer(session), T_30 - DAY
    dana = make_contact(session, consumer)
    make_usage(session, consumer, operation, last)
    plan = make_plan(session, operation)
    plan_notices(session, T_30)
    _, reply = answer(session, dana, plan, kind="moved", now=T_30)
    assert not reply.is_good
    assert len(escalations(session, T_30 + DAY)) == 1, "a call came the day before the claim"
    assert escalations(session, last + 7 * DAY) == (), "and none since"
    make_usage(session, consumer, operation, last + 8 * DAY)
    assert len(escalations(session, last + 8 * DAY)) == 1, "one came after all"


def test_where_there_is_no_next_role_the_fallback_is_told_at_once(
    session: Session, plan: Deprecation, consumer: Consumer
) -> None:
    remove_contact(session, contact(session, "olu@example.com", consumer))
    stop_mail_to(session, "dana@example.com", "came back: 550", T_30 - DAY)
    tick(session, T_30)
    assert escalated(session) == []
    assert len(fallback(session)) == 1


def test_who_was_told_first_has_a_week(session: Session, operation: Operation, api: Api) -> None:
    consumer = make_consumer(session)
    make_contact(session, consumer)
    make_contact(session, consumer, "olu@example.com", role="owner")
    plan = make_plan(session, operation)
    for days in range(0, 220, 4):
        make_usage(session, consumer, operation, NOW + timedelta(days=days, minutes=-2))
    for mail_at in (T_30 + 2 * DAY,):
        plan_notices(session, mail_at)
        pack(session, desk=DESK, now=mail_at)
    assert escalations(session, T_30 + 8 * DAY) == ()
    (one,) = escalations(session, T_30 + 10 * DAY)
    assert one.due_at == T_30 + 9 * DAY
    assert plan.sunset_at > one.fallback_at > one.due_at


def test_a_later_day_begins_it_anew_and_0_days_is_never(
    session: Session, plan: Deprecation, consumer: Consumer, operation: Operation
) -> None:
    tick(session, T_30)
    grant(
        session,
        plan,
        consumer,
        until_on=plan.sunset_on + 60 * DAY,
        reason="They asked by phone.",
        approved_by="mara",
        by="mara",
        now=T_30 + DAY,
    )
    assert escalations(session, HALFWAY) == ()
    for days in range(0, 60, 4):
        make_usage(session, consumer, operation, plan.sunset_at + timedelta(days=days, minutes=-2))
    assert len(escalations(session, plan.sunset_at + 40 * DAY)) == 1
    set_escalation(session, operation.api_id, 0)
    assert escalations(session, plan.sunset_at + 40 * DAY) == ()
    with pytest.raises(PlanRefused):
        set_escalation(session, operation.api_id, 366)


def test_whoever_stopped_calling_is_left_in_peace(session: Session, operation: Operation) -> None:
    consumer = make_consumer(session)
    make_contact(session, consumer)
    for days in range(170):
        make_usage(session, consumer, operation, NOW + timedelta(days=days, minutes=-2))
    make_plan(session, operation)
    assert escalations(session, T_30) == ()
