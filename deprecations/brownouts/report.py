"""What a brownout did: who was hit, who reacted, and usage before and after, from hourly buckets.

An hour is counted whole, so a window that begins at half past has half an hour too much in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from consumers.models import Consumer, Usage
from consumers.usage import sources
from deprecations import replacement as replacements
from deprecations.edge_models import Brownout
from deprecations.models import Deprecation
from deprecations.reach import operations_of

COMPARED: Final = timedelta(days=7)
"""How long before and after the window usage is compared."""
_TOO_EARLY = timedelta(days=1)
_FEWER = 0.5
_HOUR = timedelta(hours=1)


class Reaction(StrEnum):
    """What a consumer did after a window."""

    TOO_EARLY = "too-early"
    STOPPED = "stopped"
    FEWER = "fewer"
    AS_BEFORE = "as-before"


@dataclass(frozen=True, slots=True)
class Hit:
    """One consumer around a window. Rates are calls a day; `refused` are errors of the kind that it answers.

    `successor_*` are its calls a day to what replaces the operation, None where nothing known does.
    """

    consumer_id: int
    slug: str
    name: str
    is_unattributed: bool
    calls: int
    refused: int
    before: float
    after: float | None
    successor_before: float | None
    successor_after: float | None
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class Report:
    """What a window did. `unheard` names the sources that haven't told of its end yet."""

    hits: tuple[Hit, ...]
    before: float
    during: float
    after: float | None
    days_after: float
    unheard: tuple[str, ...]

    @property
    def hit(self) -> int:
        """How many consumers were refused at least once."""
        return sum(one.refused > 0 for one in self.hits)

    @property
    def reacted(self) -> int:
        """How many of those stopped, or call less than half as often."""
        return sum(
            one.refused > 0 and one.reaction in (Reaction.STOPPED, Reaction.FEWER) for one in self.hits
        )


@dataclass(frozen=True, slots=True)
class _Times:
    """A window in whole hours, and how much of the time to compare with is over."""

    starts: datetime
    ends: datetime
    before: datetime
    until: datetime

    @property
    def days_after(self) -> float:
        return max(self.until - self.ends, timedelta()) / timedelta(days=1)


def report(session: Session, plan: Deprecation, one: Brownout, *, now: datetime) -> Report:
    """Tell what a window did to the callers of what a plan ends; one that was aborted ended then."""
    times = _times(one, now)
    successor = replacements.find(session, plan.replacement, plan.api_id)
    elsewhere = _counted(session, [successor.id], times, one.status) if successor else {}
    reached = [operation.id for operation in operations_of(session, [plan.id])[plan.id]]
    counted = _counted(session, reached, times, one.status)
    who = {row.id: row for row in session.scalars(select(Consumer).where(Consumer.id.in_(counted)))}
    hits = [
        _hit(who[key], row, elsewhere.get(key), successor is not None, times) for key, row in counted.items()
    ]
    length = max((times.ends - times.starts) / timedelta(days=1), 1 / 24)
    return Report(
        hits=tuple(sorted(hits, key=lambda hit: (-hit.refused, -hit.calls, hit.slug))),
        before=sum(row["before"] for row in counted.values()) / COMPARED.days,
        during=sum(row["calls"] for row in counted.values()) / length,
        after=_rate(sum(row["after"] for row in counted.values()), times),
        days_after=times.days_after,
        unheard=tuple(
            source.slug
            for source in sources(session, plan.api_id, now=now)
            if source.last_event_at is None or source.last_event_at < min(times.ends, now)
        ),
    )


def _times(one: Brownout, now: datetime) -> _Times:
    ends_at = max(min(one.ends_at, one.aborted_at or one.ends_at), one.starts_at)
    starts = one.starts_at.replace(minute=0, second=0, microsecond=0)
    ends = (ends_at + _HOUR - timedelta(microseconds=1)).replace(minute=0, second=0, microsecond=0)
    return _Times(starts, ends, starts - COMPARED, min(ends + COMPARED, now))


def _counted(session: Session, operation_ids: Sequence[int], times: _Times, status: int) -> dict[int, Any]:
    """Return each consumer's calls before, within and after the window, and its errors within."""
    errors = Usage.server_errors if status >= 500 else Usage.client_errors
    within = (Usage.hour >= times.starts) & (Usage.hour < times.ends)
    rows = session.execute(
        select(
            Usage.consumer_id,
            _sum(Usage.hour < times.starts, Usage.calls).label("before"),
            _sum(within, Usage.calls).label("calls"),
            _sum(within, errors).label("refused"),
            _sum(Usage.hour >= times.ends, Usage.calls).label("after"),
        )
        .where(Usage.operation_id.in_(operation_ids))
        .where(Usage.hour >= times.before, Usage.hour < max(times.until, times.ends))
        .group_by(Usage.consumer_id)
    )
    return {row[0]: {key: int(value) for key, value in row._mapping.items()} for row in rows}


def _sum(condition: ColumnElement[bool], counted: Any) -> ColumnElement[Any]:
    return func.sum(case((condition, counted), else_=0))


def _hit(who: Consumer, row: dict[str, int], there: dict[str, int] | None, known: bool, times: _Times) -> Hit:
    before, after = row["before"] / COMPARED.days, _rate(row["after"], times)
    return Hit(
        consumer_id=who.id,
        slug=who.slug,
        name=who.name,
        is_unattributed=who.is_unattributed,
        calls=row["calls"],
        refused=row["refused"],
        before=before,
        after=after,
        successor_before=(there["before"] if there else 0) / COMPARED.days if known else None,
        successor_after=_rate(there["after"] if there else 0, times) if known else None,
        reaction=_reaction(before, after, times),
    )


def _rate(calls: int, times: _Times) -> float | None:
    return calls / times.days_after if times.until - times.ends >= _HOUR else None


def _reaction(before: float, after: float | None, times: _Times) -> Reaction:
    if after is None or times.until - times.ends < _TOO_EARLY:
        return Reaction.TOO_EARLY
    if after == 0:
        return Reaction.STOPPED
    return Reaction.FEWER if after < before * _FEWER else Reaction.AS_BEFORE
