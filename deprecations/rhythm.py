"""When silence means something: judged by a caller's own habits, as pure arithmetic."""

import math
from datetime import datetime, timedelta

_SHARE = 1.5  # silence proves something once it is half as long again as the longest gap seen
_LEAST_DAYS = 14
NO_RHYTHM_DAYS = 92  # a quarter: of a caller seen on one day only, a job of each quarter would look the same


def quiet_at(last_call_at: datetime, longest_gap_days: int | None, least_days: int) -> datetime:
    """Return when a caller's silence starts to prove something.

    That is after `least_days`, and after one and a half times its own longest gap between calls; a
    monthly job is silent for weeks without having stopped.
    """
    own = math.ceil((longest_gap_days or 0) * _SHARE)
    return last_call_at + timedelta(days=max(least_days, own))


def proven_at(last_call_at: datetime, longest_gap_days: int | None, least_days: int) -> datetime:
    """Return when a caller's silence proves that it is gone; without a rhythm, only after a quarter."""
    patience = least_days if longest_gap_days is not None else max(least_days, NO_RHYTHM_DAYS)
    return quiet_at(last_call_at, longest_gap_days, patience)


def has_stopped(last_call_at: datetime, longest_gap_days: int | None, now: datetime) -> bool:
    """Tell whether a caller seems to have moved on, so that reminding it would only annoy."""
    return stopped_at(last_call_at, longest_gap_days) <= now


def stopped_at(last_call_at: datetime, longest_gap_days: int | None) -> datetime:
    """Return when a caller's silence is long enough to say that it stopped."""
    return quiet_at(last_call_at, longest_gap_days, _LEAST_DAYS)
