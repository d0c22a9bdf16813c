"""Notices, answers, envelopes, and the post office."""

from deprecations.judging import told_from
from deprecations.notice_models import Answer, Decision, Notice
from interfaces.views.facts import Facts, instant
from notifications.models import Envelope, PostOffice


def notice_facts(notice: Notice) -> Facts:
    """A notice."""
    return {
        "id": notice.id,
        "deprecation": notice.deprecation_id,
        "consumer": notice.consumer.slug,
        "contact": notice.contact.email if notice.contact else notice.recipient or None,
        "milestone": notice.milestone,
        "sunset_on": notice.sunset_on.isoformat(),
        "due_at": instant(notice.due_at),
        "told_from": instant(told_from(notice)),
        "envelope": notice.envelope_key,
        "dropped_because": notice.dropped_because,
        "evidence": notice.evidence,
    }


def answer_facts(answer: Answer) -> Facts:
    """What a contact answered."""
    return {
        "id": answer.id,
        "deprecation": answer.deprecation_id,
        "consumer": answer.consumer.slug,
        "by": answer.by,
        "kind": answer.kind,
        "on": answer.on.isoformat() if answer.on else None,
        "words": answer.words,
        "at": instant(answer.at),
        "decision": decision_facts(answer.decision) if answer.decision else None,
    }


def decision_facts(decision: Decision) -> Facts:
    """What the API's team decided about an answer."""
    return {
        "granted": decision.is_granted,
        "until_on": decision.until_on.isoformat() if decision.until_on else None,
        "reason": decision.reason,
        "by": decision.by,
        "at": instant(decision.at),
        "envelope": decision.envelope_key,
    }


def office_facts(office: PostOffice) -> Facts:
    """Whether mail leaves."""
    return {
        "paused": office.paused_at is not None,
        "paused_at": instant(office.paused_at),
        "paused_by": office.paused_by,
        "reason": office.reason,
    }


def envelope_facts(envelope: Envelope) -> Facts:
    """An envelope, without its bodies."""
    return {
        "key": envelope.key,
        "channel": envelope.channel,
        "recipient": envelope.recipient,
        "subject": envelope.subject,
        "message_id": envelope.message_id,
        "state": envelope.state,
        "attempts": envelope.attempts,
        "next_attempt_at": instant(envelope.next_attempt_at),
        "sent_at": instant(envelope.sent_at),
        "error": envelope.error,
    }
