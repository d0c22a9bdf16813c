"""Adding usage up: by the day, for each consumer at each operation and at each API; and what was ever.

A day is added up in one short transaction that holds its row, so a batch that comes in meanwhile waits and
marks it again. Sums leave nothing out and invent nothing: who asks gets the same with them and without.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, delete, func, insert, literal, or_, select, type_coerce
from sqlalchemy.orm import Session

from consumers.epochs import EPOCH, HOURS_A_DAY, DayNumber
from consumers.models import Usage
from consumers.sum_models import ConsumerDay, ConsumerHour, OperationSpan, PairDay, PairSpan, UsageDay
from registry.models import Api, Operation

_UNSETTLED = timedelta(days=1)  # what is told of late comes on the day after, most of it
_HOUR = type_coerce(Usage.hour, Integer)
_COUNTS = ("calls", "redirects", "client_errors", "server_errors", "unanswered")


def days_to_sum(session: Session, now: datetime) -> Sequence[date]:
    """Return the days that changed since they were added up, oldest first; today isn't over."""
    statement = select(UsageDay.day).where(UsageDay.is_summed.is_(False), UsageDay.day < now.date())
    return session.scalars(statement.order_by(UsageDay.day)).all()


def sum_day(session: Session, day: date) -> bool:
    """Add a day up anew; False where somebody else works on it, or did."""
    held = _hold(session, day)
    if held is None or held.is_summed:
        return False
    # By operation and API, as the keys are: no index has the day first.
    pairs, consumers = PairDay.operation_id.in_(select(Operation.id)), ConsumerDay.api_id.in_(select(Api.id))
    _run(session, delete(PairDay).where(pairs, PairDay.day == day))
    _run(session, delete(ConsumerDay).where(consumers, ConsumerDay.day == day))
    _run(session, insert(PairDay).from_select([*_KEY, *_COUNTS, *_EXTREMES], _pairs(day)))
    _run(session, insert(ConsumerDay).from_select(["day", *_AT_API], _consumers(day)))
    _run(session, delete(OperationSpan).where(OperationSpan.until_day > day))
    _sum_hours(session, held, HOURS_A_DAY)
    held.is_summed = True
    session.flush()
    return True


def sum_hours_of_today(session: Session, now: datetime) -> None:
    """Add up the hours of today that are over, for APIs: a day that goes on has no other sums."""
    held = _hold(session, now.date())
    if held is not None and held.summed_hours < now.hour:
        _sum_hours(session, held, now.hour)
        session.flush()


def operations_to_span(session: Session, now: datetime) -> tuple[date, Sequence[int]]:
    """Return the day up to which spans can be told, and the operations whose spans end before it."""
    changed = session.scalar(select(func.min(UsageDay.day)).where(UsageDay.is_summed.is_(False)))
    settled = now.date() - _UNSETTLED
    until = min(changed, settled) if changed else settled
    behind = or_(OperationSpan.until_day.is_(None), OperationSpan.until_day < until)
    statement = select(Operation.id).outerjoin(OperationSpan).where(behind).order_by(Operation.id)
    return until, session.scalars(statement).all()


def span(session: Session, operation_ids: Sequence[int], until: date) -> None:
    """Note first and last calls and longest silences before a day, which all have been added up."""
    session.execute(  # none of them is added up anew meanwhile
        select(UsageDay.day).where(UsageDay.day < until).order_by(UsageDay.day).with_for_update(read=True)
    )
    for model in (PairSpan, OperationSpan):
        _run(session, delete(model).where(model.operation_id.in_(operation_ids)))
    columns = ["operation_id", "consumer_id", "first_at", "last_at", "last_day", "longest_gap"]
    _run(session, insert(PairSpan).from_select(columns, _spans(operation_ids, until)))
    rows = [{"operation_id": one, "until_day": until} for one in operation_ids]
    session.execute(insert(OperationSpan), rows)


def longest_gap(day: Any, *pair: Any) -> Any:
    """Return the days since the pair's day before, 0 for its first one, in SQL."""
    number = type_coerce(day, Integer)
    return func.coalesce(number - func.lag(number).over(partition_by=pair, order_by=number), 0)


_KEY = ("operation_id", "day", "consumer_id")
_EXTREMES = ("first_at", "last_at", "sampling_rate")
_AT_API = ("api_id", "consumer_id", "calls", "client_errors", "server_errors", "last_at")


def _hold(session: Session, day: date) -> UsageDay | None:
    """Return a day that nobody else works on, for the rest of the transaction."""
    wanted = select(UsageDay).where(UsageDay.day == day).with_for_update(skip_locked=True)
    return session.scalar(wanted.execution_options(populate_existing=True))


def _sum_hours(session: Session, held: UsageDay, until: int) -> None:
    """Add up a day's hours for APIs, from the first that doesn't hold up to one."""
    begin = _first_hour(held.day)
    first, end = begin + held.summed_hours, begin + until
    apis, hour = ConsumerHour.api_id.in_(select(Api.id)), type_coerce(ConsumerHour.hour, Integer)
    _run(session, delete(ConsumerHour).where(apis, hour >= first, hour < end))
    by_api = (Operation.api_id, Usage.consumer_id, Usage.hour)
    hours = (
        select(Usage.hour, Operation.api_id, Usage.consumer_id)
        .add_columns(func.sum(Usage.calls), func.sum(Usage.client_errors), func.sum(Usage.server_errors))
        .add_columns(func.max(Usage.last_at))
        .join(Operation, Operation.id == Usage.operation_id)
        .where(first <= _HOUR, end > _HOUR)
        .group_by(*by_api)
    )
    _run(session, insert(ConsumerHour).from_select(["hour", *_AT_API], hours))
    held.summed_hours = until


def _first_hour(day: date) -> int:
    return (day - EPOCH.date()).days * HOURS_A_DAY


def _pairs(day: date) -> Select[Any]:
    first = _first_hour(day)
    return (
        select(Usage.operation_id, literal(day, DayNumber), Usage.consumer_id)
        .add_columns(*(func.sum(getattr(Usage, name)) for name in _COUNTS))
        .add_columns(func.min(Usage.first_at), func.max(Usage.last_at), func.min(Usage.sampling_rate))
        .where(Usage.operation_id.in_(select(Operation.id)))
        .where(first <= _HOUR, first + HOURS_A_DAY > _HOUR)
        .group_by(Usage.operation_id, Usage.consumer_id)
    )


def _consumers(day: date) -> Select[Any]:
    return (
        select(PairDay.day, Operation.api_id, PairDay.consumer_id, func.sum(PairDay.calls))
        .add_columns(func.sum(PairDay.client_errors), func.sum(PairDay.server_errors))
        .add_columns(func.max(PairDay.last_at))
        .join(Operation, Operation.id == PairDay.operation_id)
        .where(PairDay.day == day)
        .group_by(Operation.api_id, PairDay.day, PairDay.consumer_id)
    )


def _spans(operation_ids: Sequence[int], until: date) -> Select[Any]:
    pair = (PairDay.operation_id, PairDay.consumer_id)
    days = (
        select(*pair, PairDay.day, PairDay.first_at, PairDay.last_at)
        .add_columns(longest_gap(PairDay.day, *pair).label("gap"))
        .where(PairDay.operation_id.in_(operation_ids), PairDay.day < until)
        .subquery()
    )
    of = days.c
    return select(
        of.operation_id,
        of.consumer_id,
        func.min(of.first_at),
        func.max(of.last_at),
        func.max(of.day),
        func.max(of.gap),
    ).group_by(of.operation_id, of.consumer_id)


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
