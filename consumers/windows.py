"""The stretch of time that a question about usage is about, in whole hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from consumers.epochs import MICROSECONDS_AN_HOUR, microseconds

COUNTS = ("calls", "redirects", "client_errors", "server_errors", "unanswered")
"""The calls of a row, and those of them that were answered with 3xx, 4xx, 5xx, or not at all."""
_FOREVER = 2**31 - 1  # hours, as the column holds them


@dataclass(frozen=True, slots=True)
class Span:
    """Hours counted since 1970, from `first` up to `end`, which isn't among them."""

    first: int
    end: int


EVER = Span(-_FOREVER, _FOREVER)


class Window:
    """From `since` to `until`, widened to whole hours, with the equally long window before."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since = _hour(since)
        self.until = _hour(until + timedelta(hours=1, microseconds=-1))
        self.before = _earlier(self.since, self.until - self.since)

    @property
    def inside(self) -> Span:
        """The hours of the window."""
        return Span(_number(self.since), _number(self.until))

    @property
    def earlier(self) -> Span:
        """The hours of the window before."""
        return Span(_number(self.before), _number(self.since))


def between(first: datetime, end: datetime) -> Span:
    """Return the hours from that of an instant up to that of another, which isn't among them."""
    return Span(_number(first), _number(end))


def from_to(first: datetime, last: datetime) -> Span:
    """Return the hours from that of an instant to that of another, both among them."""
    return Span(_number(first), _number(last) + 1)


def hours_since(first: datetime) -> Span:
    """Return the hours from that of an instant on."""
    return Span(_number(first), EVER.end)


def _number(at: datetime) -> int:
    return microseconds(at) // MICROSECONDS_AN_HOUR


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _earlier(at: datetime, span: timedelta) -> datetime:
    try:
        return at - span
    except OverflowError:  # since the beginning of time: there is no window before
        return at
