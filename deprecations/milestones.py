"""The dated steps of a plan at which consumers are told, as pure tables.

Steps of the countdown follow from the plan's last day and the API's cadence. The others are events: the
plan or the traffic did something, and the notice says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from deprecations import calendar


class Milestone(StrEnum):
    """What a notice is about."""

    ANNOUNCED = "announced"
    MOVED = "moved"
    FIRST_USE = "first-use"
    T_180 = "t-180"
    T_90 = "t-90"
    T_60 = "t-60"
    T_30 = "t-30"
    T_14 = "t-14"
    T_7 = "t-7"
    T_3 = "t-3"
    T_1 = "t-1"
    SUNSET = "sunset"
    AFTER = "after"
    RISING = "rising"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    BROWNOUT_14 = "brownout-14"
    BROWNOUT_2 = "brownout-2"
    BROWNOUT_HIT = "brownout-hit"
    ESCALATED = "escalated"


class Cadence(StrEnum):
    """How often consumers of an API are reminded."""

    GENTLE = "gentle"
    USUAL = "usual"
    INSISTENT = "insistent"


_DAYS_BEFORE: Final = {
    Milestone.T_180: 180,
    Milestone.T_90: 90,
    Milestone.T_60: 60,
    Milestone.T_30: 30,
    Milestone.T_14: 14,
    Milestone.T_7: 7,
    Milestone.T_3: 3,
    Milestone.T_1: 1,
    Milestone.SUNSET: 0,
    # A day after the last one is over, there can be calls that still come, and logs that tell of them.
    Milestone.AFTER: -2,
}

CADENCES: Final = {
    Cadence.GENTLE: (Milestone.T_90, Milestone.T_30, Milestone.T_7, Milestone.SUNSET, Milestone.AFTER),
    Cadence.USUAL: (
        *(Milestone.T_90, Milestone.T_30, Milestone.T_14, Milestone.T_7, Milestone.T_1),
        *(Milestone.SUNSET, Milestone.AFTER),
    ),
    Cadence.INSISTENT: tuple(_DAYS_BEFORE),
}

COUNTDOWN: Final = frozenset(_DAYS_BEFORE)
BROWNOUTS: Final = {Milestone.BROWNOUT_14: timedelta(days=14), Milestone.BROWNOUT_2: timedelta(days=2)}
"""How long before a brownout begins it is told."""
EARLY: Final = (COUNTDOWN - {Milestone.AFTER}) | BROWNOUTS.keys()
"""What is told on the working day before, where its own day is none."""
EVENTS: Final = frozenset(
    {
        *(Milestone.RISING, Milestone.STOPPED, Milestone.CANCELLED),
        *(Milestone.BROWNOUT_HIT, Milestone.ESCALATED),
    }
)
"""What the countdown does not overtake."""
SILENT: Final = frozenset({Milestone.STOPPED, Milestone.CANCELLED})
"""What is told to those who call no more, too."""


@dataclass(frozen=True, slots=True)
class Due:
    """A milestone and the instant from which it is to be told."""

    milestone: Milestone
    at: datetime


def schedule(
    *,
    announced_at: datetime,
    moved_at: datetime | None,
    sunset_on: date,
    zone: str,
    cadence: Cadence = Cadence.USUAL,
    first_use_at: datetime | None = None,
) -> tuple[Due, ...]:
    """Return the milestones of a plan for one reader in order of time.

    The first is told at once: the announcement, or the first use of one that began to call after it; a
    move takes its place. The countdown's begin with their day in the plan's zone, and only those that
    come after the first are there.
    """
    first = Due(Milestone.ANNOUNCED, announced_at)
    if first_use_at is not None and first_use_at > announced_at:
        first = Due(Milestone.FIRST_USE, first_use_at)
    if moved_at is not None and moved_at >= first.at:
        first = Due(Milestone.MOVED, moved_at)
    return (first, *(due for due in _countdown(sunset_on, zone, cadence) if due.at > first.at))


def before_brownout(starts_at: datetime) -> tuple[Due, ...]:
    """Return when a brownout is to be told of, in order of time."""
    return tuple(Due(milestone, starts_at - ahead) for milestone, ahead in BROWNOUTS.items())


def newest_missed(dues: tuple[Due, ...], now: datetime) -> Due | None:
    """Return the milestone to catch up with: the newest that came, None before the first."""
    return max((due for due in dues if due.at <= now), key=lambda due: due.at, default=None)


def still_to_tell(dues: tuple[Due, ...], now: datetime) -> tuple[Due, ...]:
    """Return the newest milestone that came, and all that lie ahead."""
    newest = newest_missed(dues, now)
    return tuple(due for due in dues if due == newest or due.at > now)


def _countdown(sunset_on: date, zone: str, cadence: Cadence) -> Iterator[Due]:
    for milestone in CADENCES[cadence]:
        on = sunset_on - timedelta(days=_DAYS_BEFORE[milestone])
        yield Due(milestone, calendar.deprecated_at(on, zone))
