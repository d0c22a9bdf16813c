"""Questions about usage: who calls an operation, what a consumer calls, how often, last when, how regularly.

A window goes from `since` to `until`. Calls are kept by the hour, so it is widened to whole hours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from consumers.activity import (
    Day,
    Totals,
    calls_since,
    consumer_totals,
    daily,
    daily_many,
    last_calls,
    operation_totals,
    quiet_rhythm,
    rhythms_many,
    slowest_rhythms,
)
from consumers.models import Consumer, Contact, Credential, Usage
from consumers.sources import SourceHealth, heard_since, sources
from consumers.sums import Which, calls_of_pairs
from consumers.windows import COUNTS, Window
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
    "calls_since",
    "consumer_totals",
    "daily",
    "daily_many",
    "last_calls",
    "operation_totals",
    "quiet_rhythm",
    "rhythms_many",
    "slowest_rhythms",
    "sources",
]

_MOST_NAMES = 10  # hints and User-Agents shown of one caller, latest first


@dataclass(frozen=True, slots=True)
class Caller:
    """A consumer's calls to one operation within a window, and its calls in the window before.

    `calls_before` is None where not every source told of the whole window before: nothing is known then.
    Calls that are no redirects (3xx), errors (4xx, 5xx) or unanswered had success; `sampling_rate` below 1
    says that only so many of them were told.
    """

    consumer_id: int
    slug: str
    name: str
    is_unattributed: bool
    calls: int
    redirects: int
    client_errors: int
    server_errors: int
    unanswered: int
    first_at: datetime
    last_at: datetime
    sampling_rate: float
    hints: tuple[str, ...]
    user_agents: tuple[str, ...]
    calls_before: int | None
    has_contact: bool

    @property
    def trend(self) -> float | None:
        """The change against the window before: 0.12 is 12 % more; None where it had no calls."""
        return _trend(self.calls, self.calls_before)


@dataclass(frozen=True, slots=True)
class OperationCalls:
    """A consumer's calls to one of the operations that it calls, within a window, and in the one before.

    `calls_before` is None where not every source told of the whole window before. The counts are a caller's.
    """

    operation_id: int
    api_slug: str
    method: str
    path: str
    calls: int
    redirects: int
    client_errors: int
    server_errors: int
    unanswered: int
    first_at: datetime
    last_at: datetime
    sampling_rate: float
    calls_before: int | None

    @property
    def trend(self) -> float | None:
        """The change against the window before: 0.12 is 12 % more; None where it had no calls."""
        return _trend(self.calls, self.calls_before)


def callers(session: Session, operation_id: int, *, since: datetime, until: datetime) -> tuple[Caller, ...]:
    """Return who called an operation, most calls first."""
    return callers_many(session, [operation_id], since=since, until=until)[operation_id]


def callers_many(
    session: Session, operation_ids: Iterable[int], *, since: datetime, until: datetime
) -> dict[int, tuple[Caller, ...]]:
    """Return who called each operation, most calls first; in four queries, however many operations."""
    ids = list(operation_ids)
    window = Window(since, until)
    of = _compared(session, window, lambda table: [table.operation_id.in_(ids)])
    rows = session.execute(
        select(of.operation_id, Consumer.id, Consumer.slug, Consumer.name, Consumer.is_unattributed)
        .add_columns(*_NUMBERS(of))
        .join(Consumer, Consumer.id == of.consumer_id)
        .where(of.calls > 0)
        .order_by(of.calls.desc(), Consumer.slug)
    ).all()
    names = _names(session, Usage.operation_id.in_(ids), window)
    reachable = _reachable(session, {row[1] for row in rows})
    is_known = heard_since(session, window.before)
    found: dict[int, tuple[Caller, ...]] = dict.fromkeys(ids, ())
    for operation, consumer, slug, name, is_unattributed, *numbers in rows:
        hints, agents = names.get((operation, consumer), ((), ()))
        caller = Caller(
            consumer_id=consumer,
            slug=slug,
            name=name,
            is_unattributed=is_unattributed,
            hints=hints,
            user_agents=agents,
            **_counted(is_known, *numbers),
            has_contact=consumer in reachable,
        )
        found[operation] = (*found[operation], caller)
    return found


def calls_of(
    session: Session, consumer_id: int, *, since: datetime, until: datetime
) -> tuple[OperationCalls, ...]:
    """Return which operations a consumer called, most calls first."""
    window = Window(since, until)
    of = _compared(session, window, lambda table: [table.consumer_id == consumer_id])
    rows = session.execute(
        select(Operation.id, Api.slug, Operation.method, Operation.path)
        .add_columns(*_NUMBERS(of))
        .join(Operation, Operation.id == of.operation_id)
        .join(Api, Api.id == Operation.api_id)
        .where(of.calls > 0)
        .order_by(of.calls.desc(), Operation.path, Operation.method)
    )
    is_known = heard_since(session, window.before)
    return tuple(_operation_calls(is_known, *row) for row in rows)


def _trend(calls: int, before: int | None) -> float | None:
    return (calls - before) / before if before else None


def _operation_calls(
    is_known: bool, operation: int, api: str, method: str, path: str, *numbers: Any
) -> OperationCalls:
    return OperationCalls(
        operation_id=operation,
        api_slug=api,
        method=method,
        path=path,
        **_counted(is_known, *numbers),
    )


def _compared(session: Session, window: Window, which: Which) -> Any:
    """Return columns of what each pair's calls come to: COUNTS and so on, and `before`."""
    of = calls_of_pairs(session, which, window.inside, window.earlier).c
    is_inside = of.part == 0
    return (
        select(of.operation_id, of.consumer_id)
        .add_columns(*(func.sum(case((is_inside, of[name]), else_=0)).label(name) for name in COUNTS))
        .add_columns(func.min(case((is_inside, of.first_at))).label("first_at"))
        .add_columns(func.max(case((is_inside, of.last_at))).label("last_at"))
        .add_columns(func.min(case((is_inside, of.sampling_rate))).label("sampling_rate"))
        .add_columns(func.sum(case((is_inside, 0), else_=of.calls)).label("before"))
        .group_by(of.operation_id, of.consumer_id)
        .subquery()
        .c
    )


_NUMBERS = itemgetter(*COUNTS, "first_at", "last_at", "sampling_rate", "before")


def _counted(is_known: bool, *numbers: Any) -> dict[str, Any]:
    """Name what `_NUMBERS` counts."""
    *counts, first_at, last_at, rate, before = numbers
    named = {name: int(count) for name, count in zip(COUNTS, counts, strict=True)}
    span = {"first_at": first_at, "last_at": last_at, "sampling_rate": rate}
    return {**named, **span, "calls_before": int(before) if is_known else None}


def _names(
    session: Session, wanted: ColumnElement[bool], window: Window
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
