"""When a source told of calls, hour by hour: its rate, its gaps, and how much of the traffic it samples."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.activity import Day
from consumers.days import utc_day
from consumers.models import SourceHour, UsageSource
from consumers.rollup import RollUp
from consumers.usage_rows import SOURCE_HOURS, add_rows

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of whole hours in which a source told of nothing, longer than its patience."""

    begin: datetime
    end: datetime

    @property
    def hours(self) -> int:
        """How many hours long it is."""
        return (self.end - self.begin) // _HOUR


@dataclass(frozen=True, slots=True)
class Telling:
    """What a source told of within a window.

    `calls_an_hour` is the mean over the hours from its first call in the window to its last; `sampling_rate`
    is the least that was seen, 1 where nothing was.
    """

    calls: int
    unknown: int
    calls_an_hour: float
    sampling_rate: float
    gaps: tuple[Gap, ...]


def tellings(
    session: Session, slugs: Iterable[str], *, since: datetime, until: datetime
) -> dict[str, Telling]:
    """Return what each source told of within a window, and where it was silent in between, by slug."""
    names = list(slugs)
    rows = session.execute(
        select(UsageSource.slug, UsageSource.stale_after_hours, SourceHour.hour)
        .add_columns(SourceHour.calls, SourceHour.unknown, SourceHour.sampling_rate)
        .join(SourceHour, SourceHour.source_id == UsageSource.id)
        .where(UsageSource.slug.in_(names), SourceHour.hour >= since, SourceHour.hour <= until)
        .order_by(UsageSource.slug, SourceHour.hour)
    ).all()
    earlier = session.execute(
        select(UsageSource.slug, func.max(SourceHour.hour))
        .join(SourceHour, SourceHour.source_id == UsageSource.id)
        .where(UsageSource.slug.in_(names), SourceHour.hour < since)
        .group_by(UsageSource.slug)
    )
    heard_before = dict(earlier.all())
    told = {slug: list(of_one) for slug, of_one in groupby(rows, key=lambda row: row.slug)}
    return {slug: _telling(told.get(slug, []), heard_before.get(slug)) for slug in names}


def _telling(rows: list[Any], heard_before: datetime | None) -> Telling:
    """Weigh the rows of one source; the last hour that it told of before them begins a gap, too."""
    hours = [row.hour for row in rows]
    patience = timedelta(hours=rows[0].stale_after_hours if rows else 1)
    calls = sum(row.calls for row in rows)
    span = (hours[-1] - hours[0]) // _HOUR + 1 if hours else 1
    return Telling(
        calls=calls,
        unknown=sum(row.unknown for row in rows),
        calls_an_hour=calls / span,
        sampling_rate=min((row.sampling_rate for row in rows), default=1.0),
        gaps=tuple(_gaps([heard_before, *hours] if heard_before else hours, patience)),
    )


def calls_told(session: Session, source_id: int, *, since: datetime, until: datetime) -> tuple[Day, ...]:
    """Return the calls that a source told of on each day of a window, those without any among them."""
    day = utc_day(SourceHour.hour)
    rows = session.execute(
        select(day, func.sum(SourceHour.calls))
        .where(SourceHour.source_id == source_id, SourceHour.hour >= since, SourceHour.hour <= until)
        .group_by(day)
    )
    counted = {on: int(calls) for on, calls in rows}
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return tuple(Day(on, counted.get(on, 0)) for on in days)


def add_source_hours(session: Session, source_id: int, result: RollUp) -> None:
    """Note in which hours a batch's calls were, known and unknown ones."""
    hours = {hour: [calls, 0, *rest] for hour, (calls, *rest) in result.sums.items()}
    for (_method, _path, hour), (calls, _successes, first, last, _agent, rate) in result.unknown.items():
        _add(hours, hour, calls, first, last, rate)
    rows = [(source_id, hour, *hours[hour]) for hour in sorted(hours)]
    add_rows(session.connection(), SOURCE_HOURS, rows)


def _add(hours: dict[int, list[float]], hour: int, unknown: int, first: int, last: int, rate: float) -> None:
    held = hours.setdefault(hour, [0, 0, first, last, rate])
    held[0] += unknown
    held[1] += unknown
    held[2], held[3], held[4] = min(held[2], first), max(held[3], last), min(held[4], rate)


def _gaps(hours: list[datetime], patience: timedelta) -> Iterator[Gap]:
    for earlier, later in pairwise(hours):
        gap = Gap(earlier + _HOUR, later)
        if gap.end - gap.begin > patience:
            yield gap
