"""Usage over time: calls per day, totals of a window, last calls, and each caller's own rhythm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from consumers.days import utc_day
from consumers.models import Usage
from consumers.windows import Window


@dataclass(frozen=True, slots=True)
class Day:
    """The calls of one UTC day; a day without any is there with zeros."""

    on: date
    calls: int = 0
    client_errors: int = 0
    server_errors: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Calls within a window. `others`: an operation's callers, or the operations that a consumer called."""

    calls: int
    others: int
    last_at: datetime


def daily(
    session: Session,
    *,
    operation_id: int | None = None,
    consumer_id: int | None = None,
    since: datetime,
    until: datetime,
) -> tuple[Day, ...]:
    """Return the calls of each day of the window, of an operation, of a consumer, or of one to the other."""
    wanted = []
    if operation_id is not None:
        wanted.append(Usage.operation_id == operation_id)
    if consumer_id is not None:
        wanted.append(Usage.consumer_id == consumer_id)
    day = utc_day(Usage.hour)
    rows = session.execute(_per_day(since, until, day).where(*wanted).group_by(day))
    return _dense(rows, since, until)


def daily_many(
    session: Session, operation_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, tuple[Day, ...]]:
    """Return the calls of each day of the window for each operation, in one query."""
    ids = list(operation_ids)
    day = utc_day(Usage.hour)
    statement = _per_day(since, until, day).add_columns(Usage.operation_id)
    counted: dict[int, list[Any]] = {operation: [] for operation in ids}
    wanted = statement.where(Usage.operation_id.in_(ids)).group_by(day, Usage.operation_id)
    for *numbers, operation in session.execute(wanted):
        counted[operation].append(numbers)
    return {operation: _dense(rows, since, until) for operation, rows in counted.items()}


def last_calls(session: Session, operation_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each operation was called last; one that never was is not there."""
    rows = session.execute(
        select(Usage.operation_id, func.max(Usage.last_at))
        .where(Usage.operation_id.in_(list(operation_ids)))
        .group_by(Usage.operation_id)
    )
    return dict(rows.all())


def operation_totals(
    session: Session, operation_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, Totals]:
    """Return each operation's calls and number of callers within a window; one without calls is not there."""
    return _totals(session, Usage.operation_id, Usage.consumer_id, operation_ids, Window(since, until))


def consumer_totals(
    session: Session, consumer_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, Totals]:
    """Return each consumer's calls and number of operations; one without calls is not there."""
    return _totals(session, Usage.consumer_id, Usage.operation_id, consumer_ids, Window(since, until))


def quiet_rhythm(session: Session, operation_id: int, consumer_id: int) -> int | None:
    """Return the longest gap, in days, between days on which a consumer called: its own rhythm.

    1 is a caller of every day, 30 or 31 a monthly one. None where it called on fewer than two days, so that
    nothing can be said.
    """
    return rhythms_many(session, [operation_id], consumer_id).get((operation_id, consumer_id))


def rhythms_many(
    session: Session, operation_ids: Iterable[int], consumer_id: int | None = None
) -> dict[tuple[int, int], int]:
    """Return the longest gap in days per operation and consumer, in one query; unknown ones are not there."""
    day = utc_day(Usage.hour)
    statement = (
        select(Usage.operation_id, Usage.consumer_id, day)
        .where(Usage.operation_id.in_(list(operation_ids)))
        .distinct()
        .order_by(Usage.operation_id, Usage.consumer_id, day)
    )
    if consumer_id is not None:
        statement = statement.where(Usage.consumer_id == consumer_id)
    rows = session.execute(statement).all()
    gaps = {
        pair: max(((later[2] - earlier[2]).days for earlier, later in pairwise(days)), default=0)
        for pair, days in groupby(rows, key=lambda row: (row[0], row[1]))
    }
    return {pair: gap for pair, gap in gaps.items() if gap}


def _per_day(since: datetime, until: datetime, day: ColumnElement[Any]) -> Any:
    numbers = (Usage.calls, Usage.client_errors, Usage.server_errors)
    window = Window(since, until)
    return select(day, *map(func.sum, numbers)).where(*window.inside())


def _dense(rows: Iterable[Any], since: datetime, until: datetime) -> tuple[Day, ...]:
    counted = {day: Day(day, *map(int, numbers)) for day, *numbers in rows}
    window = Window(since, until)
    first, last = window.since, window.until - timedelta(microseconds=1)
    days = (first.date() + timedelta(number) for number in range((last.date() - first.date()).days + 1))
    return tuple(counted.get(day, Day(day)) for day in days)


def _totals(
    session: Session,
    by: InstrumentedAttribute[int],
    others: InstrumentedAttribute[int],
    ids: Iterable[int],
    window: Window,
) -> dict[int, Totals]:
    rows = session.execute(
        select(by, func.sum(Usage.calls), func.count(others.distinct()), func.max(Usage.last_at))
        .where(by.in_(list(ids)), *window.inside())
        .group_by(by)
    )
    return {key: Totals(int(calls), count, last_at) for key, calls, count, last_at in rows}
