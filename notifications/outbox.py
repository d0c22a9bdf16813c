"""The outbox: envelopes from the transaction that wrote them to the receipt.

Three breaths: claim (a short transaction, with a lease that expires), send (no transaction; `deliver` and the
channels), settle (a short transaction; `attempts`). An envelope is never lost; one that was in flight when
its sender died is sent again, with the same Message-ID.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Required, TypedDict, Unpack

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from notifications.attempts import INTERRUPTED, UNCONFIRMED, note_all
from notifications.claimed import Addressed, Claimed
from notifications.message_id import message_id
from notifications.models import Attempt, Endpoint, Envelope, EnvelopeState
from storage.upsert import insert

_LEFT = "the sender stopped between claim and settlement: the recipient may have it already"


class Letter(TypedDict, total=False):
    """What an envelope is made of. `domain` is the right side of its Message-ID.

    Envelopes with the same `thread` are one conversation. A POST to `unsubscribe` stops what its reader may
    stop. What goes to an endpoint has a `payload`, and goes by mail to `mail_to` where the endpoint doesn't
    take it.
    """

    key: Required[str]
    channel: Required[str]
    recipient: Required[str]
    subject: Required[str]
    text: Required[str]
    html: Required[str]
    domain: Required[str]
    reply_to: str
    thread: str
    unsubscribe: str
    is_example: bool
    endpoint_id: int | None
    payload: Mapping[str, Any] | None
    mail_to: str


def post(session: Session, *, now: datetime, **letter: Unpack[Letter]) -> Envelope:
    """Put an envelope into the outbox, or return the one already posted under its key, unchanged."""
    post_once(session, now=now, **letter)
    return session.scalars(select(Envelope).where(Envelope.key == letter["key"])).one()


def post_once(session: Session, *, now: datetime, **letter: Unpack[Letter]) -> bool:
    """Do as `post` does; tell whether this call wrote the envelope, also when two do so at once."""
    written = {name: value for name, value in letter.items() if name != "domain"}
    row = {
        "reply_to": "",
        "thread": "",
        "unsubscribe": "",
        "is_example": False,
        "endpoint_id": None,
        "payload": None,
        "mail_to": "",
        **written,
        "subject": " ".join(letter["subject"].split()),
        "message_id": message_id(letter["key"], letter["domain"]),
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
    note_all(session, [(one, INTERRUPTED, _LEFT) for one in abandoned], now)
    held = select(Envelope).where(Envelope.id.in_(mine)).order_by(Envelope.next_attempt_at, Envelope.id)
    rows = session.scalars(held.execution_options(populate_existing=True)).all() if mine else ()
    endpoints = _endpoints(session, {row.endpoint_id for row in rows})
    copies = _maybe_there(session, [row.id for row in rows if row.endpoint_id and row.attempts > 1])
    return tuple(
        _claimed(row, endpoints.get(row.endpoint_id), row.id in copies, lease, until) for row in rows
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
    open_ended = Attempt.outcome.in_((UNCONFIRMED, INTERRUPTED))
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
