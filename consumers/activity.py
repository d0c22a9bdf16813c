"""Usage over time: calls per day, totals of a window, last calls, and each caller's own rhythm."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from consumers.summing import longest_gap
from consumers.sums import Which, calls_at_apis, calls_of_pairs, ever
from consumers.windows import Window, hours_since


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
    window = Window(since, until)
    if operation_id is None:
        found = calls_at_apis(session, _of_consumer(consumer_id), window.inside)
    else:
        found = calls_of_pairs(session, _of_pair(operation_id, consumer_id), window.inside)
    of = found.c
    numbers = map(func.sum, (of.calls, of.client_errors, of.server_errors))
    return _dense(session.execute(select(of.day, *numbers).group_by(of.day)), since, until)


def daily_many(
    session: Session, operation_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, tuple[Day, ...]]:
    """Return the calls of each day of the window for each operation, in one query."""
    ids = list(operation_ids)
    of = calls_of_pairs(session, lambda table: [table.operation_id.in_(ids)], Window(since, until).inside).c
    counted: dict[int, list[Any]] = {operation: [] for operation in ids}
    numbers = map(func.sum, (of.calls, of.client_errors, of.server_errors))
    statement = select(of.operation_id, of.day, *numbers).group_by(of.operation_id, of.day)
    for operation, *day in session.execute(statement):
        counted[operation].append(day)
    return {operation: _dense(rows, since, until) for operation, rows in counted.items()}


def last_calls(session: Session, operation_ids: Iterable[int] | Select[Any]) -> dict[int, datetime]:
    """Return when each operation was called last; one that never was is not there."""
    of = ever(session, _at(operation_ids)).c
    rows = session.execute(select(of.operation_id, func.max(of.last_at)).group_by(of.operation_id))
    return dict(rows.all())


def calls_since(session: Session, operation_id: int, at: datetime) -> dict[int, int]:
    """Return how often each consumer called an operation, in the hours whose last call came since then."""
    found = calls_of_pairs(
        session, lambda table: [table.operation_id == operation_id, table.last_at >= at], hours_since(at)
    )
    of = found.c
    rows = session.execute(select(of.consumer_id, func.sum(of.calls)).group_by(of.consumer_id))
    return {consumer: int(calls) for consumer, calls in rows}


def operation_totals(
    session: Session, operation_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, Totals]:
    """Return each operation's calls and number of callers within a window; one without calls is not there."""
    ids = list(operation_ids)
    of = calls_of_pairs(session, lambda table: [table.operation_id.in_(ids)], Window(since, until).inside).c
    return _totals(session, of.operation_id, of.consumer_id, of)


def consumer_totals(
    session: Session, consumer_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, Totals]:
    """Return each consumer's calls and number of operations; one without calls is not there."""
    ids = list(consumer_ids)
    of = calls_of_pairs(session, lambda table: [table.consumer_id.in_(ids)], Window(since, until).inside).c
    return _totals(session, of.consumer_id, of.operation_id, of)


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
    ids = list(operation_ids)

    def which(table: Any) -> Iterator[ColumnElement[bool]]:
        yield table.operation_id.in_(ids)
        if consumer_id is not None:
            yield table.consumer_id == consumer_id

    silences = _silences(session, which)
    pair = (silences.operation_id, silences.consumer_id)
    rows = select(*pair, func.max(silences.gap), func.max(silences.since)).group_by(*pair)
    gaps = {(operation, consumer): max(gap) for operation, consumer, *gap in session.execute(rows)}
    return {pair: gap for pair, gap in gaps.items() if gap}


def slowest_rhythms(session: Session, operation_ids: Iterable[int] | Select[Any]) -> dict[int, int]:
    """Return, by consumer, the longest of its gaps at any of some operations; unknown ones are not there."""
    silences = _silences(session, _at(operation_ids))
    longest = (func.max(silences.gap), func.max(silences.since))
    rows = session.execute(select(silences.consumer_id, *longest).group_by(silences.consumer_id))
    return {consumer: max(gap) for consumer, *gap in rows if max(gap)}


def _silences(session: Session, which: Which) -> Any:
    """Return columns of the days of pairs: the `gap` that a row tells of, and that `since` the day before."""
    of = ever(session, which).c
    pair = (of.operation_id, of.consumer_id)
    return select(*pair, of.gap, longest_gap(of.day, *pair).label("since")).subquery().c


def _at(operation_ids: Iterable[int] | Select[Any]) -> Which:
    ids = operation_ids if isinstance(operation_ids, Select) else list(operation_ids)
    return lambda table: [table.operation_id.in_(ids)]


def _of_consumer(consumer_id: int | None) -> Which:
    return lambda table: [] if consumer_id is None else [table.consumer_id == consumer_id]


def _of_pair(operation_id: int, consumer_id: int | None) -> Which:
    return lambda table: [table.operation_id == operation_id, *_of_consumer(consumer_id)(table)]


def _dense(rows: Iterable[Any], since: datetime, until: datetime) -> tuple[Day, ...]:
    counted = {day: Day(day, *map(int, numbers)) for day, *numbers in rows}
    window = Window(since, until)
    first, last = window.since, window.until - timedelta(microseconds=1)
    days = (first.date() + timedelta(number) for number in range((last.date() - first.date()).days + 1))
    return tuple(counted.get(day, Day(day)) for day in days)


def _totals(session: Session, by: Any, others: Any, of: Any) -> dict[int, Totals]:
    pairs = (  # which a database counts sooner than what differs among all rows
        select(by.label("by"), func.sum(of.calls).label("calls"), func.max(of.last_at).label("last_at"))
        .group_by(by, others)
        .subquery()
        .c
    )
    rows = session.execute(
        select(pairs.by, func.sum(pairs.calls), func.count(), func.max(pairs.last_at)).group_by(pairs.by)
    )
    return {key: Totals(int(calls), count, last_at) for key, calls, count, last_at in rows}
