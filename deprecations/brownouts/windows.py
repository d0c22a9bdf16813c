"""The verbs of brownouts: windows are announced, looked up, and aborted, each noted in the plan's history."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.brownouts.freezes import freezes_of
from deprecations.brownouts.ramps import Window, check_shape, in_both, stretch
from deprecations.dates_in_words import day
from deprecations.edge_models import Brownout, Freeze
from deprecations.errors import BrownoutNotFound, PlanRefused
from deprecations.headers import EMITTING
from deprecations.history import record
from deprecations.models import Deprecation, State
from deprecations.wording import sentence

LEAD: Final = timedelta(hours=24)
"""How long before its beginning a window must be announced."""
_MOST = 60


class Act(StrEnum):
    """What is done to a plan here; its history names entries by them."""

    ANNOUNCE = "brownouts announced"
    ABORT = "brownouts aborted"
    EXEMPT = "consumer exempted"
    END_EXEMPTION = "exemption ended"


class Phase(StrEnum):
    """How far a window is."""

    AHEAD = "ahead"
    RUNNING = "running"
    FROZEN = "frozen"
    SKIPPED = "skipped"
    OVER = "over"
    ABORTED = "aborted"


def announce(
    session: Session, plan: Deprecation, windows: Sequence[Window], *, by: str, reason: str, now: datetime
) -> tuple[Brownout, ...]:
    """Announce windows of a plan, all or none.

    Raises PlanRefused with the reason: the plan promises nothing yet or has ended, a window begins too
    soon or lies outside the plan's days, two windows overlap, or one falls into a freeze.
    """
    _check_plan(plan)
    standing = [one for one in brownouts(session, [plan.id])[plan.id] if one.aborted_at is None]
    if not windows or len(standing) + len(windows) > _MOST:
        raise PlanRefused(
            f"A plan has 1 to {_MOST} windows; {len(standing)} stand and {len(windows)} are asked."
        )
    taken = [(one.starts_at, one.ends_at) for one in standing]
    freezes = freezes_of(session, plan.api_id)
    for window in windows:
        check_shape(window, plan.zone)
        _check_days(window, plan, now)
        _check_room(window, taken, freezes, plan.zone)
        taken.append((window.starts_at, window.ends_at))
    made = tuple(
        Brownout(
            deprecation_id=plan.id,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
            percent=window.percent,
            status=window.status,
            created_by=by,
            created_at=now,
        )
        for window in windows
    )
    session.add_all(made)
    told = f"{sentence(reason)} {len(made)} from {in_both(windows[0], plan.zone)} on.".strip()
    record(session, plan, Act.ANNOUNCE, by=by, reason=told, now=now)
    return made


def abort(
    session: Session,
    plan: Deprecation,
    *,
    only: int | None = None,
    by: str,
    reason: str,
    now: datetime,
) -> tuple[Brownout, ...]:
    """Stop the window that runs and give up those ahead, or `only` one; edges follow at their next poll.

    Raises PlanRefused where there is nothing to stop, or no reason is given.
    """
    if not reason.strip():
        raise PlanRefused("Say why: whoever looks at this plan next wants to know.")
    found = [one for one in brownouts(session, [plan.id])[plan.id] if only in (None, one.id)]
    if only is not None and not found:
        raise BrownoutNotFound(f"this plan has no brownout {only}")
    stopped = tuple(one for one in found if one.aborted_at is None and now < one.ends_at)
    if not stopped:
        raise PlanRefused("There is no brownout to abort: none runs, and none lies ahead.")
    for one in stopped:
        one.aborted_at, one.aborted_by, one.aborted_because = now, by, reason.strip()
    record(session, plan, Act.ABORT, by=by, reason=f"{reason.strip()} ({len(stopped)} stopped)", now=now)
    return stopped


def brownouts(session: Session, plan_ids: Collection[int]) -> dict[int, tuple[Brownout, ...]]:
    """Return every window of each plan, aborted ones too, in order of time."""
    rows = session.scalars(
        select(Brownout)
        .where(Brownout.deprecation_id.in_(plan_ids))
        .order_by(Brownout.starts_at, Brownout.id)
    )
    found: dict[int, list[Brownout]] = defaultdict(list)
    for row in rows:
        found[row.deprecation_id].append(row)
    return {plan_id: tuple(found[plan_id]) for plan_id in plan_ids}


def find_brownout(session: Session, brownout_id: int) -> Brownout:
    """Return a window."""
    found = session.get(Brownout, brownout_id)
    if found is None:
        raise BrownoutNotFound(f"there is no brownout {brownout_id}")
    return found


def running(session: Session, now: datetime) -> tuple[Brownout, ...]:
    """Return the windows of all plans that are open now."""
    open_now = (Brownout.aborted_at.is_(None), Brownout.starts_at <= now, Brownout.ends_at > now)
    return tuple(session.scalars(select(Brownout).where(*open_now).order_by(Brownout.ends_at)))


def phase(one: Brownout, freezes: Sequence[Freeze], now: datetime) -> Phase:
    """Return how far a window is; one that falls into a freeze doesn't run, and was skipped afterwards."""
    if one.aborted_at is not None:
        return Phase.ABORTED
    if one.ends_at <= now:
        in_time = [freeze for freeze in freezes if freeze.created_at < one.ends_at]
        return Phase.SKIPPED if is_frozen(one, in_time) else Phase.OVER
    if is_frozen(one, freezes):
        return Phase.FROZEN
    return Phase.RUNNING if one.starts_at <= now else Phase.AHEAD


def is_frozen(one: Brownout, freezes: Sequence[Freeze]) -> bool:
    """Tell whether a window touches a freeze."""
    return any(freeze.starts_at < one.ends_at and one.starts_at < freeze.ends_at for freeze in freezes)


def _check_plan(plan: Deprecation) -> None:
    if plan.state not in EMITTING:
        raise PlanRefused("Only an announced plan can have brownouts: its consumers must know what ends.")
    if plan.state == State.SUNSET:
        raise PlanRefused("Its last day is over: replies say so by themselves, without brownouts.")


def _check_days(window: Window, plan: Deprecation, now: datetime) -> None:
    said = in_both(window, plan.zone)
    if window.starts_at < now + LEAD:
        hours = int(LEAD.total_seconds() // 3600)
        raise PlanRefused(f"The window from {said} begins too soon: announce it {hours} hours before.")
    if window.starts_at < plan.deprecated_at:
        raise PlanRefused(f"The window from {said} begins before {day(plan.deprecated_on)}, its first day.")
    if window.ends_at > plan.sunset_at + timedelta(seconds=1):
        raise PlanRefused(f"The window from {said} ends after the last day, {day(plan.sunset_on)}.")


def _check_room(
    window: Window, taken: Sequence[tuple[datetime, datetime]], freezes: Sequence[Freeze], zone: str
) -> None:
    said = in_both(window, zone)
    for starts_at, ends_at in taken:
        if window.overlaps(starts_at, ends_at):
            raise PlanRefused(
                f"The window from {said} overlaps the one from {stretch(starts_at, ends_at, zone)}."
            )
    for freeze in freezes:
        if window.overlaps(freeze.starts_at, freeze.ends_at):
            frozen = stretch(freeze.starts_at, freeze.ends_at, zone)
            raise PlanRefused(
                f"The window from {said} falls into a freeze, from {frozen}: {sentence(freeze.reason)} "
                "Choose another time, or remove the freeze."
            )
