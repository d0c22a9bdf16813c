"""How regularly a consumer calls each operation that it ever called."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consumers.activity import rhythms_many
from consumers.sums import ever
from registry.models import Operation


@dataclass(frozen=True, slots=True)
class Habit:
    """One operation of a consumer: its last call, and the longest gap in days between days with calls.

    None where it called on one day only, so that no rhythm can be told.
    """

    operation: Operation
    last_at: datetime
    longest_gap_days: int | None


def habits_of(session: Session, consumer_id: int) -> tuple[Habit, ...]:
    """Return a consumer's habits, what it called last first."""
    of = ever(session, lambda table: [table.consumer_id == consumer_id]).c
    rows = session.execute(select(of.operation_id, func.max(of.last_at)).group_by(of.operation_id))
    last = dict(rows.all())
    gaps = rhythms_many(session, last, consumer_id)
    wanted = select(Operation).where(Operation.id.in_(last)).options(joinedload(Operation.api))
    found = [Habit(one, last[one.id], gaps.get((one.id, consumer_id))) for one in session.scalars(wanted)]
    return tuple(sorted(found, key=lambda one: (one.last_at, one.operation.id), reverse=True))
