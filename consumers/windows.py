"""The stretch of time that a question about usage is about, in SQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func

from consumers.models import Usage

COUNTS = ("calls", "redirects", "client_errors", "server_errors", "unanswered")
"""The calls of a row, and those of them that were answered with 3xx, 4xx, 5xx, or not at all."""


class Window:
    """From `since` to `until`, widened to whole hours, with the equally long window before."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since = _hour(since)
        self.until = _hour(until + timedelta(hours=1, microseconds=-1))
        self.before = _earlier(self.since, self.until - self.since)

    def inside(self) -> Iterator[ColumnElement[bool]]:
        """Yield what holds for the hours of the window."""
        yield Usage.hour >= self.since
        yield Usage.hour < self.until

    def with_the_one_before(self) -> Iterator[ColumnElement[bool]]:
        """Yield what holds for the hours of the window and of the one before."""
        yield Usage.hour >= self.before
        yield Usage.hour < self.until

    def calls(self) -> ColumnElement[Any]:
        """Return the sum of calls in the window."""
        return func.sum(case((self._is_inside(), Usage.calls), else_=0))

    def columns(self) -> Iterator[ColumnElement[Any]]:
        """Yield the COUNTS, first and last call, least sampling rate, and the calls before."""
        for name in COUNTS:
            yield func.sum(case((self._is_inside(), getattr(Usage, name)), else_=0)).label(name)
        yield func.min(case((self._is_inside(), Usage.first_at)))
        yield func.max(case((self._is_inside(), Usage.last_at)))
        yield func.min(case((self._is_inside(), Usage.sampling_rate)))
        yield func.sum(case((self._is_inside(), 0), else_=Usage.calls))

    def _is_inside(self) -> ColumnElement[bool]:
        return Usage.hour >= self.since


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _earlier(at: datetime, span: timedelta) -> datetime:
    try:
        return at - span
    except OverflowError:  # since the beginning of time: there is no window before
        return at
