"""Puts the notices that are due into envelopes: one mail a day for each contact, worst first.

Each notice is judged once more before it goes: plan, contact and traffic may have changed since it was
planned. What is not told is dropped with its reason, what is told keeps the figures that the mail showed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consumers.models import Contact
from deprecations.calendar import day_of
from deprecations.dates_in_words import day, moment
from deprecations.evidence import Evidence, gather
from deprecations.headers import EMITTING
from deprecations.mail import Item, context, reply_to, worst_first
from deprecations.milestones import Milestone
from deprecations.models import Deprecation, Notice
from deprecations.rhythm import has_stopped
from notifications.models import Envelope
from notifications.outbox import post_once
from notifications.render import render

KIND = "digest"
_URGENT = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Desk:
    """How mails leave: by which channel, with whose domain in their Message-IDs, and where answers go."""

    channel: str
    domain: str
    base_url: str
    reply_to: str = ""


def pack(session: Session, *, desk: Desk, now: datetime) -> int:
    """Post an envelope for every contact with something due; return how many.

    A contact's second envelope on one day carries only what ends within 48 hours; the rest waits for
    the next day in the contact's zone.
    """
    due = _due(session, now)
    if not due:
        return 0
    evidence = gather(session, {notice.deprecation.operation_id for notice in due}, now)
    by_contact: dict[int | None, list[Notice]] = defaultdict(list)
    for notice in due:
        by_contact[notice.contact_id].append(notice)
    posted = 0
    for notices in by_contact.values():
        tellable = [notice for notice in _newest(notices) if not _is_dropped(notice, evidence, now)]
        if tellable:
            posted += _post(session, tellable, evidence, desk, now)
    session.flush()
    return posted


def _due(session: Session, now: datetime) -> Sequence[Notice]:
    """Read the notices that are due, and hold them: two that pack at once never tell the same."""
    plan = joinedload(Notice.deprecation, innerjoin=True)
    wanted = (
        select(Notice)
        .where(Notice.due_at <= now, Notice.envelope_key.is_(None), Notice.dropped_because.is_(None))
        .order_by(Notice.id)
        .options(
            plan.joinedload(Deprecation.api, innerjoin=True),
            plan.joinedload(Deprecation.operation, innerjoin=True),
            joinedload(Notice.consumer, innerjoin=True),
            joinedload(Notice.contact),
        )
        .with_for_update(of=Notice, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).all()


def _newest(notices: Sequence[Notice]) -> list[Notice]:
    """Keep each plan's newest notice, and drop those that it overtook while nothing was sent."""
    newest: dict[int, Notice] = {}
    for notice in sorted(
        notices, key=lambda each: (each.sunset_on == each.deprecation.sunset_on, each.due_at)
    ):
        if overtaken := newest.get(notice.deprecation_id):
            overtaken.dropped_because = f"overtaken by {notice.milestone}"
        newest[notice.deprecation_id] = notice
    return list(newest.values())


def _is_dropped(notice: Notice, evidence: Mapping[tuple[int, int], Evidence], now: datetime) -> bool:
    plan = notice.deprecation
    calls = evidence.get((plan.operation_id, notice.consumer_id))
    notice.dropped_because = (
        _over(plan)
        or _moved(notice, plan)
        or _unreachable(notice.contact)
        or _silent(notice, plan, calls, now)
    )
    return notice.dropped_because is not None


def _over(plan: Deprecation) -> str | None:
    return None if plan.state in EMITTING else f"the plan is {plan.state}"


def _moved(notice: Notice, plan: Deprecation) -> str | None:
    if notice.sunset_on == plan.sunset_on:
        return None
    return f"the last day moved from {notice.sunset_on} to {plan.sunset_on}"


def _unreachable(contact: Contact | None) -> str | None:
    if contact is None:
        return "the contact was removed"
    return f"mail to the contact stopped: {contact.disabled_reason}" if contact.disabled_at else None


def _silent(notice: Notice, plan: Deprecation, calls: Evidence | None, now: datetime) -> str | None:
    if calls is None:
        return "the consumer has no calls to it"
    if notice.milestone == Milestone.AFTER and calls.last_call_at <= plan.sunset_at:
        return f"no call came after the last day: the last one was {moment(calls.last_call_at)}"
    if has_stopped(calls.last_call_at, calls.longest_gap_days, now):
        return f"the traffic stopped: the last call was {moment(calls.last_call_at)}"
    return None


def _post(
    session: Session,
    notices: Sequence[Notice],
    evidence: Mapping[tuple[int, int], Evidence],
    desk: Desk,
    now: datetime,
) -> bool:
    contact, consumer = notices[0].contact, notices[0].consumer
    assert contact is not None  # noqa: S101 - `_unreachable` dropped those without
    key = f"{KIND}:contact:{contact.id}:{desk.channel}:{day_of(now, contact.zone)}"
    if session.scalar(select(Envelope.id).where(Envelope.key == key)) is not None:
        notices = [notice for notice in notices if _cannot_wait(notice, now)]
        if not notices:
            return False
        key = f"urgent:contact:{contact.id}:{desk.channel}:notice:{notices[0].id}"
    told = _told_before(session, contact.id)
    items = worst_first(
        Item(
            notice,
            notice.deprecation,
            evidence[notice.deprecation.operation_id, notice.consumer_id],
            _moved_from(notice, told),
        )
        for notice in notices
    )
    answers_to = reply_to(items, desk.reply_to)
    facts = context(
        items,
        consumer=consumer,
        contact=contact,
        base_url=desk.base_url,
        can_reply=bool(answers_to),
        now=now,
    )
    mail = render(KIND, facts)
    is_new = post_once(
        session,
        key=key,
        channel=desk.channel,
        recipient=contact.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        domain=desk.domain,
        reply_to=answers_to,
        thread=f"contact:{contact.id}",
        is_example=consumer.is_example,
        now=now,
    )
    if is_new:
        for item in items:
            _mark_told(item, key, contact.email)
    return is_new


def _cannot_wait(notice: Notice, now: datetime) -> bool:
    return now <= notice.deprecation.sunset_at < now + _URGENT


def _told_before(session: Session, contact_id: int) -> dict[int, date]:
    """Return the last day that a contact was told last, by plan."""
    told = select(Notice.deprecation_id, Notice.sunset_on).where(
        Notice.contact_id == contact_id, Notice.envelope_key.is_not(None)
    )
    return {row[0]: row[1] for row in session.execute(told.order_by(Notice.due_at, Notice.id))}


def _moved_from(notice: Notice, told: Mapping[int, date]) -> date | None:
    before = told.get(notice.deprecation_id)
    return before if before != notice.sunset_on else None


def _mark_told(item: Item, key: str, recipient: str) -> None:
    plan = item.plan
    item.notice.envelope_key, item.notice.recipient = key, recipient
    item.notice.evidence = item.evidence.as_json() | {
        "promised": {
            "deprecated_at": plan.deprecated_at.isoformat(),
            "sunset_at": plan.sunset_at.isoformat(),
            "last_day": day(plan.sunset_on),
            "zone": plan.zone,
        }
    }
