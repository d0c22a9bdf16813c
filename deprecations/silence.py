"""What a consumer has fallen silent about without having stopped, by its own rhythm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consumers.habits import Habit
from deprecations.rhythm import quiet_at


@dataclass(frozen=True, slots=True)
class Silence:
    """An operation that a consumer may call again; from `until` on its silence proves something."""

    habit: Habit
    until: datetime


def open_silences(
    habits: Iterable[Habit], *, since: datetime, window_days: int, now: datetime
) -> tuple[Silence, ...]:
    """Return what wasn't called since some instant, and isn't over by the consumer's own rhythm."""
    silent = (one for one in habits if one.last_at < since)
    until = ((one, quiet_at(one.last_at, one.longest_gap_days, window_days)) for one in silent)
    return tuple(Silence(one, at) for one, at in until if now < at)
