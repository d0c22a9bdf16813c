"""Questions about usage: who calls an operation, what a consumer calls, how often, last when, how regularly.

A window goes from `since` to `until`. Calls are kept by the hour, so it is widened to whole hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from consumers.days import utc_day
from consumers.models import Consumer, Contact, Credential, Usage
from consumers.sources import SourceHealth, sources
from registry.models import Api, Operation

__all__ = [
    "Caller",
    "Day",
    "OperationCalls",
    "SourceHealth",
    "Totals",
    "callers",
    "callers_many",
    "calls_of",
    "consumer_totals",
    "daily",
    "daily_many",
    "last_calls",
    "operation_totals",
    "quiet_rhythm",
    "rhythms_many",
    "sources",
]

_MOST_NAMES = 10  # hints and User-Agents shown of one caller, latest first


@dataclass(frozen=True, slots=True)
class Caller:
    """A consumer's calls to one operation within a window, and its calls in the window before."""

    consumer_id: int
    slug: str
    name: str
    is_unattributed: bool
    calls: int
    client_errors: int
    server_errors: int
    first_at: datetime
    last_at: datetime
    hints: tuple[str, ...]
    user_agents: tuple[str, ...]
    calls_before: int
    has_contact: bool

    @property
    def trend(self) -> float | None:
        """The change against the window before: 0.12 is 12 % more; None where it had no calls."""
        return _trend(self.calls, self.calls_before)


@dataclass(frozen=True, slots=True)
class OperationCalls:
    """A consumer's calls to one of the operations that it calls, within a window."""

    operation_id: int
    api_slug: str
    method: str
    path: str
    calls: int
    client_errors: int
    server_errors: int
    first_at: datetime
    last_at: datetime
    calls_before: int

    @property
    def trend(self) -> float | None:
        """The change against the window before: 0.12 is 12 % more; None where it had no calls."""
        return _trend(self.calls, self.calls_before)


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


def callers(session: Session, operation_id: int, *, since: datetime, until: datetime) -> tuple[Caller, ...]:
    """Return who called an operation, most calls first."""
    return callers_many(session, [operation_id], since=since, until=until)[operation_id]


def callers_many(
    session: Session, operation_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, tuple[Caller, ...]]:
    """Return who called each operation, most calls first; in three queries, however many operations."""
    ids = list(operation_ids)
    window = _Window(since, until)
    rows = session.execute(
        select(Usage.operation_id, Consumer.id, Consumer.slug, Consumer.name, Consumer.is_unattributed)
        .add_columns(*window.columns())
        .join(Consumer, Consumer.id == Usage.consumer_id)
        .where(Usage.operation_id.in_(ids), *window.with_the_one_before())
        .group_by(Usage.operation_id, Consumer.id)
        .having(window.calls() > 0)
        .order_by(window.calls().desc(), Consumer.slug)
    ).all()
    names = _names(session, Usage.operation_id.in_(ids), window)
    reachable = _reachable(session, {row[1] for row in rows})
    found: dict[int, tuple[Caller, ...]] = dict.fromkeys(ids, ())
    for operation, consumer, slug, name, is_unattributed, *numbers in rows:
        calls, client_errors, server_errors, first_at, last_at, before = numbers
        hints, agents = names.get((operation, consumer), ((), ()))
        caller = Caller(
            consumer_id=consumer,
            slug=slug,
            name=name,
            is_unattributed=is_unattributed,
            calls=int(calls),
            client_errors=int(client_errors),
            server_errors=int(server_errors),
            first_at=first_at,
            last_at=last_at,
            hints=hints,
            user_agents=agents,
            calls_before=int(before),
            has_contact=consumer in reachable,
        )
        found[operation] = (*found[operation], caller)
    return found


def calls_of(
    session: Session, consumer_id: int, *, since: datetime, until: datetime
) -> tuple[OperationCalls, ...]:
    """Return which operations a consumer called, most calls first."""
    window = _Window(since, until)
    rows = session.execute(
        select(Operation.id, Api.slug, Operation.method, Operation.path)
        .add_columns(*window.columns())
        .select_from(Usage)
        .join(Operation, Operation.id == Usage.operation_id)
        .join(Api, Api.id == Operation.api_id)
        .where(Usage.consumer_id == consumer_id, *window.with_the_one_before())
        .group_by(Operation.id, Api.slug)
        .having(window.calls() > 0)
        .order_by(window.calls().desc(), Operation.path, Operation.method)
    )
    return tuple(_operation_calls(*row) for row in rows)


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
    return _totals(session, Usage.operation_id, Usage.consumer_id, operation_ids, _Window(since, until))


