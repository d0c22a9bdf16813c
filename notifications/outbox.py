"""The outbox: envelopes from the transaction that wrote them to the receipt.

Three breaths: claim (a short transaction, with a lease that expires), send (no transaction; `deliver`
and the channels), settle (a short transaction). An envelope is never lost; one that was in flight when
its sender died is sent again, with the same Message-ID.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true, update
from sqlalchemy import insert as core_insert
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from notifications.backoff import MAX_ATTEMPTS, MAX_POSTS, backoff
from notifications.message_id import message_id
from notifications.models import Attempt, Endpoint, Envelope, EnvelopeState
from notifications.outcome import Failure, Outcome, Receipt
from storage.upsert import insert

_UNCONFIRMED, _LEFT = "unconfirmed", "interrupted"
_INTERRUPTED = "the sender stopped between claim and settlement: the recipient may have it already"


@dataclass(frozen=True, slots=True)
class Addressed:
    """The endpoint that an envelope goes to; its address is sealed."""

    id: int
    sealed: str
    host: str
    nonce: str
    secret_generation: int
    rotated_at: datetime | None
    disabled_reason: str | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An envelope under one sender's lease, with all that a channel needs to know.

    `may_be_copy`: it goes to an endpoint, and nobody knows whether an earlier try of it arrived.
    """

    id: int
    key: str
    channel: str
    recipient: str
    subject: str
    text: str
    html: str
    reply_to: str
    thread: str
    unsubscribe: str
    message_id: str
    created_at: datetime
    attempts: int
    lease: str
    leased_until: datetime
    endpoint: Addressed | None = None
    payload: Mapping[str, Any] | None = None
    may_be_copy: bool = False


def post(
    session: Session,
    *,
    key: str,
    channel: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    domain: str,
    reply_to: str = "",
    thread: str = "",
    unsubscribe: str = "",
    is_example: bool = False,
    endpoint_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
    mail_to: str = "",
    now: datetime,
) -> Envelope:
    """Put an envelope into the outbox, or return the one already posted under this key, unchanged.

    `domain` is the right side of its Message-ID; envelopes with the same `thread` are one conversation.
    A POST to `unsubscribe` stops what its reader may stop. What goes to an endpoint has a `payload`,
    and goes by mail to `mail_to` where the endpoint doesn't take it.
    """
    post_once(
        session,
        key=key,
        channel=channel,
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        domain=domain,
        reply_to=reply_to,
        thread=thread,
        unsubscribe=unsubscribe,
        is_example=is_example,
        endpoint_id=endpoint_id,
        payload=payload,
        mail_to=mail_to,
        now=now,
    )
    return session.scalars(select(Envelope).where(Envelope.key == key)).one()


def post_once(
    session: Session,
    *,
    key: str,
    channel: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    domain: str,
    reply_to: str = "",
    thread: str = "",
    unsubscribe: str = "",
    is_example: bool = False,
    endpoint_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
    mail_to: str = "",
    now: datetime,
) -> bool:
    """Do as `post` does; tell whether this call wrote the envelope, also when two do so at once."""
    row = {
        "key": key,
        "channel": channel,
        "recipient": recipient,
        "subject": " ".join(subject.split()),
        "text": text,
        "html": html,
        "reply_to": reply_to,
        "thread": thread,
        "unsubscribe": unsubscribe,
        "message_id": message_id(key, domain),
        "is_example": is_example,
        "endpoint_id": endpoint_id,
        "payload": payload,
        "mail_to": mail_to,
        "state": EnvelopeState.QUEUED,
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }
    statement = insert(session, Envelope).values(row).on_conflict_do_nothing(index_elements=["key"])
    return session.scalar(statement.returning(Envelope.id)) is not None


