"""The traffic of plans: who calls what each reaches, and how often a day, over all of its operations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from deprecations.models import Deprecation
from deprecations.plan_callers import PlanCaller, callers_of_plans, daily_of_plans


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everyone who calls something of a plan, most calls first, and the calls of each day, oldest first."""

    callers: tuple[PlanCaller, ...]
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
    ids = [plan.id for plan in plans]
    callers = callers_of_plans(session, ids, since=since, until=until)
    days = daily_of_plans(session, ids, since=days_since, until=until)
    return {one: Traffic(callers[one], days[one]) for one in ids}
