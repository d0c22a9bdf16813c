"""What time does to plans by itself: their days begin, close and end, their versions arrive."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from deprecations import closing
from deprecations.errors import PlanRefused
from deprecations.history import record
from deprecations.lifecycle import PROMISED, Step
from deprecations.models import Deprecation, State, SunsetBy
from deprecations.steps import span_of, take
from registry.models import Version

CLOCK = "sundial"
"""Who does it, in a plan's history."""


def advance(session: Session, now: datetime) -> int:
    """Carry every plan on whose day or version came; return how many steps were taken."""
    arrived = sum(_arrive(session, plan, now) for plan in _waiting_for_version(session))
    due = select(Deprecation).where(_is_due(now)).order_by(Deprecation.id).with_for_update()
    return arrived + sum(carry_on(session, plan, now) for plan in session.scalars(due).all())


def _is_due(now: datetime) -> ColumnElement[bool]:
    begun = and_(Deprecation.state == State.ANNOUNCED, Deprecation.deprecated_at <= now)
    closes = and_(Deprecation.state == State.DEPRECATED, Deprecation.closes_at <= now)
    is_fixed = or_(Deprecation.sunset_by == SunsetBy.DATE, Deprecation.arrived_at.is_not(None))
    runs = Deprecation.state.in_((State.DEPRECATED, State.CLOSED, State.BROWNOUT))
    return or_(begun, closes, and_(runs, is_fixed, Deprecation.sunset_at < now))


def carry_on(session: Session, plan: Deprecation, now: datetime) -> int:
    """Take the steps whose day has come for one plan; return how many these were."""
    taken = 0
    if plan.state == State.ANNOUNCED and plan.deprecated_at <= now:
        take(session, plan, Step.DEPRECATE, by=CLOCK, reason="Its first day has begun.", now=now)
        taken += 1
    span = span_of(plan)
    is_over = span.is_fixed and span.sunset_at < now
    closes_at = plan.closes_at
    if plan.state == State.DEPRECATED and closes_at is not None and closes_at <= now and not is_over:
        take(session, plan, Step.CLOSE, by=CLOCK, reason="Its day to close has begun.", now=now)
        closing.freeze(session, plan, closes_at)
        taken += 1
    if plan.state in (State.DEPRECATED, State.CLOSED, State.BROWNOUT) and is_over:
        take(session, plan, Step.SUNSET, by=CLOCK, reason="Its last day is over.", now=now)
        taken += 1
    return taken


def _waiting_for_version(session: Session) -> Iterator[Deprecation]:
    wanted = select(Deprecation).where(
        Deprecation.sunset_by == SunsetBy.VERSION,
        Deprecation.arrived_at.is_(None),
        Deprecation.state.in_(PROMISED),
    )
    yield from session.scalars(wanted.order_by(Deprecation.id).with_for_update()).all()


def _arrive(session: Session, plan: Deprecation, now: datetime) -> int:
    """Note that the version which ends a plan was published: `3` is it, and so are `3.0.1` and `v3`."""
    found = _published(session, plan.api_id, plan.sunset_version)
    if found is None:
        return 0
    plan.arrived_at = now
    record(session, plan, Step.ARRIVE, by=CLOCK, reason=f"Version {found} was published.", now=now)
    return 1


def check_awaited(session: Session, api_id: int, version: str) -> None:
    """Raise PlanRefused for a version that is to end something and is there already."""
    found = _published(session, api_id, version) if version else None
    if found is not None:
        raise PlanRefused(f"Version {found} is published already: name one that is yet to come, or a day.")


def _published(session: Session, api_id: int, version: str) -> str | None:
    labels = session.scalars(select(Version.label).where(Version.api_id == api_id)).all()
    wanted = version.removeprefix("v")
    return next((one for one in labels if _is_version(one.removeprefix("v"), wanted)), None)


def _is_version(label: str, wanted: str) -> bool:
    return label == wanted or label.startswith(f"{wanted}.")
