"""How long to wait before an envelope is tried again.

RFC 5321 section 4.5.4.1 asks for at least half an hour between tries that fail again and again, and for
four to five days before giving up; most failures are over in minutes, so the first tries come sooner. An
hour is the longest wait: a notice with a date in it is worth less with every hour after the trouble ended.

A message that is posted to an address has a mail behind it, so it gives up after half a day.
"""

from datetime import timedelta

MAX_ATTEMPTS = 130  # with waits of 45 minutes on average, 4 days
MAX_POSTS = 22  # half a day
_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)


def backoff(attempts: int, jitter: float) -> timedelta:
    """Return the wait after so many failed tries; `jitter`, from 0 to 1, spreads it over its upper half."""
    doubled: timedelta = _FIRST * (1 << min(attempts - 1, 12))
    return min(doubled, _LONGEST) * (0.5 + jitter / 2)
