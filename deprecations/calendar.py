"""From the days that people choose, in a zone, to the instants that headers and notices use.

A deprecation begins with its day, and a sunset day is the last on which the operation works: its
whole length counts. Where clocks change at midnight, a day begins at the first instant that has its date.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from deprecations.errors import PlanRefused


@dataclass(frozen=True, slots=True)
class Span:
    """From the instant at which something is deprecated to the last one at which it works, in UTC.

    `is_fixed` is False where that last instant is only the earliest one possible: “not before”, or a
    version that hasn't arrived. `closed_at` is since when it is closed to new consumers, None while open.
    """

    deprecated_at: datetime
    sunset_at: datetime
    is_fixed: bool = True
    closed_at: datetime | None = None


def span(deprecated_on: date, sunset_on: date, zone: str) -> Span:
    """Return the instants of a plan's two days."""
    return Span(deprecated_at(deprecated_on, zone), sunset_at(sunset_on, zone))


def deprecated_at(on: date, zone: str) -> datetime:
    """Return the first instant of a day in a zone, in UTC."""
    # fold=0 reads an hour that is skipped with the offset before the change: that is the change itself
    return datetime.combine(on, time(0), _zone(zone)).astimezone(UTC)


def sunset_at(on: date, zone: str) -> datetime:
    """Return the last second of a day in a zone, in UTC: 23:59:59, the later one where there are two."""
    return deprecated_at(on + timedelta(days=1), zone) - timedelta(seconds=1)


def day_of(at: datetime, zone: str) -> date:
    """Return the date that calendars in a zone show at an instant."""
    return at.astimezone(_zone(zone)).date()


def clock_time(shown: datetime, zone: str) -> datetime:
    """Return a time that clocks in a zone show, with that zone; the earlier one where they show it twice.

    Raises PlanRefused for a time that they skip, and for a zone that there isn't.
    """
    plain = shown.replace(tzinfo=None)
    at = plain.replace(tzinfo=_zone(zone))
    if local(at.astimezone(UTC), zone).replace(tzinfo=None) != plain:
        raise PlanRefused(
            f"No clock in {zone} shows {plain:%H:%M} on {plain:%Y-%m-%d}: they go forward then. "
            "Take another time."
        )
    return at


def local(at: datetime, zone: str) -> datetime:
    """Return an instant as clocks in a zone show it."""
    return at.astimezone(_zone(zone))


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        example = "Europe/Berlin" if "Europe/Berlin" in available_timezones() else "UTC"
        raise PlanRefused(f"there is no time zone {name!r}: use a name like {example}") from error
