"""Meets what a provider reports with the mails that were sent."""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from notifications.mail_events.event import MailEvent, What
from notifications.models import Attempt, Envelope, EnvelopeState

_LONGEST = 1000


def note_event(session: Session, event: MailEvent, now: datetime) -> tuple[Envelope | None, bool]:
    """Write an event down at its mail, once; return the mail, and whether the event is new.

    Without a Message-ID of ours the newest mail to the address is meant. No mail is returned for an
    address that was never sent one.
    """
    to = func.lower(Envelope.recipient) == event.recipient.strip().lower()
    sent = select(Envelope).where(to, Envelope.attempts > 0).order_by(Envelope.id.desc()).limit(1)
    envelope = session.scalar(sent.where(Envelope.message_id == event.message_id)) or session.scalar(sent)
    if envelope is None:
        return None, False
    detail = " ".join(event.detail.split())[:_LONGEST] or event.what.value
    known = exists().where(
        Attempt.envelope_id == envelope.id, Attempt.outcome == event.what, Attempt.detail == detail
    )
    if session.scalar(select(known)):
        return envelope, False
    session.add(Attempt(envelope_id=envelope.id, at=now, outcome=event.what, detail=detail))
    if event.what is What.HARD and envelope.state == EnvelopeState.SENT:
        envelope.state, envelope.error = EnvelopeState.FAILED, f"came back: {detail}"
    session.flush()
    return envelope, True
