"""When a reader is at work: Monday to Friday, or as the country has it, from 8 to 18, holidays left out.

The country follows from the reader's time zone (the tz database's own table), so national holidays count
and regional ones don't. A reader in UTC is one of whom nobody said where: nothing is held back.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from deprecations import calendar

if TYPE_CHECKING:
    from holidays import HolidayBase

_OPENS, _CLOSES = time(8), time(18)
_FREE_AT_MOST = 30  # days in a row, so that a wrong table can't hold a notice back for ever
_SATURDAY = 5


def is_open(at: datetime, zone: str) -> bool:
    """Tell whether a reader in a zone is at work at an instant."""
    there = calendar.local(at, zone)
    return zone == "UTC" or (_OPENS <= there.time() < _CLOSES and is_working_day(there.date(), zone))


def opens_at(at: datetime, zone: str) -> datetime:
    """Return the first instant from `at` on at which a reader is at work, in UTC."""
    if is_open(at, zone):
        return at
    there = calendar.local(at, zone)
    first = there.date() if there.time() < _OPENS else there.date() + timedelta(days=1)
    ahead = (first + timedelta(days=days) for days in range(_FREE_AT_MOST))
    return _opening(_first_working(ahead, zone, first), zone)


def last_opening(on: date, zone: str) -> datetime:
    """Return when the last working day up to a date begins, in UTC: a reminder comes early, never late."""
    back = (on - timedelta(days=days) for days in range(_FREE_AT_MOST))
    return _opening(_first_working(back, zone, on), zone)


def is_working_day(on: date, zone: str) -> bool:
    """Tell whether people in a zone work on a date."""
    country = country_of(zone)
    known = _holidays(country) if country else None
    return known.is_working_day(on) if known is not None else on.weekday() < _SATURDAY


@cache
def country_of(zone: str) -> str:
    """Return the country of a zone as ISO 3166 names it, "" for a zone of no country."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == zone), "")


def _first_working(days: Iterator[date], zone: str, otherwise: date) -> date:
    return next((on for on in days if is_working_day(on, zone)), otherwise)


def _opening(on: date, zone: str) -> datetime:
    return datetime.combine(
        on, _OPENS, calendar.local(datetime(2000, 1, 1, tzinfo=UTC), zone).tzinfo
    ).astimezone(UTC)


@cache
def _holidays(country: str) -> "HolidayBase | None":
    from holidays import country_holidays

    try:
        return country_holidays(country)
    except NotImplementedError:
        return None
