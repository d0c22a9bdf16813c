"""Other days for a plan: moved by somebody, or owed again after a pause."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from deprecations import calendar, closing
from deprecations.advance import check_awaited
from deprecations.approvals import approver
from deprecations.dates_in_words import day
from deprecations.errors import PlanRefused, PolicyRefused
from deprecations.history import record
from deprecations.lifecycle import Step
from deprecations.models import Deprecation, State, SunsetBy
from deprecations.policies import check_policy, excepted
from deprecations.policy import Rule
from deprecations.steps import Days, checked_span, days_of, lock, set_days, way
from deprecations.wording import checked_reason


def move(
    session: Session,
    deprecation: Deprecation,
    *,
    deprecated_on: date,
    sunset_on: date,
    closes_on: date | None = None,
    sunset_by: SunsetBy | None = None,
    sunset_version: str = "",
    by: str,
    reason: str,
    now: datetime,
) -> Deprecation:
    """Move a plan's days. Later ones are free and told; an earlier one owes more than that.

    An earlier last day, or an earlier close to new consumers, needs somebody else's approval, the full
    notice from today, and a correction to everyone told, which the history marks. Without `closes_on` that
    day stays; without `sunset_by` what ends it stays.
    """
    lock(session, deprecation)
    old = days_of(deprecation)
    kind = sunset_by or old.by
    days = replace(
        old,
        deprecated_on=deprecated_on,
        sunset_on=sunset_on,
        closes_on=closes_on or old.closes_on,
        by=kind,
        version=sunset_version.strip() or (old.version if kind == old.by else ""),
    )
    _check_move(deprecation, old, days, now)
    if days.version != old.version:
        check_awaited(session, deprecation.api_id, days.version)
    span = replace(checked_span(days), closed_at=deprecation.closed_at)
    state = way(session, deprecation, Step.MOVE, span, now)
    approved_by = _allowed(session, deprecation, old, days, by, now)
    set_days(deprecation, days)
    deprecation.state = state
    if state != State.DRAFT:
        deprecation.moved_at = now
    if state == State.ANNOUNCED and deprecation.closed_at is not None:
        closing.thaw(session, deprecation)
    record(
        session,
        deprecation,
        Step.MOVE,
        by=by,
        reason=checked_reason(reason),
        approved_by=approved_by,
        correction=bool(approved_by),
        now=now,
    )
    return deprecation


def resume(
    session: Session,
    deprecation: Deprecation,
    *,
    sunset_on: date | None = None,
    by: str,
    reason: str,
    now: datetime,
) -> Deprecation:
    """Go on with a paused plan, with a later last day if one is given.

    Nobody moves away from what was halted, so the days that were left when it was paused are owed again:
    PolicyRefused with the rule `notice-after-pause` names the earliest last day.
    """
    lock(session, deprecation)
    days = replace(days_of(deprecation), sunset_on=sunset_on or deprecation.sunset_on)
    span = replace(checked_span(days), closed_at=deprecation.closed_at)
    state = way(session, deprecation, Step.RESUME, _as_if_running(span, days, now), now)
    earliest = earliest_resumed(deprecation, now)
    if days.sunset_on < earliest:
        raise PolicyRefused(
            f"The last day can't be {day(days.sunset_on)}: while it was paused nobody moved away, and the "
            f"days that were left then are owed again. The earliest last day is {day(earliest)}.",
            rule="notice-after-pause",
            asked=days.sunset_on,
            earliest=earliest,
        )
    if days.sunset_on != deprecation.sunset_on:
        deprecation.moved_at = now
    set_days(deprecation, days)
    deprecation.state, deprecation.paused_at = state, None
    record(session, deprecation, Step.RESUME, by=by, reason=checked_reason(reason), now=now)
    return deprecation


def earliest_resumed(deprecation: Deprecation, now: datetime) -> date:
    """Return the earliest last day of a paused plan that goes on today."""
    today = calendar.day_of(now, deprecation.zone)
    paused_on = calendar.day_of(deprecation.paused_at or now, deprecation.zone)
    return today + max(deprecation.sunset_on - paused_on, timedelta(0))


def _allowed(session: Session, plan: Deprecation, old: Days, days: Days, by: str, now: datetime) -> str:
    """Hold a move against policy; return who approved it, "" where nobody has to."""
    is_draft, is_earlier = plan.state == State.DRAFT, _is_earlier(old, days)
    # Nobody loses by a later day, so that only has to keep clear of what is frozen.
    later = {Rule.FREEZE} if days.sunset_on != old.sunset_on else set()
    owed = set(Rule) if is_draft or is_earlier else later
    check_policy(session, plan, days, now, (set(Rule) - owed) | set(excepted(session, plan.id)))
    if is_draft or not is_earlier:
        return ""
    return approver(
        session, plan, Step.MOVE, deprecated_on=days.deprecated_on, sunset_on=days.sunset_on, author=by
    )


def _check_move(plan: Deprecation, old: Days, days: Days, now: datetime) -> None:
    if days == old:
        raise PlanRefused("The dates are the ones that it has already.")
    if days.sunset_on < calendar.day_of(now, plan.zone):
        raise PlanRefused(f"The last day can't move to {day(days.sunset_on)}: that is over already.")


def _is_earlier(old: Days, new: Days) -> bool:
    """Tell whether anything comes sooner than it was promised.

    Naming the day of what was “not before”, or what a version ends, is no earlier day than that promise.
    """
    closes_sooner = old.closes_on is not None and new.closes_on is not None and new.closes_on < old.closes_on
    return new.sunset_on < old.sunset_on or closes_sooner


def _as_if_running(span: calendar.Span, days: Days, now: datetime) -> calendar.Span:
    """Let a last day that is over be refused by the notice that is owed, which says the earliest one."""
    return replace(span, is_fixed=False) if days.sunset_on < calendar.day_of(now, days.zone) else span
