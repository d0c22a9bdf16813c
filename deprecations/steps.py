"""How a step of a plan is taken: the row held, the way looked up, the days set, history written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations import calendar
from deprecations.calendar import Span
from deprecations.dates_in_words import day
from deprecations.errors import PlanRefused
from deprecations.history import record, since
from deprecations.lifecycle import Step, next_state, open_steps
from deprecations.models import Deprecation, State, SunsetBy

_FIRST_YEAR, _LAST_YEAR = 1990, 2200
_OWN = (
    "state",
    "deprecated_on",
    "sunset_on",
    "closes_on",
    "sunset_by",
    "sunset_version",
    "deprecated_at",
    "sunset_at",
    "closes_at",
    "closed_at",
    "paused_at",
    "arrived_at",
    "zone",
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a plan as people choose them; `version` is the one that ends it, where one does."""

    deprecated_on: date
    sunset_on: date
    zone: str
    closes_on: date | None = None
    by: SunsetBy = SunsetBy.DATE
    version: str = ""


def span_of(plan: Deprecation) -> Span:
    """Return the instants of a plan."""
    is_fixed = plan.sunset_by == SunsetBy.DATE or plan.arrived_at is not None
    return Span(plan.deprecated_at, plan.sunset_at, is_fixed, plan.closed_at)


def days_of(plan: Deprecation) -> Days:
    """Return the days of a plan."""
    return Days(
        plan.deprecated_on,
        plan.sunset_on,
        plan.zone,
        plan.closes_on,
        SunsetBy(plan.sunset_by),
        plan.sunset_version,
    )


def set_days(plan: Deprecation, days: Days) -> None:
    """Give a plan its days and their instants; raises PlanRefused for days in no order."""
    span = checked_span(days)
    plan.zone, plan.deprecated_on, plan.sunset_on = days.zone, days.deprecated_on, days.sunset_on
    plan.closes_on, plan.sunset_by, plan.sunset_version = days.closes_on, days.by, days.version
    plan.deprecated_at, plan.sunset_at = span.deprecated_at, span.sunset_at
    plan.closes_at = calendar.deprecated_at(days.closes_on, days.zone) if days.closes_on else None


def checked_span(days: Days) -> Span:
    """Return the instants of days that can be meant."""
    for _, sentence in askew(days):
        raise PlanRefused(sentence)
    span = calendar.span(days.deprecated_on, days.sunset_on, days.zone)
    return Span(span.deprecated_at, span.sunset_at, days.by == SunsetBy.DATE)


def askew(days: Days) -> Iterator[tuple[str, str]]:
    """Tell what can't be meant about days, each with the field that it stands in; not of the zone."""
    first, last, closes = days.deprecated_on, days.sunset_on, days.closes_on
    if last < first:
        yield "sunset_on", f"The last day, {day(last)}, can't come before {day(first)}, its first."
    if last.year > _LAST_YEAR or first.year < _FIRST_YEAR:
        field = "sunset_on" if last.year > _LAST_YEAR else "deprecated_on"
        yield field, f"From {day(first)} to {day(last)} can't be meant: mind the years."
    if closes is not None and not first <= closes <= last:
        yield (
            "closes_on",
            f"It can't close to new consumers on {day(closes)}: that day must lie from {day(first)} to "
            f"{day(last)}.",
        )
    if days.by == SunsetBy.VERSION and not days.version.strip():
        yield "sunset_version", "Say which version ends it."
    if days.by != SunsetBy.VERSION and days.version.strip():
        yield "sunset_version", "No version ends it: a day does."


def lock(session: Session, plan: Deprecation) -> None:
    """Read a plan anew and hold it until the transaction ends: two people may press two buttons at once."""
    session.refresh(plan, attribute_names=list(_OWN), with_for_update=True)


def standing(session: Session, target_id: int) -> int | None:
    """Return the number of the plan that a thing has, of which there is one at most; None without one."""
    is_over = Deprecation.state.in_((State.CANCELLED, State.REMOVED))
    return session.scalar(select(Deprecation.id).where(Deprecation.target_id == target_id, ~is_over))


def way(session: Session, plan: Deprecation, step: Step, span: Span, now: datetime) -> State:
    """Return where a step leads; raises TransitionRefused with the reason in words."""
    is_open = step in open_steps(plan.state, span, now)
    return next_state(plan.state, step, span, now, since="" if is_open else since(session, plan))


def take(
    session: Session, plan: Deprecation, step: Step, *, by: str, reason: str, now: datetime
) -> Deprecation:
    """Take a step that changes nothing but the state."""
    lock(session, plan)
    plan.state = way(session, plan, step, span_of(plan), now)
    record(session, plan, step, by=by, reason=reason, now=now)
    return plan
