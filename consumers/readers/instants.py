"""The ways in which logs write an instant, all turned to UTC."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from consumers.errors import MalformedUsage

_MONTHS = {
    name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
SECONDS = {f"{second:02}": second * 1_000_000 for second in range(60)}
"""A second within its minute, as text, in microseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = 1_000_000
_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (1e20, 1_000_000_000))
"""Where an epoch stops to count seconds, milliseconds, microseconds, nanoseconds, until the year 5138."""


def instant(value: object) -> datetime:
    """Return the instant that a text or a number means: RFC 3339, an epoch in any unit, or a log's clock.

    Raises MalformedUsage where it means none, or names no time zone.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(value)
    raise MalformedUsage("its time is neither a text nor a number")


def clock(text: str, zone: str) -> datetime:
    """Return the instant of the common log format: `22/Nov/2026:05:10:34` and `+0000`."""
    try:
        return _minute(text[:-3], zone).replace(second=int(text[-2:]))
    except (KeyError, ValueError, OverflowError):
        raise MalformedUsage("its time is none: expected 22/Nov/2026:05:10:34 +0000") from None


@lru_cache(maxsize=4096)
def _minute(text: str, zone: str) -> datetime:
    day, month, year = text[:11].split("/")
    iso = f"{year}-{_MONTHS[month]:02}-{day}T{text[12:]}:00{zone}"
    return datetime.fromisoformat(iso).astimezone(UTC)


def _text(text: str) -> datetime:
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return _epoch(int(text) if text.isdigit() else float(text))
    if text[2:3] == "/":
        day, _blank, zone = text.partition(" ")
        return clock(day, zone)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise MalformedUsage(
            "its time is none: expected 2026-11-22T05:10:34Z, or seconds since 1970"
        ) from None
    if at.tzinfo is None:
        raise MalformedUsage("its time has no zone: add Z, or an offset")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise MalformedUsage("its time lies outside the years 1 to 9999 in UTC") from None


def _epoch(number: float) -> datetime:
    for limit, unit in _UNITS:
        if 0 <= number < limit:
            exact = isinstance(number, int)
            return _EPOCH + timedelta(
                microseconds=number * _MICRO // unit if exact else number * _MICRO / unit
            )
    raise MalformedUsage("its time is no count of seconds since 1970")
