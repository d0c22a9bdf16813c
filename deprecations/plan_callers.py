"""Who calls what plans reach, and how often a day: over all operations of each, added up by the database."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, exists, func, select, union_all
from sqlalchemy.orm import Session

from consumers.models import Consumer, Contact
from consumers.sums import Which, calls_at_apis, calls_of_pairs, ever
from consumers.windows import Span, Window
from deprecations.models import Deprecation, Target, TargetKind, TargetOperation
from registry.models import Operation


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
    if not plan_ids:
        return {}
    of = _calls(session, plan_ids, Window(since, until).inside)
    calls = func.sum(of.calls).label("calls")
    added = select(of.plan, of.consumer_id, calls, func.max(of.last_at).label("last_at"))
    found_calls = added.group_by(of.plan, of.consumer_id).subquery().c
    rows = session.execute(
        select(found_calls.plan, Consumer.id, Consumer.slug, Consumer.name, Consumer.is_unattributed)
        .add_columns(found_calls.calls, found_calls.last_at)
        .join(Consumer, Consumer.id == found_calls.consumer_id)
        .order_by(found_calls.calls.desc(), Consumer.slug)
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
    of = _calls(session, plan_ids, Window(since, until).inside)
    rows = session.execute(
        select(of.plan, of.consumer_id, func.sum(of.calls)).group_by(of.plan, of.consumer_id)
    )
    return {(plan, consumer): int(calls) for plan, consumer, calls in rows}


def first_calls(session: Session, plan_id: int, consumer_ids: Collection[int]) -> dict[int, datetime]:
    """Return when some consumers first called something of a plan."""
    reached = _reached(session, [plan_id])
    of = ever(
        session,
        lambda table: [table.operation_id.in_(reached), table.consumer_id.in_(list(consumer_ids))],
    ).c
    rows = session.execute(select(of.consumer_id, func.min(of.first_at)).group_by(of.consumer_id))
    return dict(rows.all())


def daily_of_plans(
    session: Session, plan_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, tuple[int, ...]]:
    """Return the calls of each UTC day of a window to all that each plan reaches, oldest first."""
    of = _calls(session, plan_ids, Window(since, until).inside)
    rows = session.execute(select(of.plan, of.day, func.sum(of.calls)).group_by(of.plan, of.day))
    counted: dict[int, dict[date, int]] = defaultdict(dict)
    for plan, on, calls in rows:
        counted[plan][on] = int(calls)
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    return {plan: tuple(counted[plan].get(on, 0) for on in days) for plan in plan_ids}


def _calls(session: Session, plan_ids: Collection[int], span: Span) -> Any:
    """Return columns of calls to what plans reach: `plan`, `consumer_id`, `day`, `calls`, `last_at`.

    Where a plan reaches all of an API, the API's own sums tell it: they are few.
    """
    whole = _of_whole_apis(session, plan_ids)
    narrow = [plan for plan in plan_ids if plan not in whole]
    found: list[Select[Any]] = []
    if whole:
        apis = sorted(set(whole.values()))
        calls = calls_at_apis(session, lambda table: [table.api_id.in_(apis)], span)
        found.append(_of_plans(calls, list(whole)).join(calls, calls.c.api_id == Deprecation.api_id))
    if narrow or not whole:
        calls = calls_of_pairs(session, _at_any(_reached(session, narrow)), span)
        is_reached = calls.c.operation_id == TargetOperation.operation_id
        found.append(_of_plans(calls, narrow).join(TargetOperation, _OF_PLAN).join(calls, is_reached))
    return union_all(*found).subquery().c


def _of_plans(calls: Subquery, plan_ids: Sequence[int]) -> Select[Any]:
    of = calls.c
    columns = (Deprecation.id.label("plan"), of.consumer_id, of.day, of.calls, of.last_at)
    return select(*columns).select_from(Deprecation).where(Deprecation.id.in_(plan_ids))


def _reached(session: Session, plan_ids: Sequence[int]) -> Sequence[int]:
    """Return the operations that plans reach; by their ids a database sees whether they are few."""
    reached = select(TargetOperation.operation_id).join(Deprecation, _OF_PLAN).distinct()
    return session.scalars(reached.where(Deprecation.id.in_(plan_ids))).all()


def _at_any(operation_ids: Sequence[int]) -> Which:
    return lambda table: [table.operation_id.in_(operation_ids)]


_OF_PLAN = Deprecation.target_id == TargetOperation.target_id


def _of_whole_apis(session: Session, plan_ids: Collection[int]) -> dict[int, int]:
    """Return the plans, with the API, that end an API or a version of it and reach all of its operations."""
    is_reached = exists().where(
        TargetOperation.target_id == Target.id, TargetOperation.operation_id == Operation.id
    )
    rows = session.execute(
        select(Deprecation.id, Target.api_id)
        .join(Target, Target.id == Deprecation.target_id)
        .where(Deprecation.id.in_(plan_ids), Target.kind.in_((TargetKind.API, TargetKind.VERSION)))
        .where(~exists().where(Operation.api_id == Target.api_id, ~is_reached))
    )
    return dict(rows.all())
