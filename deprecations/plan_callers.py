"""Who calls what plans reach, and how often a day: over all operations of each, added up by the database."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.days import utc_day
from consumers.models import Consumer, Contact, Usage
from consumers.windows import Window
from deprecations.models import Deprecation, TargetOperation


@dataclass(frozen=True, slots=True)
class PlanCaller:
    """A consumer that calls something of a plan, with its calls within a window."""

    consumer_id: int
    slug: str
    name: str
    is_unattributed: bool
    calls: int
    last_at: datetime
    has_contact: bool


def callers_of_plans(
    session: Session, plan_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, tuple[PlanCaller, ...]]:
    """Return who calls something of each plan, most calls first; in two queries."""
    calls = func.sum(Usage.calls)
    rows = session.execute(
        _usage(plan_ids, since, until)
        .add_columns(Consumer.id, Consumer.slug, Consumer.name, Consumer.is_unattributed)
        .add_columns(calls, func.max(Usage.last_at))
        .join(Consumer, Consumer.id == Usage.consumer_id)
        .group_by(Deprecation.id, Consumer.id)
        .order_by(calls.desc(), Consumer.slug)
    ).all()
    reachable = set(
        session.scalars(
            select(Contact.consumer_id).where(
                Contact.consumer_id.in_({row[1] for row in rows}), Contact.disabled_at.is_(None)
            )
        )
    )
    found: dict[int, list[PlanCaller]] = defaultdict(list)
    for plan, consumer, slug, name, is_unattributed, count, last_at in rows:
        found[plan].append(
            PlanCaller(consumer, slug, name, is_unattributed, int(count), last_at, consumer in reachable)
        )
    return {plan: tuple(found[plan]) for plan in plan_ids}


def calls_of_plans(
    session: Session, plan_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[tuple[int, int], int]:
    """Return the calls within a window to all that each plan reaches, by plan and consumer."""
    rows = session.execute(
        _usage(plan_ids, since, until)
        .add_columns(Usage.consumer_id, func.sum(Usage.calls))
        .group_by(Deprecation.id, Usage.consumer_id)
    )
    return {(plan, consumer): int(calls) for plan, consumer, calls in rows}


def first_calls(session: Session, plan_id: int, consumer_ids: Collection[int]) -> dict[int, datetime]:
    """Return when some consumers first called something of a plan."""
    rows = session.execute(
        select(Usage.consumer_id, func.min(Usage.first_at))
        .join(TargetOperation, TargetOperation.operation_id == Usage.operation_id)
        .join(Deprecation, Deprecation.target_id == TargetOperation.target_id)
        .where(Deprecation.id == plan_id, Usage.consumer_id.in_(consumer_ids))
        .group_by(Usage.consumer_id)
    )
    return dict(rows.all())


def daily_of_plans(
    session: Session, plan_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, tuple[int, ...]]:
    """Return the calls of each UTC day of a window to all that each plan reaches, oldest first."""
    day = utc_day(Usage.hour)
    rows = session.execute(
        _usage(plan_ids, since, until).add_columns(day, func.sum(Usage.calls)).group_by(Deprecation.id, day)
    )
    counted: dict[int, dict[date, int]] = defaultdict(dict)
    for plan, on, calls in rows:
        counted[plan][on] = int(calls)
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    return {plan: tuple(counted[plan].get(on, 0) for on in days) for plan in plan_ids}


def _usage(plan_ids: Collection[int], since: datetime, until: datetime) -> Any:
    return (
        select(Deprecation.id)
        .join(TargetOperation, TargetOperation.target_id == Deprecation.target_id)
        .join(Usage, Usage.operation_id == TargetOperation.operation_id)
        .where(Deprecation.id.in_(plan_ids), *Window(since, until).inside())
    )
