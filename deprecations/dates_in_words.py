"""Days and instants as mails write them: absolute, with weekday and zone, in English whatever the locale."""

from datetime import UTC, date, datetime

from deprecations.calendar import local

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date) -> str:
    """Return a day: `Wed 30 Jun 2027`."""
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime, zone: str = "UTC") -> str:
    """Return an instant to the minute: `Sat 21 Nov 2026, 23:58 UTC`."""
    there = local(at, zone)
    return f"{day(there.date())}, {there:%H:%M} {zone}"


def from_then(at: datetime, zone: str) -> str:
    """Return when something begins, in the plan's zone and in UTC."""
    utc = at.astimezone(UTC)
    return moment(at, zone) if zone == "UTC" else f"{moment(at, zone)} ({day(utc.date())}, {utc:%H:%M} UTC)"


def until_then(at: datetime, zone: str, reader_zone: str) -> str:
    """Return until when something lasts, to the second: in the plan's zone, in UTC, in the reader's own."""
    there = local(at, zone)
    others = [name for name in dict.fromkeys(("UTC", reader_zone)) if name != zone]
    elsewhere = "; ".join(
        f"{day(local(at, name).date())}, {local(at, name):%H:%M:%S} {name}" for name in others
    )
    text = f"{day(there.date())}, until {there:%H:%M:%S} {zone}"
    return f"{text} ({elsewhere})" if elsewhere else text


def window(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return a window of hours in a plan's zone: `Tue 4 Jun 2030, 14:00 to 15:00 UTC`."""
    begins, ends = local(starts_at, zone), local(ends_at, zone)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{day(ends.date())}, {ends:%H:%M}"
    return f"{day(begins.date())}, {begins:%H:%M} to {until} {zone}"
