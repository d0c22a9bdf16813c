"""Old hours of usage into days: a twentieth of the rows, for questions that no longer ask for the hour.

What is lost beside the hour is every User-Agent of the day but that of the last call. A day's row stands at
the day's last hour, so that a window that begins within the day has it whole. What comes in late joins its
day the next time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, delete, select, type_coerce
from sqlalchemy.orm import Session

from consumers.day_marks import forget_hours
from consumers.epochs import EPOCH, HOURS_A_DAY
from consumers.models import Usage
from consumers.rollup import Bucket, add_bucket
from consumers.usage_rows import USAGE, add_rows

_TABLE = USAGE.table
_HOUR = type_coerce(_TABLE.c.hour, Integer)
_LAST = HOURS_A_DAY - 1


def days_to_condense(
    session: Session, operation_id: int, *, older_than: timedelta, now: datetime
) -> list[int]:
    """Return the days, counted since 1970, of an operation that are old enough and still have hours."""
    before = _first_kept_hour(older_than, now)
    day = _HOUR // HOURS_A_DAY
    statement = (
        select(day)
        .where(Usage.operation_id == operation_id, before > _HOUR, _HOUR % HOURS_A_DAY != _LAST)
        .distinct()
        .order_by(day)
    )
    return [int(number) for number in session.scalars(statement)]


def condense(session: Session, operation_id: int, day: int) -> int:
    """Make the hours of one day one row per credential; return how many rows went."""
    first = day * HOURS_A_DAY
    statement = (
        delete(_TABLE)
        .where(_TABLE.c.operation_id == operation_id, first <= _HOUR, first + _LAST > _HOUR)
        .returning(
            *(
                type_coerce(_TABLE.c[name], Integer) if name in _NUMBERS else _TABLE.c[name]
                for name in USAGE.columns
            )
        )
    )
    hours = session.execute(statement).all()
    days = _by_credential(hours)
    rows = [
        (operation_id, first + _LAST, credential, consumer, *days[credential, consumer])
        for credential, consumer in sorted(days)
    ]
    add_rows(session.connection(), USAGE, rows)
    forget_hours(session, operation_id, day)
    return len(hours) - len(rows)


_NUMBERS = ("hour", "first_at", "last_at")


def _by_credential(hours: Sequence[Any]) -> dict[tuple[int, int], Bucket]:
    found: dict[tuple[int, int], Bucket] = {}
    for _operation, _hour, credential, consumer, *bucket in hours:
        held = found.get((credential, consumer))
        if held is None:
            found[credential, consumer] = bucket
        else:
            add_bucket(held, bucket)
    return found


def _first_kept_hour(older_than: timedelta, now: datetime) -> int:
    whole_days = (now.astimezone(UTC) - older_than - EPOCH).days
    return whole_days * HOURS_A_DAY
