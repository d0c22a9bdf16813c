"""Everyone who ever called an operation, with what a verdict needs to know of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.models import Consumer, Contact
from consumers.sums import ever
from consumers.usage import calls_since, rhythms_many
from deprecations.models import Deprecation
from deprecations.notice_models import Notice
from deprecations.rhythm import proven_at


@dataclass(frozen=True, slots=True)
class ConsumerRow:
    """What is known of one consumer that ever called the operation.

    `longest_gap_days` is its own rhythm, None where it called on one day only, and where many strangers
    are counted as one. `quiet_at` is when its silence starts to prove something.
    """

    consumer_id: int
    slug: str
    name: str
    is_unattributed: bool
    calls: int
    last_call_at: datetime
    longest_gap_days: int | None
    quiet_at: datetime
    has_contact: bool
    notices_sent: int


def known_callers(
    session: Session, operation_id: int, plan: Deprecation | None, *, since: datetime, window_days: int
) -> tuple[ConsumerRow, ...]:
    """Return every known caller, latest first; `calls` are those since `since`, notices those of the plan."""
    of = ever(session, lambda table: [table.operation_id == operation_id]).c
    latest = func.max(of.last_at)
    rows = session.execute(
        select(Consumer, latest)
        .join(of.consumer_id.table, of.consumer_id == Consumer.id)
        .group_by(Consumer.id)
        .order_by(latest.desc(), Consumer.slug)
    ).all()
    if not rows:
        return ()
    recent = calls_since(session, operation_id, since)
    gaps = rhythms_many(session, [operation_id])
    reachable = _reachable(session, [consumer.id for consumer, _ in rows])
    told = _notices_sent(session, plan)
    own = {one.id: None if one.is_unattributed else gaps.get((operation_id, one.id)) for one, _at in rows}
    return tuple(
        ConsumerRow(
            consumer_id=consumer.id,
            slug=consumer.slug,
            name=consumer.name,
            is_unattributed=consumer.is_unattributed,
            calls=recent.get(consumer.id, 0),
            last_call_at=last_at,
            longest_gap_days=own[consumer.id],
            quiet_at=proven_at(last_at, own[consumer.id], window_days),
            has_contact=consumer.id in reachable,
            notices_sent=told.get(consumer.id, 0),
        )
        for consumer, last_at in rows
    )


def _reachable(session: Session, consumer_ids: Sequence[int]) -> set[int]:
    enabled = select(Contact.consumer_id).where(
        Contact.consumer_id.in_(consumer_ids), Contact.disabled_at.is_(None)
    )
    return set(session.scalars(enabled))


def _notices_sent(session: Session, plan: Deprecation | None) -> dict[int, int]:
    if plan is None:
        return {}
    rows = session.execute(
        select(Notice.consumer_id, func.count())
        .where(Notice.deprecation_id == plan.id, Notice.envelope_key.is_not(None))
        .group_by(Notice.consumer_id)
    )
    return {row[0]: row[1] for row in rows}