def claim(
    session: Session,
    *,
    limit: int,
    lease_seconds: int,
    without: Collection[str] = (),
    without_hosts: Collection[str] = (),
    hourly: int = 0,
    now: datetime,
) -> tuple[Claimed, ...]:
    """Take up to `limit` due envelopes for this sender alone, until the lease ends.

    Envelopes of the channels in `without`, and for endpoints at `without_hosts`, wait. Where `hourly`
    isn't 0, so do those whose recipient was sent that many within the last hour, and one recipient has
    one envelope in a batch.
    Rows that another sender is taking at this moment are passed over on PostgreSQL; SQLite has one
    writer at a time. Either way it is the UPDATE that decides who has it: each row that it changes.
    """
    lease, until = secrets.token_hex(16), now + timedelta(seconds=lease_seconds)
    due = (
        select(Envelope.id, Envelope.state, Envelope.recipient)
        .where(_is_claimable(now), Envelope.channel.not_in(without), _goes_elsewhere(without_hosts))
        .where(true() if not hourly else Envelope.recipient.not_in(_had_enough(hourly, now)))
        .order_by(Envelope.next_attempt_at, Envelope.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    states = _one_each(session.execute(due).all(), hourly)
    mine = _take(session, states, lease, until, now)
    abandoned = [one for one in mine if states[one] == EnvelopeState.SENDING]
    _note_all(session, [(one, _LEFT, _INTERRUPTED) for one in abandoned], now)
    held = select(Envelope).where(Envelope.id.in_(mine)).order_by(Envelope.next_attempt_at, Envelope.id)
    rows = session.scalars(held.execution_options(populate_existing=True)).all() if mine else ()
    endpoints = _endpoints(session, {row.endpoint_id for row in rows})
    copies = _maybe_there(session, [row.id for row in rows if row.endpoint_id and row.attempts > 1])
    return tuple(
        _claimed(row, endpoints.get(row.endpoint_id), row.id in copies, lease, until) for row in rows
    )


def settle(session: Session, claimed: Claimed, outcome: Outcome, *, jitter: float, now: datetime) -> bool:
    """Write down what came of a claimed envelope; tell whether its lease was still ours.

    A lease that was lost meanwhile leaves the envelope to whoever holds it now; the attempt is noted
    all the same. `jitter`, from 0 to 1, spreads the next try.
    """
    result = _after(claimed, outcome, jitter, now)
    ours = _change_if_held(session, claimed, lease=None, leased_until=None, **result)
    word, detail = _words(outcome)
    _note_all(session, [(claimed.id, word if ours else f"late-{word}", detail)], now)
    return ours


def hand_back(session: Session, claimed: Claimed) -> bool:
    """Give up a lease on an envelope that was not tried; tell whether it was still ours."""
    return _change_if_held(
        session,
        claimed,
        lease=None,
        leased_until=None,
        state=EnvelopeState.QUEUED,
        attempts=claimed.attempts - 1,
    )


def _had_enough(hourly: int, now: datetime) -> Select[str]:
    within_the_hour = or_(
        Envelope.sent_at > now - timedelta(hours=1), Envelope.state == EnvelopeState.SENDING
    )
    counted = select(Envelope.recipient).where(within_the_hour).group_by(Envelope.recipient)
    return counted.having(func.count() >= hourly)


def _goes_elsewhere(hosts: Collection[str]) -> ColumnElement[bool]:
    if not hosts:
        return true()
    there = select(Endpoint.id).where(Endpoint.host.in_(hosts))
    return or_(Envelope.endpoint_id.is_(None), Envelope.endpoint_id.not_in(there))


def _endpoints(session: Session, ids: Collection[int | None]) -> dict[int | None, Addressed]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.scalars(
        select(Endpoint).where(Endpoint.id.in_(wanted)).execution_options(populate_existing=True)
    )
    return {
        row.id: Addressed(
            row.id,
            row.sealed,
            row.host,
            row.nonce,
            row.secret_generation,
            row.rotated_at,
            row.disabled_reason,
        )
        for row in rows
    }


def _maybe_there(session: Session, ids: Collection[int]) -> Collection[int]:
    """Return which of some envelopes may have arrived by an earlier try."""
    if not ids:
        return ()
    open_ended = Attempt.outcome.in_((_UNCONFIRMED, _LEFT))
    return set(session.scalars(select(Attempt.envelope_id).where(Attempt.envelope_id.in_(ids), open_ended)))


def _is_claimable(now: datetime) -> ColumnElement[bool]:
    waiting = and_(Envelope.state == EnvelopeState.QUEUED, Envelope.next_attempt_at <= now)
    abandoned = and_(Envelope.state == EnvelopeState.SENDING, Envelope.leased_until <= now)
    return or_(waiting, abandoned)


def _one_each(rows: Sequence[Row[int, str, str]], hourly: int) -> dict[int, str]:
    """Return the states of envelopes by id; where recipients are counted, of the first for each."""
    first = {row[2] if hourly else row[0]: (row[0], row[1]) for row in reversed(rows)}
    return dict(first.values())


def _take(
    session: Session, ids: Collection[int], lease: str, until: datetime, now: datetime
) -> Sequence[int]:
    """Take those that are still claimable; return which."""
    if not ids:
        return ()
    taken = (
        update(Envelope)
        .where(Envelope.id.in_(ids), _is_claimable(now))
        .values(state=EnvelopeState.SENDING, lease=lease, leased_until=until, attempts=Envelope.attempts + 1)
        .returning(Envelope.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(taken).all()


def _change_if_held(session: Session, claimed: Claimed, **values: Any) -> bool:
    held = update(Envelope).where(Envelope.id == claimed.id, Envelope.lease == claimed.lease)
    return _changed(session, held.values(**values))


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return isinstance(result, CursorResult) and result.rowcount == 1


def _after(claimed: Claimed, outcome: Outcome, jitter: float, now: datetime) -> dict[str, Any]:
    if isinstance(outcome, Receipt):
        return {"state": EnvelopeState.SENT, "sent_at": now, "receipt": outcome.detail, "error": None}
    if outcome.permanent:
        return {"state": EnvelopeState.FAILED, "error": outcome.detail}
    if claimed.attempts >= (MAX_ATTEMPTS if claimed.endpoint is None else MAX_POSTS):
        return {
            "state": EnvelopeState.FAILED,
            "error": f"given up after {claimed.attempts} tries: {outcome.detail}",
        }
    again_at = now + max(backoff(claimed.attempts, jitter), timedelta(seconds=outcome.wait_seconds))
    return {"state": EnvelopeState.QUEUED, "next_attempt_at": again_at, "error": outcome.detail}


def _words(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Receipt(detail):
            return "sent", detail
        case Failure(permanent=True, detail=detail):
            return "permanent", detail
        case Failure(may_have_arrived=True, detail=detail):
            return _UNCONFIRMED, detail
        case Failure(detail=detail):
            return "temporary", detail


def _note_all(session: Session, told: Sequence[tuple[int, str, str]], now: datetime) -> None:
    """Write attempts down: of which envelope, what came of it, in which words."""
    rows = [{"envelope_id": one, "at": now, "outcome": word, "detail": detail} for one, word, detail in told]
    if rows:
        session.execute(core_insert(Attempt), rows)


def _claimed(
    row: Envelope, endpoint: Addressed | None, may_be_copy: bool, lease: str, until: datetime
) -> Claimed:
    return Claimed(
        id=row.id,
        key=row.key,
        channel=row.channel,
        recipient=row.recipient,
        subject=row.subject,
        text=row.text,
        html=row.html,
        reply_to=row.reply_to,
        thread=row.thread,
        unsubscribe=row.unsubscribe,
        message_id=row.message_id,
        created_at=row.created_at,
        attempts=row.attempts,
        lease=lease,
        leased_until=until,
        endpoint=endpoint,
        payload=row.payload,
        may_be_copy=may_be_copy,
    )
