"""Windows as values, and the ramps that lay several of them out. Pure: what stands in tables is `windows`'s.

A window comes back at the same hour on the clocks of the plan's zone, through every change of those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from deprecations.calendar import local
from deprecations.dates_in_words import day
from deprecations.errors import PlanRefused

STATUSES: Final = (503, 410)
"""What a brownout answers: unavailable for a while, or gone."""
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Window:
    """From `starts_at` up to `ends_at`, `percent` (1 to 100) of the calls get `status`."""

    starts_at: datetime
    ends_at: datetime
    percent: int = 100
    status: int = 503

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Tell whether it shares an instant with a stretch of time."""
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Ramp:
    """Windows of so many hours and so many percent each, one every `every_days`."""

    title: str
    hours: tuple[int, ...]
    percents: tuple[int, ...]
    every_days: int = 7


def _full(title: str, *hours: int) -> Ramp:
    return Ramp(title, hours, (100,) * len(hours))


RAMPS: Final[Mapping[str, Ramp]] = {
    "thorough": _full("1, 1, 4, 4, 8, 8, 24 and 24 hours, weekly", 1, 1, 4, 4, 8, 8, 24, 24),
    "mild": _full("1, 1, 2 and 4 hours, weekly", 1, 1, 2, 4),
    "brief": _full("12 hours, and 24 hours a week later", 12, 24),
    "trickle": Ramp("8 hours weekly, for 5, 10, 25, 50 and 100 % of callers", (8,) * 5, (5, 10, 25, 50, 100)),
    "once": _full("1 hour, once", 1),
}
"""By the name that forms and commands call them by."""


def lay_out(ramp: Ramp, *, first_at: datetime, zone: str, status: int = 503) -> tuple[Window, ...]:
    """Return a ramp's windows; `first_at` is the first one's beginning, and `zone` whose clocks count."""
    first = local(first_at, zone)
    starts = [
        (first + timedelta(days=number * ramp.every_days)).astimezone(UTC)  # a day by the clock, not 24 hours
        for number in range(len(ramp.hours))
    ]
    return tuple(
        Window(start, start + timedelta(hours=hours), percent, status)
        for start, hours, percent in zip(starts, ramp.hours, ramp.percents, strict=True)
    )


def check_shape(window: Window, zone: str) -> None:
    """Raise PlanRefused for a window that makes no sense by itself."""
    length = window.ends_at - window.starts_at
    if not _SHORTEST <= length <= _LONGEST:
        raise PlanRefused(
            f"The window from {in_both(window, zone)} can't be: it must last 5 minutes to 7 days."
        )
    if not 1 <= window.percent <= 100:
        raise PlanRefused(f"{window.percent} % of calls can't be meant: use 1 to 100.")
    if window.status not in STATUSES:
        raise PlanRefused(f"A brownout can't answer {window.status}: use {' or '.join(map(str, STATUSES))}.")


def in_both(window: Window, zone: str) -> str:
    """Say a window in UTC, and in the plan's zone where that is another."""
    return stretch(window.starts_at, window.ends_at, zone)


def stretch(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Say a stretch of time in UTC and in a zone: “Tue 1 Dec 2026, 14:00 to 15:00 UTC (…)”."""
    said = _stretch(starts_at, ends_at, "UTC")
    return said if zone == "UTC" else f"{said} ({_stretch(starts_at, ends_at, zone)})"


def _stretch(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    first, last = local(starts_at, zone), local(ends_at, zone)
    end = "" if first.date() == last.date() else f"{day(last.date())}, "
    return f"{day(first.date())}, {first:%H:%M} to {end}{last:%H:%M} {zone}"
