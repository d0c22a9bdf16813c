"""Days and instants as mails write them: absolute, with weekday and zone, whatever the locale."""

from datetime import UTC, date, datetime

from deprecations.calendar import local
from deprecations.phrases import ENGLISH, Phrases


def day(on: date, words: Phrases = ENGLISH) -> str:
    """Return a day: `Wed 30 Jun 2027`."""
    weekday, month = words.days[on.weekday()], words.months[on.month - 1]
    return words.day.format(weekday=weekday, day=on.day, month=month, year=on.year)


def moment(at: datetime, zone: str = "UTC", words: Phrases = ENGLISH) -> str:
    """Return an instant to the minute: `Sat 21 Nov 2026, 23:58 UTC`."""
    there = local(at, zone)
    return f"{day(there.date(), words)}, {there:%H:%M} {zone}"


def from_then(at: datetime, zone: str, words: Phrases = ENGLISH) -> str:
    """Return when something begins, in the plan's zone and in UTC."""
    utc = at.astimezone(UTC)
    there = moment(at, zone, words)
    return there if zone == "UTC" else f"{there} ({day(utc.date(), words)}, {utc:%H:%M} UTC)"


def until_then(at: datetime, zone: str, reader_zone: str, words: Phrases = ENGLISH) -> str:
    """Return until when something lasts, to the second: in the plan's zone, in UTC, in the reader's own."""
    there = local(at, zone)
    others = [name for name in dict.fromkeys(("UTC", reader_zone)) if name != zone]
    elsewhere = "; ".join(
        f"{day(local(at, name).date(), words)}, {local(at, name):%H:%M:%S} {name}" for name in others
    )
    text = f"{day(there.date(), words)}, {words.until} {there:%H:%M:%S} {zone}"
    return f"{text} ({elsewhere})" if elsewhere else text


def window(starts_at: datetime, ends_at: datetime, zone: str, words: Phrases = ENGLISH) -> str:
    """Return a window of hours in a plan's zone: `Tue 4 Jun 2030, 14:00 to 15:00 UTC`."""
    begins, ends = local(starts_at, zone), local(ends_at, zone)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{day(ends.date(), words)}, {ends:%H:%M}"
    return f"{day(begins.date(), words)}, {begins:%H:%M} {words.to} {until} {zone}"
