"""Puts the notices that are due into envelopes: one mail a day for each contact, worst first.

Each notice is judged once more before it goes (`judging`); what is told keeps the figures of its mail.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deprecations.answer_links import answer_secret
from deprecations.answers import wanting_quiet, who_named
from deprecations.cadences import cadences
from deprecations.calendar import day_of
from deprecations.contact_endpoints import destination
from deprecations.dates_in_words import day
from deprecations.hearing import hearing
from deprecations.judging import Known, cannot_wait, is_time_for, tellable
from deprecations.lifecycle import Step
from deprecations.mail import Item, context, musts, reply_to, worst_first
from deprecations.milestones import SILENT, Milestone
from deprecations.models import Deprecation, DeprecationEvent
from deprecations.notice_models import Notice
from deprecations.notices import windows_ahead
from deprecations.own_ends import own_ends
from deprecations.payloads import KIND, payload
from deprecations.plan_evidence import gather_for_plans, reached
from deprecations.successors import uncompared
from deprecations.tries import Tries, answered, tries_of
from deprecations.what_changes import what_changes
from notifications.models import Envelope, Wording
from notifications.outbox import post_once
from notifications.render import Rendered
from notifications.wordings import compose_mail, current

_AHEAD = timedelta(days=10)  # what is due on a holiday is told on the working day before


_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Desk:
    """How mails leave: by which channel, with whose domain in their Message-IDs, and where answers go.

    `at_any_hour`: nobody is disturbed, so that readers' working hours don't count.
    `key` signs the links to the readers' own pages; without one there are no links.
    """

    channel: str
    domain: str
    base_url: str
    reply_to: str = ""
    at_any_hour: bool = False
    key: bytes = b""

    def link(self, contact_id: int, now: datetime) -> str:
        """Return the address of a contact's own page."""
        return f"{self.base_url}/your/{answer_secret(self.key, contact_id, now)}" if self.key else ""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail with what it tells; `answers_to` is where replies go, "" for nowhere."""

    items: tuple[Item, ...]
    facts: Mapping[str, Any]
    mail: Rendered
    answers_to: str


def pack(session: Session, *, desk: Desk, now: datetime) -> int:
    """Post an envelope for every contact with something due; return how many.

    A contact is told in its own working hours, of reminders on the last working day up to theirs. Its
    second envelope on one day carries only what ends within 48 hours, and that goes at any hour.
    """
    due = [notice for notice in _due(session, now) if is_time_for(notice, now, at_any_hour=desk.at_any_hour)]
    due = _without_early(session, due, now)
    if not due:
        return 0
    known = known_of(session, due, now)
    by_contact: dict[int | None, list[Notice]] = defaultdict(list)
    for notice in due:
        by_contact[notice.contact_id].append(notice)
    wordings, posted = current(session, KIND), 0
    for notices in by_contact.values():
        told = tellable(notices, known)
        if told:
            posted += _post(session, told, known, desk, wordings)
    session.flush()
    return posted


def _without_early(session: Session, notices: Sequence[Notice], now: datetime) -> list[Notice]:
    """Leave out what could tell soon how its successor differs: that is compared by a job of its own.

    After a quarter of an hour a mail goes all the same, and says that the difference isn't known yet.
    """
    young = {one.deprecation_id for one in notices if _is_young(one, now)}
    waiting = uncompared(session, young) if young else set()
    return [one for one in notices if one.deprecation_id not in waiting or not _is_young(one, now)]


def _is_young(notice: Notice, now: datetime) -> bool:
    return now < max(notice.created_at, notice.due_at) + _PATIENCE


def known_of(session: Session, notices: Collection[Notice], now: datetime) -> Known:
    """Read what notices are judged by and told with, in a fixed number of queries."""
    plans = {notice.deprecation_id: notice.deprecation for notice in notices}
    evidence = gather_for_plans(session, plans.values(), now)
    return Known(
        evidence=evidence,
        cadences=cadences(session),
        ends=own_ends(session, plans, now),
        hearing=hearing(session, {notice.consumer_id for notice in notices}),
        windows=windows_ahead(session, plans, now),
        changes=what_changes(session, [*plans.values()], reached(session, plans.values()), now),
        quiet=wanting_quiet(session, plans, now.date()),
        answered=answered(session, plans, evidence, now),
        now=now,
    )


def _due(session: Session, now: datetime) -> Sequence[Notice]:
    """Read the notices that are due or nearly so, and hold them: two that pack never tell the same."""
    plan = joinedload(Notice.deprecation, innerjoin=True)
    wanted = (
        select(Notice)
        .where(Notice.due_at <= now + _AHEAD, Notice.envelope_key.is_(None), Notice.dropped_because.is_(None))
        .order_by(Notice.id)
        .options(
            plan.joinedload(Deprecation.api, innerjoin=True),
            plan.joinedload(Deprecation.operation, innerjoin=True),
            plan.joinedload(Deprecation.target, innerjoin=True),
            joinedload(Notice.consumer, innerjoin=True),
            joinedload(Notice.contact),
        )
        .with_for_update(of=Notice, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).all()


def _post(
    session: Session,
    notices: Sequence[Notice],
    known: Known,
    desk: Desk,
    wordings: Mapping[str, Wording],
) -> bool:
    now, contact, consumer = known.now, notices[0].contact, notices[0].consumer
    assert contact is not None  # noqa: S101 - `_unreachable` dropped those without
    key = f"{KIND}:contact:{contact.id}:{desk.channel}:{day_of(now, contact.zone)}"
    if session.scalar(select(Envelope.id).where(Envelope.key == key)) is not None:
        notices = [notice for notice in notices if cannot_wait(notice, now)]
        if not notices:
            return False
        key = f"urgent:contact:{contact.id}:{desk.channel}:notice:{notices[0].id}"
    link = desk.link(contact.id, now)
    written = write_mail(session, notices, known, desk=desk, link=link, wordings=wordings, now=now)
    items, mail, to = written.items, written.mail, destination(session, contact, desk.channel)
    is_new = post_once(
        session,
        key=key,
        channel=to.channel,
        recipient=to.recipient,
        endpoint_id=to.endpoint_id,
        mail_to=to.mail_to,
        payload=payload(to.channel, items, consumer, written.facts),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        domain=desk.domain,
        reply_to=written.answers_to,
        thread=f"contact:{contact.id}",
        unsubscribe=f"{link}/mute" if link else "",
        is_example=consumer.is_example,
        now=now,
    )
    if is_new:
        for item in items:
            mark_told(item, key, to.recipient, digest_of(mail))
    return is_new


def write_mail(
    session: Session,
    notices: Sequence[Notice],
    known: Known,
    *,
    desk: Desk,
    link: str,
    wordings: Mapping[str, Wording],
    keep_failure: bool = True,
    now: datetime,
) -> Written:
    """Write the mail that tells one contact these notices, worst first; it goes at `now`."""
    contact, consumer = notices[0].contact, notices[0].consumer
    assert contact is not None  # noqa: S101 - who has no contact is told nothing
    told = _told_before(session, contact.id)
    taken_back, moves = _taken_back(session, notices), _moves(session, notices)
    escalated = [one.deprecation_id for one in notices if one.milestone == Milestone.ESCALATED]
    tried = tries_of(session, escalated) if escalated else {}
    items = worst_first(
        Item(
            notice,
            notice.deprecation,
            known.evidence[notice.deprecation_id, notice.consumer_id],
            known.ends.of(notice.deprecation, notice.consumer_id),
            _moved_from(notice, told),
            taken_back.get(notice.deprecation_id, "") if notice.milestone == Milestone.CANCELLED else "",
            known.windows[notice.deprecation_id],
            known.changes.of(notice.deprecation_id, notice.consumer_id),
            tried.get((notice.deprecation_id, notice.consumer_id), Tries()),
            _moved_because(notice, told, known, moves),
        )
        for notice in notices
    )
    answers_to, language = reply_to(items[0].plan.api, desk.reply_to), contact.language
    facts = context(
        items,
        consumer=consumer,
        contact=contact,
        base_url=desk.base_url,
        link=link,
        can_reply=bool(answers_to),
        language=language,
        named_by=who_named(session, contact),
        is_first=not told,
        now=now,
    )
    mail = compose_mail(
        session,
        KIND,
        facts,
        wording=wordings.get(language),
        musts=musts(facts),
        link=facts["link"],
        keep_failure=keep_failure,
        now=now,
    )
    return Written(tuple(items), facts, mail, answers_to)


def _told_before(session: Session, contact_id: int) -> dict[int, date]:
    """Return the last day that a contact was told last, by plan."""
    told = select(Notice.deprecation_id, Notice.sunset_on).where(
        Notice.contact_id == contact_id, Notice.envelope_key.is_not(None)
    )
    return {row[0]: row[1] for row in session.execute(told.order_by(Notice.due_at, Notice.id))}


def _taken_back(session: Session, notices: Sequence[Notice]) -> dict[int, str]:
    """Return why plans were cancelled, by plan."""
    return {one.deprecation_id: one.reason for one in _events(session, notices) if one.step == Step.CANCEL}


def _moves(session: Session, notices: Sequence[Notice]) -> dict[int, str]:
    """Return why days moved last, by plan; who goes on after a pause may move none."""
    found: dict[int, str] = {}
    before: dict[int, date] = {}
    for one in _events(session, notices):
        is_later = one.step == Step.RESUME and one.sunset_on != before.get(one.deprecation_id)
        if one.step == Step.MOVE or is_later:
            found[one.deprecation_id] = one.reason
        before[one.deprecation_id] = one.sunset_on
    return found


def _events(session: Session, notices: Sequence[Notice]) -> Sequence[DeprecationEvent]:
    plans = [notice.deprecation_id for notice in notices]
    wanted = select(DeprecationEvent).where(DeprecationEvent.deprecation_id.in_(plans))
    return session.scalars(wanted.order_by(DeprecationEvent.id)).all()


def _moved_from(notice: Notice, told: Mapping[int, date]) -> date | None:
    before = told.get(notice.deprecation_id)
    return before if before != notice.sunset_on else None


def _moved_because(notice: Notice, told: Mapping[int, date], known: Known, moves: Mapping[int, str]) -> str:
    """Return why a plan's day moved, for who is told of that; an extension's decision was told by itself."""
    if notice.milestone != Milestone.MOVED and _moved_from(notice, told) is None:
        return ""
    end = known.ends.of(notice.deprecation, notice.consumer_id)
    return "" if end.is_extended or notice.milestone in SILENT else moves.get(notice.deprecation_id, "")


def digest_of(mail: Rendered) -> str:
    """Return what proves a mail's content: SHA-256 of subject, text and HTML."""
    return hashlib.sha256("\0".join((mail.subject, mail.text, mail.html)).encode()).hexdigest()


def mark_told(item: Item, key: str, recipient: str, digest: str) -> None:
    """Keep with a notice by which mail it was told, with which figures and promise."""
    plan = item.plan
    item.notice.envelope_key, item.notice.recipient = key, recipient
    item.notice.evidence = item.evidence.as_json() | {
        "promised": {
            "deprecated_at": plan.deprecated_at.isoformat(),
            "sunset_at": item.end.at.isoformat(),
            "last_day": day(item.end.on),
            "zone": plan.zone,
        },
        "content_sha256": digest,
    }
