"""The traffic of plans: who calls what each reaches, and how often a day, over all of its operations."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from consumers.usage import Caller, callers_many, daily_many
from deprecations.models import Deprecation
from deprecations.reach import reach


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everyone who calls something of a plan, most calls first, and the calls of each day, oldest first."""

    callers: tuple[Caller, ...]
    daily: tuple[int, ...]


def traffic(
    session: Session,
    plans: Collection[Deprecation],
    *,
    since: datetime,
    days_since: datetime,
    until: datetime,
) -> dict[int, Traffic]:
    """Return the traffic of each plan by its id: callers since an instant, days since another."""
    reached = reach(session, {plan.target_id for plan in plans})
    operations = {one for found in reached.values() for one in found}
    callers = callers_many(session, operations, since=since, until=until)
    days = daily_many(session, operations, since=days_since, until=until)
    return {
        plan.id: Traffic(
            callers=_merged([one for own in reached[plan.target_id] for one in callers[own]]),
            daily=_added([tuple(day.calls for day in days[own]) for own in reached[plan.target_id]]),
        )
        for plan in plans
    }


def _merged(callers: list[Caller]) -> tuple[Caller, ...]:
    """Add up what one consumer calls of several operations."""
    found: dict[int, Caller] = {}
    for one in callers:
        known = found.get(one.consumer_id)
        found[one.consumer_id] = one if known is None else _together(known, one)
    return tuple(sorted(found.values(), key=lambda one: (-one.calls, one.slug)))


def _together(one: Caller, other: Caller) -> Caller:
    before = [known for known in (one.calls_before, other.calls_before) if known is not None]
    return replace(
        one,
        calls=one.calls + other.calls,
        calls_before=sum(before) if before else None,
        client_errors=one.client_errors + other.client_errors,
        server_errors=one.server_errors + other.server_errors,
        last_at=max(one.last_at, other.last_at),
    )


def _added(lines: list[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*lines, strict=True))) if lines else ()
