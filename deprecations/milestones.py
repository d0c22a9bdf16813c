"""The dated steps of a plan at which consumers are told, as a pure table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from deprecations import calendar


class Milestone(StrEnum):
    """What a notice is about, in the order in which they come."""

    ANNOUNCED = "announced"
    MOVED = "moved"
    T_90 = "t-90"
    T_30 = "t-30"
    T_14 = "t-14"
    T_7 = "t-7"
    T_1 = "t-1"
    SUNSET = "sunset"
    AFTER = "after"


DAYS_BEFORE: Final = {
    Milestone.T_90: 90,
    Milestone.T_30: 30,
    Milestone.T_14: 14,
    Milestone.T_7: 7,
    Milestone.T_1: 1,
    Milestone.SUNSET: 0,
    # A day after the last one is over, there can be calls that still come, and logs that tell of them.
    Milestone.AFTER: -2,
}


@dataclass(frozen=True, slots=True)
class Due:
    """A milestone and the instant from which it is to be told."""

    milestone: Milestone
    at: datetime


def schedule(
    *, announced_at: datetime, moved_at: datetime | None, sunset_on: date, zone: str
) -> tuple[Due, ...]:
    """Return the milestones of a plan in order of time.

    The announcement is told at once; so is a move, which takes its place. The others begin with their
    day in the plan's zone, and only those that come after that first one are there.
    """
    first = Due(Milestone.MOVED, moved_at) if moved_at else Due(Milestone.ANNOUNCED, announced_at)
    return (first, *(due for due in _countdown(sunset_on, zone) if due.at > first.at))


def newest_missed(dues: tuple[Due, ...], now: datetime) -> Due | None:
    """Return the milestone to catch up with: the newest that came, None before the first."""
    return max((due for due in dues if due.at <= now), key=lambda due: due.at, default=None)


def still_to_tell(dues: tuple[Due, ...], now: datetime) -> tuple[Due, ...]:
    """Return the newest milestone that came, and all that lie ahead."""
    newest = newest_missed(dues, now)
    return tuple(due for due in dues if due == newest or due.at > now)


def _countdown(sunset_on: date, zone: str) -> Iterator[Due]:
    for milestone, days in DAYS_BEFORE.items():
        yield Due(milestone, calendar.deprecated_at(sunset_on - timedelta(days=days), zone))