def consumer_totals(
    session: Session, consumer_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, Totals]:
    """Return each consumer's calls and number of operations; one without calls is not there."""
    return _totals(session, Usage.consumer_id, Usage.operation_id, consumer_ids, _Window(since, until))


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


class _Window:
    """A window's columns: what lies in it, and the calls of the equally long one before."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since = _hour(since)
        self.until = _hour(until + timedelta(hours=1, microseconds=-1))
        self.before = _earlier(self.since, self.until - self.since)

    def with_the_one_before(self) -> Iterator[ColumnElement[bool]]:
        yield Usage.hour >= self.before
        yield Usage.hour < self.until

    def calls(self) -> ColumnElement[Any]:
        return func.sum(case((self._inside(), Usage.calls), else_=0))

    def columns(self) -> Iterator[ColumnElement[Any]]:
        yield self.calls()
        yield func.sum(case((self._inside(), Usage.client_errors), else_=0))
        yield func.sum(case((self._inside(), Usage.server_errors), else_=0))
        yield func.min(case((self._inside(), Usage.first_at)))
        yield func.max(case((self._inside(), Usage.last_at)))
        yield func.sum(case((self._inside(), 0), else_=Usage.calls))

    def _inside(self) -> ColumnElement[bool]:
        return Usage.hour >= self.since


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _earlier(at: datetime, span: timedelta) -> datetime:
    try:
        return at - span
    except OverflowError:  # since the beginning of time: there is no window before
        return at


def _trend(calls: int, before: int) -> float | None:
    return (calls - before) / before if before else None


def _operation_calls(
    operation: int, api: str, method: str, path: str, calls: Any, client: Any, server: Any, *rest: Any
) -> OperationCalls:
    first_at, last_at, before = rest
    return OperationCalls(
        operation, api, method, path, int(calls), int(client), int(server), first_at, last_at, int(before)
    )


def _names(
    session: Session, wanted: ColumnElement[bool], window: _Window
) -> dict[tuple[int, int], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return hints of credentials, and User-Agents, by operation and consumer, latest first."""
    latest = func.max(Usage.last_at)
    rows = session.execute(
        select(Usage.operation_id, Usage.consumer_id, Credential.hint, Usage.user_agent)
        .join(Credential, Credential.id == Usage.credential_id)
        .where(wanted, Usage.hour >= window.since, Usage.hour < window.until)
        .group_by(Usage.operation_id, Usage.consumer_id, Credential.hint, Usage.user_agent)
        .order_by(latest.desc(), Credential.hint, Usage.user_agent)
    )
    found: dict[tuple[int, int], tuple[dict[str, None], dict[str, None]]] = {}
    for operation, consumer, hint, agent in rows:
        for names, name in zip(found.setdefault((operation, consumer), ({}, {})), (hint, agent), strict=True):
            if name and len(names) < _MOST_NAMES:
                names.setdefault(name)
    return {pair: (tuple(hints), tuple(agents)) for pair, (hints, agents) in found.items()}


def _reachable(session: Session, consumer_ids: set[int]) -> set[int]:
    statement = select(Contact.consumer_id).where(
        Contact.consumer_id.in_(consumer_ids), Contact.disabled_at.is_(None)
    )
    return set(session.scalars(statement))


def _per_day(since: datetime, until: datetime, day: ColumnElement[Any]) -> Any:
    numbers = (Usage.calls, Usage.client_errors, Usage.server_errors)
    window = _Window(since, until)
    return select(day, *map(func.sum, numbers)).where(Usage.hour >= window.since, Usage.hour < window.until)


def _dense(rows: Iterable[Any], since: datetime, until: datetime) -> tuple[Day, ...]:
    counted = {day: Day(day, *map(int, numbers)) for day, *numbers in rows}
    window = _Window(since, until)
    first, last = window.since, window.until - timedelta(microseconds=1)
    days = (first.date() + timedelta(number) for number in range((last.date() - first.date()).days + 1))
    return tuple(counted.get(day, Day(day)) for day in days)


def _totals(
    session: Session,
    by: InstrumentedAttribute[int],
    others: InstrumentedAttribute[int],
    ids: Iterable[int],
    window: _Window,
) -> dict[int, Totals]:
    rows = session.execute(
        select(by, func.sum(Usage.calls), func.count(others.distinct()), func.max(Usage.last_at))
        .where(by.in_(list(ids)), Usage.hour >= window.since, Usage.hour < window.until)
        .group_by(by)
    )
    return {key: Totals(int(calls), count, last_at) for key, calls, count, last_at in rows}
