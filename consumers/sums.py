"""Usage to ask of: sums of the days that were added up, hours of all others and of a window's ends.

What comes back is a table in SQL, of which each row tells of a consumer's calls at an operation (or at an
API) within a day or an hour. It has the same calls with sums and without.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from consumers.days import utc_day
from consumers.epochs import HOURS_A_DAY
from consumers.models import Usage
from consumers.sum_models import ConsumerDay, ConsumerHour, OperationSpan, PairDay, PairSpan, UsageDay
from consumers.windows import COUNTS, EVER, Span
from registry.models import Operation

Which = Callable[[Any], Iterable[ColumnElement[bool]]]
"""What rows have to be like, of a table with `operation_id` (or `api_id`), `consumer_id` and `last_at`."""
_MOST_RUNS = 6  # of days in a row that were added up; what is in shorter ones is read by the hour
_EXTREMES = ("first_at", "last_at", "sampling_rate")


def calls_of_pairs(session: Session, which: Which, *spans: Span) -> Subquery:
    """Return calls by `operation_id` and `consumer_id`: `day`, COUNTS, first and last call, sampling rate.

    `part` is the number of the span that a row is within, 0 for the first.
    """
    names = ("operation_id", "consumer_id", *COUNTS, *_EXTREMES)
    return _within(session, _PAIRS, names, which, spans)


def calls_at_apis(session: Session, which: Which, *spans: Span) -> Subquery:
    """Return calls by `api_id` and `consumer_id`: `day`, calls, errors, last call; `part` as above."""
    names = ("api_id", "consumer_id", "calls", "client_errors", "server_errors", "last_at")
    return _within(session, _AT_APIS, names, which, spans)


def ever(session: Session, which: Which) -> Subquery:
    """Return first and last calls by `operation_id` and `consumer_id`, of a pair in many rows.

    `day` is that of a row's last call, `gap` the longest one in days between those that the row tells of.
    """
    until = _told_until(session)
    pair = (PairSpan.operation_id, PairSpan.consumer_id)
    spans = select(*pair, PairSpan.first_at, PairSpan.last_at)
    spans = spans.add_columns(PairSpan.last_day.label("day"), PairSpan.longest_gap.label("gap"))
    since = calls_of_pairs(session, which, Span(until, EVER.end)).c
    rest = select(since.operation_id, since.consumer_id, since.first_at, since.last_at, since.day)
    rest = rest.add_columns(literal(0).label("gap"))
    return (rest if until == EVER.first else union_all(spans.where(*which(PairSpan)), rest)).subquery()


class _UsageOfApi:
    """Usage, with the API of its operation."""

    api_id, consumer_id, last_at = Operation.api_id, Usage.consumer_id, Usage.last_at
    calls, client_errors, server_errors = Usage.calls, Usage.client_errors, Usage.server_errors


@dataclass(frozen=True, slots=True)
class _Sums:
    """The tables that tell the same: by the day, by the hour or None, and as usage."""

    by_day: Any
    by_hour: Any
    usage: Any
    join: Callable[[Select[Any]], Select[Any]]


_PAIRS = _Sums(PairDay, None, Usage, lambda rows: rows)
_AT_APIS = _Sums(
    ConsumerDay,
    ConsumerHour,
    _UsageOfApi,
    lambda rows: rows.join(Operation, Operation.id == Usage.operation_id),
)


@dataclass(frozen=True, slots=True)
class _Split:
    """A span as days that were added up, first and last ones, as hours that were, and as all others."""

    days: tuple[tuple[int, int], ...]
    summed: tuple[Span, ...]
    others: tuple[Span, ...]


def _within(
    session: Session, sums: _Sums, names: Sequence[str], which: Which, spans: Sequence[Span]
) -> Subquery:
    def rows(of: Any, day: Any, part: int) -> Select[Any]:
        columns = (getattr(of, name).label(name) for name in names)
        return select(*columns, day.label("day"), literal(part).label("part")).where(*which(of))

    found: list[Select[Any]] = []
    days = _days(session, spans)
    for part, span in enumerate(spans):
        split = _split(days, span, with_hours=sums.by_hour is not None)
        number = type_coerce(sums.by_day.day, Integer)
        found += [rows(sums.by_day, sums.by_day.day, part).where(number.between(*run)) for run in split.days]
        # A range of hours each: only such is looked up in an index.
        for one in split.summed:
            hours = rows(sums.by_hour, utc_day(ConsumerHour.hour), part)
            found.append(hours.where(*_inside(ConsumerHour.hour, one)))
        for one in split.others or (() if split.days or split.summed else (Span(0, 0),)):
            hours = sums.join(rows(sums.usage, utc_day(Usage.hour), part))
            found.append(hours.where(*_inside(Usage.hour, one)))
    return union_all(*found).subquery()


def _inside(hour: Any, span: Span) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    number = type_coerce(hour, Integer)
    return number >= span.first, number < span.end


def _days(session: Session, spans: Sequence[Span]) -> dict[int, tuple[bool, int]]:
    """Return the days of which something holds, in order: whether it is the whole, and how many hours."""
    number = type_coerce(UsageDay.day, Integer)
    first, end = min(one.first for one in spans), max(one.end for one in spans)
    rows = session.execute(
        select(number, UsageDay.is_summed, UsageDay.summed_hours)
        .where(number >= first // HOURS_A_DAY, number <= end // HOURS_A_DAY)
        .where(UsageDay.is_summed | (UsageDay.summed_hours > 0))
        .order_by(number)
    )
    return {day: (is_summed, hours) for day, is_summed, hours in rows}


def _split(days: Mapping[int, tuple[bool, int]], span: Span, *, with_hours: bool) -> _Split:
    whole = range(-(-span.first // HOURS_A_DAY), span.end // HOURS_A_DAY)
    summed = (day for day, (is_summed, _hours) in days.items() if is_summed and day in whole)
    runs = sorted(sorted(_runs(summed), key=lambda run: run[0] - run[1])[:_MOST_RUNS])
    ends = chain.from_iterable((run[0] * HOURS_A_DAY, (run[1] + 1) * HOURS_A_DAY) for run in runs)
    edges = [span.first, *ends, span.end]
    rest = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True) if pair[0] < pair[1]]
    known: list[Span] = []
    if with_hours:
        begins = ((day * HOURS_A_DAY, hours) for day, (_is_summed, hours) in days.items())
        known = [Span(begin, begin + hours) for begin, hours in begins if hours]
    found = [Span(max(one.first, of.first), min(one.end, of.end)) for one in rest for of in known]
    hours = [one for one in found if one.first < one.end]
    if len(hours) > _MOST_RUNS:
        hours = []
    return _Split(tuple(runs), tuple(hours), tuple(_without(rest, hours)))


def _without(spans: Iterable[Span], gone: Sequence[Span]) -> Iterator[Span]:
    """Yield what of spans is in none of some others, which lie within them in order."""
    for span in spans:
        first = span.first
        for one in gone:
            if span.first <= one.first < span.end:
                if first < one.first:
                    yield Span(first, one.first)
                first = one.end
        if first < span.end:
            yield Span(first, span.end)


def _runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of days in a row."""
    first = last = None
    for day in days:
        if first is None or last is None:
            first = day
        elif day != last + 1:
            yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last


def _told_until(session: Session) -> int:
    """Return the hour up to which every operation's spans tell all, the first of all where some don't."""
    changed = select(func.min(UsageDay.day)).where(UsageDay.is_summed.is_(False)).scalar_subquery()
    holds = (OperationSpan.operation_id == Operation.id) & (
        OperationSpan.until_day <= func.coalesce(changed, OperationSpan.until_day)
    )
    until = type_coerce(OperationSpan.until_day, Integer)
    each = select(func.count().filter(until.is_(None)), func.min(until)).select_from(Operation)
    lacking, least = session.execute(each.outerjoin(OperationSpan, holds)).one()
    return EVER.first if lacking or least is None else least * HOURS_A_DAY
