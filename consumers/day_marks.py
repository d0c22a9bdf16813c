"""Which days changed since their usage was added up; whoever changes usage marks its days.

The mark is made in the transaction that changes the usage, so sums hold or are known not to. Batches that
meet on a day that is marked already share its row and don't wait for each other; adding the day up takes
the row for itself.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Integer, and_, case, delete, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from consumers.days import utc_day
from consumers.epochs import EPOCH, HOURS_A_DAY
from consumers.models import Usage
from consumers.sum_models import ConsumerHour, UsageDay
from registry.models import Operation
from storage.upsert import insert


def mark_hours(session: Session, numbers: Iterable[int]) -> None:
    """Mark hours, counted since 1970, as changed."""
    first: dict[date, int] = {}
    for number in sorted(numbers, reverse=True):
        first[(EPOCH + timedelta(hours=number)).date()] = number % HOURS_A_DAY
    _mark(session, first)


def mark_days_of(session: Session, *which: ColumnElement[bool]) -> None:
    """Mark the days on which some rows of usage are as changed."""
    days = session.scalars(select(utc_day(Usage.hour)).where(*which).distinct())
    _mark(session, dict.fromkeys(days, 0))


def forget_hours(session: Session, operation_id: int, day: int) -> None:
    """Let no sum of an hour of a day, counted since 1970, hold any longer: its hours became one."""
    hour, number = type_coerce(ConsumerHour.hour, Integer), type_coerce(UsageDay.day, Integer)
    api = select(Operation.api_id).where(Operation.id == operation_id).scalar_subquery()
    hours = (ConsumerHour.api_id == api, hour >= day * HOURS_A_DAY, hour < (day + 1) * HOURS_A_DAY)
    for statement in (
        update(UsageDay).where(number == day, UsageDay.summed_hours > 0).values(summed_hours=0),
        delete(ConsumerHour).where(*hours),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})


def _mark(session: Session, first: Mapping[date, int]) -> None:
    """Mark days as changed from an hour of each on; always in one order, so no two deadlock."""
    if not first:
        return
    as_marked = or_(
        *(and_(UsageDay.day == day, UsageDay.summed_hours <= hour) for day, hour in first.items())
    )
    shared = session.scalars(
        select(UsageDay.day)
        .where(UsageDay.is_summed.is_(False), as_marked)
        .order_by(UsageDay.day)
        .with_for_update(read=True)
    )
    rows = [
        {"day": day, "is_summed": False, "summed_hours": first[day]}
        for day in sorted(first.keys() - set(shared))
    ]
    if not rows:
        return
    adding = insert(session, UsageDay)
    new, old = adding.excluded.summed_hours, UsageDay.summed_hours
    changed = {"is_summed": False, "summed_hours": case((new < old, new), else_=old)}
    session.execute(adding.on_conflict_do_update(index_elements=["day"], set_=changed), rows)
