"""What came of tries: settled in a short transaction, and each written down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from notifications.backoff import MAX_ATTEMPTS, MAX_POSTS, backoff
from notifications.claimed import Claimed
from notifications.models import Attempt, Envelope, EnvelopeState
from notifications.outcome import Failure, Outcome, Receipt

UNCONFIRMED, INTERRUPTED = "unconfirmed", "interrupted"
"""Outcomes of which nobody knows whether the envelope arrived."""


def settle(session: Session, claimed: Claimed, outcome: Outcome, *, jitter: float, now: datetime) -> bool:
    """Write down what came of a claimed envelope; tell whether its lease was still ours.

    A lease that was lost meanwhile leaves the envelope to whoever holds it now; the attempt is noted
    all the same. `jitter`, from 0 to 1, spreads the next try.
    """
    result = _after(claimed, outcome, jitter, now)
    ours = _change_if_held(session, claimed, lease=None, leased_until=None, **result)
    word, detail = _words(outcome)
    note_all(session, [(claimed.id, word if ours else f"late-{word}", detail)], now)
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


def note_all(session: Session, told: Sequence[tuple[int, str, str]], now: datetime) -> None:
    """Write attempts down: of which envelope, what came of it, in which words."""
    rows = [{"envelope_id": one, "at": now, "outcome": word, "detail": detail} for one, word, detail in told]
    if rows:
        session.execute(insert(Attempt), rows)


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
            return UNCONFIRMED, detail
        case Failure(detail=detail):
            return "temporary", detail


def _change_if_held(session: Session, claimed: Claimed, **values: Any) -> bool:
    held = update(Envelope).where(Envelope.id == claimed.id, Envelope.lease == claimed.lease)
    return _changed(session, held.values(**values))


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return isinstance(result, CursorResult) and result.rowcount == 1
