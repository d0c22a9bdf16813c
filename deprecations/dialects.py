"""Reading Deprecation and Sunset as servers really send them: the living form, and dialects that are dead.

Sundial writes the living ones alone (`headers`). The dead ones are read so that a check can say what was
meant, and what to write instead.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum


class Dialect(StrEnum):
    """How a value is written."""

    STRUCTURED_DATE = "structured-date"  # RFC 9745 section 2.1
    TRUE = "true"  # drafts of RFC 9745: deprecated, no matter since when
    IMF_FIXDATE = "imf-fixdate"  # RFC 9110 section 5.6.7; drafts of RFC 9745 had it too
    OTHER_DATE = "other-date"  # UTC for GMT, an offset, RFC 850, asctime, a wrong day of the week
    ISO_DATE = "iso-date"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value says: its dialect, and the instant that it names, None where it names none."""

    dialect: Dialect
    at: datetime | None


_STRUCTURED = re.compile(r"@(-?\d{1,12})(?:;.*)?", re.DOTALL)
_TRUE = frozenset({"true", "?1", '"true"'})
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_FIXDATE = re.compile(rf"(?:{_DAYS}), \d\d (?:{_MONTHS}) \d{{4}} \d\d:\d\d:\d\d GMT")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][0-9:.]+(?:Z|[+-]\d\d:?\d\d)?)?")
_LONGEST = 200


def read(value: str) -> Reading:
    """Read a value of Deprecation or of Sunset, whichever dialect it is in."""
    text = value.strip()[:_LONGEST]
    if found := _STRUCTURED.fullmatch(text):
        return Reading(Dialect.STRUCTURED_DATE, _epoch(int(found[1])))
    if text.lower() in _TRUE:
        return Reading(Dialect.TRUE, None)
    if _ISO.fullmatch(text):
        return Reading(Dialect.ISO_DATE, _iso(text))
    at = _mail_date(text)
    if at is None:
        return Reading(Dialect.UNKNOWN, None)
    is_fixdate = _FIXDATE.fullmatch(text) and f"{at:%a}" == text[:3]
    return Reading(Dialect.IMF_FIXDATE if is_fixdate else Dialect.OTHER_DATE, at)


def is_lawful(header: str, reading: Reading) -> bool:
    """Tell whether the header may be written so: Deprecation by RFC 9745, Sunset by RFC 8594."""
    return reading.at is not None and reading.dialect is _LAWFUL[header.lower()]


def complaint(header: str, value: str) -> str:
    """Say what is wrong with a value of Deprecation or Sunset, and what to write; "" where nothing is."""
    reading = read(value)
    if is_lawful(header, reading):
        return ""
    written = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    return f"“{written}” {_SAID[reading.dialect]}: {_instead(header, reading.at)}."


_LAWFUL = {"deprecation": Dialect.STRUCTURED_DATE, "sunset": Dialect.IMF_FIXDATE}
_SAID = {
    Dialect.STRUCTURED_DATE: "is a structured date",
    Dialect.TRUE: "is what drafts of RFC 9745 had",
    Dialect.IMF_FIXDATE: "is an HTTP-date, as drafts of RFC 9745 had it",
    Dialect.OTHER_DATE: "is a date, and not in the one form that is allowed",
    Dialect.ISO_DATE: "is an ISO date",
    Dialect.UNKNOWN: "can't be read",
}
_EXAMPLE = datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC)


def _instead(header: str, at: datetime | None) -> str:
    meant = at or _EXAMPLE
    word = "write" if at else "it must look like"
    if header.lower() == "deprecation":
        return f"{word} @{int(meant.timestamp())}, whole seconds since 1970 (RFC 9745)"
    return f"{word} {meant:%a, %d} {_MONTHS.split('|')[meant.month - 1]} {meant:%Y %H:%M:%S} GMT (RFC 8594)"


def _epoch(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _mail_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
