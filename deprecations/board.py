"""What people look up about deprecations: one by its number, and lists for pages."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from deprecations.errors import DeprecationNotFound
from deprecations.models import Deprecation, State
from storage.paging import Page, page_of

OVER = (State.CANCELLED, State.REMOVED)


def find(session: Session, deprecation_id: int) -> Deprecation:
    """Return a plan with its API and operation."""
    found = session.scalar(_loaded().where(Deprecation.id == deprecation_id))
    if found is None:
        raise DeprecationNotFound(f"there is no deprecation {deprecation_id}")
    return found


def live_plan(session: Session, operation_id: int) -> Deprecation | None:
    """Return the plan of an operation that isn't over, None where it has none."""
    return session.scalar(
        _loaded().where(Deprecation.operation_id == operation_id, Deprecation.state.not_in(OVER))
    )


def live_plans(session: Session, operation_ids: Collection[int]) -> dict[int, Deprecation]:
    """Return the plans of operations that aren't over, by operation, in one query."""
    wanted = _loaded().where(Deprecation.operation_id.in_(operation_ids), Deprecation.state.not_in(OVER))
    return {plan.operation_id: plan for plan in session.scalars(wanted)}


def deprecations(
    session: Session, *, state: str = "", api_id: int | None = None, page: int = 1
) -> Page[Deprecation]:
    """List plans, the next to end first; without a state, all that aren't over."""
    wanted = _loaded().order_by(Deprecation.sunset_at, Deprecation.id)
    if state:
        wanted = wanted.where(Deprecation.state == state)
    else:
        wanted = wanted.where(Deprecation.state.not_in(OVER))
    if api_id is not None:
        wanted = wanted.where(Deprecation.api_id == api_id)
    return page_of(session, wanted, page)


def count_by_state(session: Session, api_id: int | None = None) -> dict[str, int]:
    """Count the plans in each state; states without one are there with 0."""
    grouped = select(Deprecation.state, func.count()).group_by(Deprecation.state)
    if api_id is not None:
        grouped = grouped.where(Deprecation.api_id == api_id)
    return dict.fromkeys(map(str, State), 0) | {row[0]: row[1] for row in session.execute(grouped)}


def ending_before(session: Session, until: datetime) -> tuple[Deprecation, ...]:
    """Return the announced plans whose last day comes before an instant, or is over, soonest first."""
    announced = (State.ANNOUNCED, State.DEPRECATED, State.SUNSET)
    wanted = _loaded().where(Deprecation.state.in_(announced), Deprecation.sunset_at < until)
    return tuple(session.scalars(wanted.order_by(Deprecation.sunset_at, Deprecation.id)))


def _loaded() -> Select[Deprecation]:
    return select(Deprecation).options(joinedload(Deprecation.api), joinedload(Deprecation.operation))
