"""What people look up about deprecations: one by its number, and lists for pages."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from deprecations.errors import DeprecationNotFound
from deprecations.lifecycle import PROMISED
from deprecations.models import Deprecation, State, Target, TargetKind, TargetOperation
from deprecations.targets import OPERATION_WIDE
from storage.paging import Page, page_of

OVER = (State.CANCELLED, State.REMOVED)


def find(session: Session, deprecation_id: int) -> Deprecation:
    """Return a plan with its API and operation."""
    found = session.scalar(_loaded().where(Deprecation.id == deprecation_id))
    if found is None:
        raise DeprecationNotFound(f"there is no deprecation {deprecation_id}")
    return found


def live_plan(session: Session, operation_id: int) -> Deprecation | None:
    """Return the plan, not over yet, that ends an operation as a whole; None where nothing does.

    Its own plan goes before that of its version or API; of several such the first to end.
    """
    return live_plans(session, [operation_id]).get(operation_id)


def live_plans(session: Session, operation_ids: Collection[int]) -> dict[int, Deprecation]:
    """Return the plans that end operations as a whole and aren't over, by operation, in one query."""
    rows = session.execute(
        _loaded()
        .add_columns(TargetOperation.operation_id)
        .join(Target, Target.id == Deprecation.target_id)
        .join(TargetOperation, TargetOperation.target_id == Target.id)
        .where(
            TargetOperation.operation_id.in_(operation_ids),
            Target.kind.in_(OPERATION_WIDE),
            Deprecation.state.not_in(OVER),
        )
        .order_by((Target.kind == TargetKind.OPERATION).desc(), Deprecation.sunset_at, Deprecation.id)
    )
    found: dict[int, Deprecation] = {}
    for plan, operation_id in rows:
        found.setdefault(operation_id, plan)
    return found


def plans_about(session: Session, operation_id: int) -> tuple[Deprecation, ...]:
    """Return every plan that isn't over and reaches an operation, its parts' plans too, soonest first."""
    wanted = (
        _loaded()
        .join(TargetOperation, TargetOperation.target_id == Deprecation.target_id)
        .where(TargetOperation.operation_id == operation_id, Deprecation.state.not_in(OVER))
    )
    return tuple(session.scalars(wanted.order_by(Deprecation.sunset_at, Deprecation.id)))


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
    wanted = _loaded().where(Deprecation.state.in_(PROMISED), Deprecation.sunset_at < until)
    return tuple(session.scalars(wanted.order_by(Deprecation.sunset_at, Deprecation.id)))


def _loaded() -> Select[Deprecation]:
    return select(Deprecation).options(
        joinedload(Deprecation.api), joinedload(Deprecation.operation), joinedload(Deprecation.target)
    )
