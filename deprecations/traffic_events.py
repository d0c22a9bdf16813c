"""Notices that the traffic gives cause for: a stop, a rise, calls that a brownout refused.

They say something about silence or growth, so nothing is said while a source of usage is stale.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Contact
from consumers.sources import sources
from deprecations.brownouts.report import report
from deprecations.brownouts.windows import brownouts
from deprecations.evidence import WINDOW_DAYS, Evidence
from deprecations.headers import EMITTING
from deprecations.milestones import Due, Milestone
from deprecations.models import Deprecation
from deprecations.notice_models import Notice
from deprecations.notices import known_notices, notice_row, write_missing
from deprecations.own_ends import own_ends
from deprecations.plan_evidence import gather_for_plans
from deprecations.rhythm import has_stopped, stopped_at

_WEEK = timedelta(days=7)
_GROWTH = 1.5
_CALLS_BEFORE = 20  # half as much again of a handful is chance


def plan_traffic_notices(session: Session, now: datetime) -> int:
    """Write the notices that the traffic gives cause for, for whoever was told of a plan; return how many.

    A stop is told once, and again only when calls came and stopped anew; a rise once in 30 days.
    """
    told = _told(session)
    heard = {api_id: _is_heard(session, api_id, now) for api_id in {plan.api_id for plan, _, _ in told}}
    told = [one for one in told if heard[one[0].api_id]]
    plans = {plan.id: plan for plan, _, _ in told}
    evidence, ends = gather_for_plans(session, plans.values(), now), own_ends(session, plans, now)
    hits = _hits(session, plans.values(), now)
    known = known_notices(session, plans)
    rises = {row[:3] for row in known if row[3] == Milestone.RISING and row[4] > now - timedelta(WINDOW_DAYS)}
    rows: list[dict[str, Any]] = []
    for plan, consumer_id, contact_id in told:
        calls = evidence.get((plan.id, consumer_id))
        for due in (*(_dues(calls, now) if calls else ()), *hits.get((plan.id, consumer_id), ())):
            if due.milestone != Milestone.RISING or (plan.id, consumer_id, contact_id) not in rises:
                end = ends.of(plan, consumer_id)
                rows.append(notice_row(plan, consumer_id, contact_id, due, end, now))
    return write_missing(session, rows, known)


def _told(session: Session) -> Sequence[tuple[Deprecation, int, int]]:
    """Find plan, consumer and contact of everyone who was told of a plan in force and can be told more."""
    rows = session.execute(
        select(Deprecation, Notice.consumer_id, Contact.id)
        .join(Notice, Notice.deprecation_id == Deprecation.id)
        .join(Contact, Contact.id == Notice.contact_id)
        .where(
            Deprecation.state.in_(EMITTING),
            Notice.envelope_key.is_not(None),
            Contact.disabled_at.is_(None),
        )
        .distinct()
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _hits(
    session: Session, plans: Collection[Deprecation], now: datetime
) -> dict[tuple[int, int], list[Due]]:
    """Find whom a brownout of the last week refused, once every source has told of its end."""
    found: dict[tuple[int, int], list[Due]] = defaultdict(list)
    windows = brownouts(session, [plan.id for plan in plans])
    for plan in plans:
        for window in windows[plan.id]:
            if now - _WEEK < window.ends_at <= now and window.aborted_at is None:
                seen = report(session, plan, window, now=now)
                for hit in () if seen.unheard else seen.hits:
                    if hit.refused:
                        found[plan.id, hit.consumer_id].append(Due(Milestone.BROWNOUT_HIT, window.ends_at))
    return found


def _is_heard(session: Session, api_id: int, now: datetime) -> bool:
    heard = sources(session, api_id, now=now)
    return bool(heard) and not any(source.stale for source in heard)


def _dues(calls: Evidence, now: datetime) -> Iterator[Due]:
    if has_stopped(calls.last_call_at, calls.longest_gap_days, now):
        yield Due(Milestone.STOPPED, stopped_at(calls.last_call_at, calls.longest_gap_days))
    elif (calls.calls_before or 0) >= _CALLS_BEFORE and calls.calls >= _GROWTH * (calls.calls_before or 0):
        yield Due(Milestone.RISING, _monday(now))


def _monday(now: datetime) -> datetime:
    day = now.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(0), UTC)
