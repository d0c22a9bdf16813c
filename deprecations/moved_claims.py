"""“We moved already”, held against the traffic: a claim counts once no call has come for a week."""

from datetime import datetime, timedelta
from typing import Final

QUIET: Final = timedelta(days=7)
"""How long no call has come before a claim counts."""


def checked_at(last_call_at: datetime) -> datetime:
    """Return from when a claim counts, where no call comes meanwhile."""
    return last_call_at + QUIET


def is_borne_out(claimed_at: datetime, last_call_at: datetime | None, now: datetime) -> bool:
    """Tell whether a claim counts by now: no call came after it, and none for a week."""
    return last_call_at is None or (last_call_at <= claimed_at and checked_at(last_call_at) <= now)
