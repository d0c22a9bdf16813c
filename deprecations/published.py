"""What an API tells anyone of its endings: the schedule behind its page, its feeds and its calendar.

Nothing of consumers is in it. What was never announced isn't either; what was called off stays, so that
calendars and readers learn of it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from deprecations.edge_models import Brownout
from deprecations.models import Deprecation, DeprecationEvent, State
from deprecations.reach import operations_of
from deprecations.replacement import told
from registry.models import Api

_MOST = 500


@dataclass(frozen=True, slots=True)
class Outage:
    """A window in which what ends fails on purpose; `is_off` when it was aborted."""

    id: int
    starts_at: datetime
    ends_at: datetime
    is_off: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One ending as anyone may read it. `sequence` grows with every step, `changed_at` is the last."""

    id: int
    what: str
    kind: str
    operations: tuple[str, ...]
    state: State
    reason: str
    replacement: str
    documentation: str
    zone: str
    announced_at: datetime
    deprecated_on: date
    deprecated_at: datetime
    closes_on: date | None
    sunset_on: date
    sunset_at: datetime
    sunset_by: str
    sunset_version: str
    sequence: int
    changed_at: datetime
    outages: tuple[Outage, ...]

    @property
    def is_off(self) -> bool:
        """Whether it was called off: what it was about stays."""
        return self.state is State.CANCELLED


def published(session: Session, api: Api) -> tuple[Entry, ...]:
    """Return an API's announced endings, the next to end first; what was called off or is done comes last."""
    plans = session.scalars(
        select(Deprecation)
        .where(Deprecation.api_id == api.id, Deprecation.announced_at.is_not(None))
        .where(Deprecation.state != State.DRAFT)
        .options(joinedload(Deprecation.target))
        .order_by(
            Deprecation.state.in_((State.CANCELLED, State.REMOVED)), Deprecation.sunset_at, Deprecation.id
        )
        .limit(_MOST)
    ).all()
    ids = [plan.id for plan in plans]
    steps, outages = _steps(session, ids), _outages(session, ids)
    reached = operations_of(session, ids)
    return tuple(
        Entry(
            id=plan.id,
            what=plan.target.label,
            kind=plan.target.kind,
            operations=tuple(one.label for one in reached[plan.id]),
            state=State(plan.state),
            reason=plan.reason,
            replacement=told(plan.replacement),
            documentation=plan.documentation,
            zone=plan.zone,
            announced_at=plan.announced_at or plan.created_at,
            deprecated_on=plan.deprecated_on,
            deprecated_at=plan.deprecated_at,
            closes_on=plan.closes_on,
            sunset_on=plan.sunset_on,
            sunset_at=plan.sunset_at,
            sunset_by=plan.sunset_by,
            sunset_version=plan.sunset_version,
            sequence=steps[plan.id][0],
            changed_at=steps[plan.id][1],
            outages=tuple(outages[plan.id]),
        )
        for plan in plans
    )


def _steps(session: Session, plan_ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """Count the steps of each plan, and say when the last was taken."""
    rows = session.execute(
        select(DeprecationEvent.deprecation_id, func.count(), func.max(DeprecationEvent.at))
        .where(DeprecationEvent.deprecation_id.in_(plan_ids))
        .group_by(DeprecationEvent.deprecation_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _outages(session: Session, plan_ids: Collection[int]) -> dict[int, list[Outage]]:
    found: dict[int, list[Outage]] = defaultdict(list)
    wanted = select(Brownout).where(Brownout.deprecation_id.in_(plan_ids))
    for one in session.scalars(wanted.order_by(Brownout.starts_at, Brownout.id)):
        is_off = one.aborted_at is not None
        found[one.deprecation_id].append(Outage(one.id, one.starts_at, one.ends_at, is_off))
    return found
