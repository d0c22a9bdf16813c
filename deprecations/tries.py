"""How a consumer was told of a plan so far, and whether it answered: the facts of an escalation."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.evidence import Evidence
from deprecations.moved_claims import is_borne_out
from deprecations.notice_models import Answer, AnswerKind, Notice
from notifications.models import Envelope, EnvelopeState


@dataclass(frozen=True, slots=True)
class Tries:
    """How a consumer's contacts were told of a plan so far: messages, to whom, since when, what failed."""

    sent: int = 0
    since: datetime | None = None
    recipients: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


class _Told(NamedTuple):
    recipient: str
    state: str
    error: str
    at: datetime
    envelope_id: int


NONE: Final = Tries()
"""Nobody was told."""


def answered(
    session: Session,
    plan_ids: Collection[int],
    evidence: Mapping[tuple[int, int], Evidence],
    now: datetime,
) -> set[tuple[int, int]]:
    """Return plan and consumer of those that answered: at work on it until a day to come, asked, or moved.

    Who says that it moved counts once the traffic bears it out.
    """
    rows = session.execute(
        select(Answer.deprecation_id, Answer.consumer_id, Answer.kind, Answer.on, Answer.at).where(
            Answer.deprecation_id.in_(plan_ids),
            Answer.kind.in_((AnswerKind.ACKNOWLEDGED, AnswerKind.MORE_TIME, AnswerKind.MOVED)),
        )
    )
    return {
        (plan_id, consumer_id)
        for plan_id, consumer_id, kind, on, at in rows
        if _counts(kind, on, at, evidence.get((plan_id, consumer_id)), now)
    }


def _counts(kind: str, on: date | None, at: datetime, calls: Evidence | None, now: datetime) -> bool:
    if kind == AnswerKind.MOVED:
        return is_borne_out(at, calls.last_call_at if calls else None, now)
    return kind != AnswerKind.ACKNOWLEDGED or (on is not None and on >= now.date())


def tries_of(session: Session, plan_ids: Collection[int]) -> dict[tuple[int, int], Tries]:
    """Return how consumers were told of some plans so far, by plan and consumer."""
    rows = session.execute(
        select(
            Notice.deprecation_id,
            Notice.consumer_id,
            Notice.recipient,
            Envelope.state,
            Envelope.error,
            Envelope.created_at,
            Envelope.id,
        )
        .join(Envelope, Envelope.key == Notice.envelope_key)
        .where(Notice.deprecation_id.in_(plan_ids))
        .order_by(Envelope.created_at, Envelope.id)
    )
    grouped: dict[tuple[int, int], list[_Told]] = defaultdict(list)
    for plan_id, consumer_id, recipient, state, error, at, envelope_id in rows:
        grouped[plan_id, consumer_id].append(_Told(recipient, state, error or "", at, envelope_id))
    return {pair: _tries(told) for pair, told in grouped.items()}


def _tries(told: list[_Told]) -> Tries:
    arrived = [one for one in told if one.state == EnvelopeState.SENT]
    failed = [f"{one.recipient}: {one.error}" for one in told if one.state == EnvelopeState.FAILED]
    return Tries(
        sent=len({one.envelope_id for one in arrived}),
        since=told[0].at,
        recipients=tuple(dict.fromkeys(one.recipient for one in arrived)),
        failures=tuple(dict.fromkeys(failed)),
    )
