"""Instants and dates in words, as pages print them: absolute with their zone, and relative to now.

What the hour is, and which zone a reader has chosen, is told by the caller.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTH_DAYS = 30.44
YEAR_DAYS = 365.25

# Seconds below which a unit is used, and the unit's own length; a distance is rounded to the nearest.
UNITS = ((HOUR, MINUTE, "minute"), (2 * DAY, HOUR, "hour"))
# The same for days: 90 days stay days, because notice periods are agreed in days.
DAY_UNITS = ((91, 1.0, "day"), (YEAR_DAYS * 2, MONTH_DAYS, "month"), (float("inf"), YEAR_DAYS, "year"))


def absolute(at: datetime, zone: str = "UTC") -> str:
    """Say an instant to the minute in a zone: "22 Nov 2026, 05:10 UTC"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M} {_clock(local)}"


def stamp(at: datetime, zone: str = "UTC") -> Markup:
    """Mark an instant up as a zone's clocks show it; where they don't show UTC, the title does."""
    title = "" if zone == "UTC" else Markup(' title="{}"').format(absolute(at))
    return Markup('<time datetime="{}"{}>{}</time>').format(at.isoformat(), title, absolute(at, zone))


def day_in(at: datetime, zone: str) -> str:
    """Say the date that calendars in a zone show at an instant: "22 Nov 2026"."""
    return day(date_in(at, zone))


def date_in(at: datetime, zone: str) -> date:
    """Return the date that calendars in a zone show at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def day(on: date) -> str:
    """Say a date so that no reader mistakes day for month: "22 Nov 2026"."""
    return f"{on.day} {on:%b %Y}"


def weekday(on: date) -> str:
    """Say a date with its day of the week: "Sunday 22 Nov 2026"."""
    return f"{on:%A} {day(on)}"


def relative(at: datetime, now: datetime) -> str:
    """Say how far an instant is from now: "12 minutes ago", "in 43 days"."""
    seconds = (at - now).total_seconds()
    size = abs(seconds)
    if size < MINUTE:
        return "just now"
    for limit, length, unit in UNITS:
        if size < limit:
            return directed(round(size / length), unit, seconds < 0)
    return relative_days(round(size / DAY), seconds < 0)


def relative_day(on: date, today: date) -> str:
    """Say how far a date is from today: "today", "tomorrow", "in 43 days", "7 months ago"."""
    days = (on - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(days) or relative_days(abs(days), days < 0)


def relative_days(days: int, past: bool) -> str:
    """Say a number of days in the unit that fits it, towards the past or the future."""
    length, unit = next((length, unit) for limit, length, unit in DAY_UNITS if days < limit)
    return directed(round(days / length), unit, past)


def _clock(local: datetime) -> str:
    """Name what a clock shows: "CET"; a zone without letters of its own by its distance, "UTC+0545"."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in ("+", "-") else name


def directed(number: int, unit: str, past: bool) -> str:
    """Say a number of units towards the past or the future."""
    words = f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return f"{words} ago" if past else f"in {words}"
