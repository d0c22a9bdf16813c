"""The desk of the post office: what people look up in the outbox, and what they do to one envelope."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from notifications.errors import EnvelopeNotFound, WrongState
from notifications.models import Attempt, Envelope, EnvelopeState
from storage.paging import Page, page_of


def list_envelopes(
    session: Session, *, state: str = "", recipient: str = "", page: int = 1
) -> Page[Envelope]:
    """List envelopes, newest first; an empty filter lets all through."""
    newest = _filtered(state, recipient).order_by(Envelope.created_at.desc(), Envelope.id.desc())
    return page_of(session, newest, page)


def count_by_state(session: Session) -> dict[str, int]:
    """Count the envelopes in each state; states without one are there with 0."""
    counts = dict.fromkeys(map(str, EnvelopeState), 0)
    rows = session.execute(select(Envelope.state, func.count()).group_by(Envelope.state))
    return counts | {row[0]: row[1] for row in rows}


def find(session: Session, key: str) -> Envelope:
    """Return the envelope with this key."""
    envelope = session.scalar(select(Envelope).where(Envelope.key == key))
    if envelope is None:
        raise EnvelopeNotFound(f"no envelope has the key {key}")
    return envelope


def what_became(envelope: Envelope) -> str:
    """Say what became of an envelope: the reason of one that failed, else its receipt; "" before any try."""
    said = (envelope.receipt, envelope.error)
    first, second = reversed(said) if envelope.state == EnvelopeState.FAILED else said
    return first or second or ""


def attempts(session: Session, envelope: Envelope) -> tuple[Attempt, ...]:
    """Return every try at delivering an envelope, oldest first."""
    of_it = select(Attempt).where(Attempt.envelope_id == envelope.id)
    return tuple(session.scalars(of_it.order_by(Attempt.id)))


def postpone(session: Session, envelope: Envelope, *, until: datetime) -> None:
    """Keep a queued envelope back until an instant."""
    _expect(envelope, EnvelopeState.QUEUED, "postponed")
    envelope.next_attempt_at = until
    session.flush()


def release(session: Session, envelope: Envelope, *, now: datetime) -> None:
    """Let a queued envelope go at once, whatever it was waiting for."""
    _expect(envelope, EnvelopeState.QUEUED, "released")
    envelope.next_attempt_at = now
    session.flush()


def retry(session: Session, envelope: Envelope, *, now: datetime) -> None:
    """Queue a failed envelope again, with all its tries before it."""
    _expect(envelope, EnvelopeState.FAILED, "tried again")
    envelope.state, envelope.attempts, envelope.next_attempt_at = EnvelopeState.QUEUED, 0, now
    session.flush()


def _filtered(state: str, recipient: str) -> Select[Envelope]:
    query = select(Envelope)
    if state:
        query = query.where(Envelope.state == state)
    if recipient:
        query = query.where(func.lower(Envelope.recipient) == recipient.lower())
    return query


def _expect(envelope: Envelope, state: EnvelopeState, verb: str) -> None:
    if envelope.state != state:
        raise WrongState(
            f"envelope {envelope.key} is {envelope.state}: only a {state} envelope can be {verb}"
        )
