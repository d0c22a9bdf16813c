"""The mail that tells a reader what was decided about its answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Contact
from deprecations.contact_endpoints import destination
from deprecations.dates_in_words import day, until_then
from deprecations.headers import EMITTING
from deprecations.labels import called
from deprecations.mail import Item, reply_to
from deprecations.milestones import Milestone
from deprecations.models import SunsetBy
from deprecations.notice_models import Answer, AnswerKind, Decision, Notice
from deprecations.own_ends import OwnEnd, own_ends
from deprecations.packing import Desk, digest_of, mark_told
from deprecations.payloads import decision_payload
from deprecations.phrases import LANGUAGES, Phrases
from deprecations.plan_evidence import gather_for_plans
from deprecations.replacement import told
from notifications.checks import Must
from notifications.models import Envelope
from notifications.outbox import post
from notifications.render import Rendered
from notifications.wordings import compose_mail, current

KIND = "decision"


def post_decision(
    session: Session, answer: Answer, decision: Decision, *, desk: Desk, now: datetime
) -> str | None:
    """Put the mail into the outbox and return its key; None where who asked can't be told any more.

    It goes at once. The moved day that it tells of counts as told.
    """
    contact = session.get(Contact, answer.contact_id) if answer.contact_id else None
    excused = decision.is_granted and answer.kind == AnswerKind.NOT_MINE
    if contact is None or (contact.disabled_at is not None and not (excused and contact.disabled_at == now)):
        return None
    end = own_ends(session, [answer.deprecation_id], now).of(answer.deprecation, answer.consumer_id)
    language = contact.language
    link = desk.link(contact.id, now)
    answers_to = reply_to(answer.deprecation.api, desk.reply_to)
    facts = context(
        answer,
        decision,
        contact=contact,
        end=end,
        language=language,
        link=link,
        base_url=desk.base_url,
        can_reply=bool(answers_to),
    )
    wording = current(session, KIND).get(language)
    mail = compose_mail(session, KIND, facts, wording=wording, musts=musts(facts), link=link, now=now)
    to = destination(session, contact, desk.channel)
    envelope = post(
        session,
        key=f"decision:answer:{answer.id}",
        channel=to.channel,
        recipient=to.recipient,
        endpoint_id=to.endpoint_id,
        mail_to=to.mail_to,
        payload=decision_payload(to.channel, answer, decision, facts),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        domain=desk.domain,
        reply_to=answers_to,
        thread=f"contact:{contact.id}",
        is_example=answer.consumer.is_example,
        now=now,
    )
    if decision.is_granted and end.is_extended and answer.deprecation.state in EMITTING:
        _count_as_told(session, answer, contact, end, envelope, mail, now)
    return envelope.key


def context(
    answer: Answer,
    decision: Decision,
    *,
    contact: Contact,
    end: OwnEnd,
    language: str,
    link: str,
    base_url: str,
    can_reply: bool,
) -> Mapping[str, Any]:
    """Return the facts of the mail, as plain values in words."""
    facts = _facts(answer, decision, contact, end, LANGUAGES[language], can_reply)
    return {"f": facts, "base_url": base_url, "link": link, "language": language}


def musts(facts: Mapping[str, Any]) -> tuple[Must, ...]:
    """Return what a mail of these facts must tell, whoever wrote its templates."""
    found = facts["f"]
    told = [
        Must("what it is about, {{ f.operation }}", found["operation"]),
        Must("why, {{ f.reason }}", found["reason"]),
    ]
    if found["kind"] == AnswerKind.MORE_TIME:
        told.append(Must("the last day, {{ f.sunset_at }}", found["sunset_at"]))
    return tuple(told)


def _facts(
    answer: Answer, decision: Decision, contact: Contact, end: OwnEnd, words: Phrases, can_reply: bool
) -> Mapping[str, Any]:
    plan = answer.deprecation
    return {
        "consumer": {"name": answer.consumer.name},
        "contact": {"name": contact.name},
        "operation": called(plan.target, words.code),
        "api": plan.api.name,
        "kind": answer.kind,
        "is_granted": decision.is_granted,
        "is_fixed": end.is_extended or plan.sunset_by == SunsetBy.DATE,
        "asked_until": day(answer.on, words) if answer.on else "",
        "named": answer.words if answer.kind == AnswerKind.NOT_MINE else "",
        "asked_because": answer.words if answer.kind == AnswerKind.MORE_TIME else "",
        "reason": decision.reason,
        "last_day": day(end.on, words),
        "sunset_at": until_then(end.at, plan.zone, contact.zone, words),
        "replacement": told(plan.replacement),
        "documentation": plan.documentation,
        "owner": f"{plan.api.name}: {plan.api.owner or words.team}",
        "can_reply": can_reply,
    }


def _count_as_told(
    session: Session,
    answer: Answer,
    contact: Contact,
    end: OwnEnd,
    envelope: Envelope,
    mail: Rendered,
    now: datetime,
) -> None:
    """Keep the notice of the moved day as told by this mail, with its promise, for the ledger."""
    plan = answer.deprecation
    evidence = gather_for_plans(session, [plan], now).get((plan.id, answer.consumer_id))
    if evidence is None or end.moved_at is None:
        return
    key_of_notice = {
        "deprecation_id": plan.id,
        "consumer_id": answer.consumer_id,
        "contact_id": contact.id,
        "milestone": Milestone.MOVED,
        "due_at": end.moved_at,
    }
    notice = session.scalar(select(Notice).filter_by(**key_of_notice)) or Notice(
        **key_of_notice, created_at=now
    )
    if notice.envelope_key is not None and notice.sunset_on == end.on:
        return
    notice.sunset_on = end.on
    item = Item(notice, plan, evidence, end, None)
    mark_told(item, envelope.key, envelope.recipient, digest_of(mail))
    session.add(notice)
    session.flush()
