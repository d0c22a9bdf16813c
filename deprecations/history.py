"""The history of a plan: appended to at every step, never changed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.dates_in_words import moment
from deprecations.models import Deprecation, DeprecationEvent


def record(
    session: Session,
    plan: Deprecation,
    step: StrEnum,
    *,
    by: str,
    reason: str,
    approved_by: str = "",
    correction: bool = False,
    now: datetime,
) -> DeprecationEvent:
    """Write down a step that was taken, with all that is promised from then on."""
    event = DeprecationEvent(
        deprecation_id=plan.id,
        at=now,
        by=by,
        step=step,
        reason=reason,
        state=plan.state,
        deprecated_on=plan.deprecated_on,
        sunset_on=plan.sunset_on,
        sunset_by=plan.sunset_by,
        sunset_version=plan.sunset_version,
        closes_on=plan.closes_on,
        zone=plan.zone,
        replacement=plan.replacement,
        documentation=plan.documentation,
        approved_by=approved_by,
        correction=correction,
    )
    session.add(event)
    session.flush()
    return event


def history(session: Session, plan: Deprecation) -> tuple[DeprecationEvent, ...]:
    """Return every step of a plan, oldest first."""
    of_it = select(DeprecationEvent).where(DeprecationEvent.deprecation_id == plan.id)
    return tuple(session.scalars(of_it.order_by(DeprecationEvent.id)))


def since(session: Session, plan: Deprecation) -> str:
    """Say when a plan came into its state and who brought it there; "" where nothing tells."""
    entered = None
    for event in reversed(history(session, plan)):
        if event.state != plan.state:
            break
        entered = event
    return f"since {moment(entered.at)}, by {entered.by}" if entered else ""
