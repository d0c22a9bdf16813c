"""What a batch of usage comes to: counts per operation, caller and hour, in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from consumers.hit import Identity
from consumers.models import NameKind

RETENTION = timedelta(days=400)
MOST_SAMPLES = 20
OTHER_VERSION = " (of another version)"
"""What follows an unknown path that is known, but for the rules that say which calls are an API's."""
CALLER_SHIFT = 32
OPERATION = (1 << CALLER_SHIFT) - 1
"""A caller's number stands above these bits in a key, the operation in them."""

Bucket = list[Any]
"""The calls of one caller to one operation within one hour, as CALLS and so on count the places in it.
A list, since making an object of each would take as long as reading."""
CALLS, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS, UNANSWERED, FIRST_AT, LAST_AT, USER_AGENT, RATE = range(9)
_COUNTS = (CALLS, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS, UNANSWERED)
Use = list[int]
"""Calls that used a name within a day, the first and the last instant."""
Unknown = list[Any]
"""Calls that matched nothing: how many, of them successes, first and last instant, last User-Agent, rate."""
UnknownKey = tuple[str, str, int]  # method, redacted path, hour since 1970
HourSum = tuple[int, int, int, float]
"""What all buckets of an hour come to: calls, first and last instant, the least rate."""
NameKey = tuple[int, NameKind, str]  # operation, kind, name


@dataclass(slots=True)
class RollUp:
    """What a batch comes to: its buckets, how many of its lines ended how, and redacted samples.

    `hours` holds buckets by hour since 1970, and by key: the number of the caller in `callers`, and the
    operation below it. `names` counts query parameters and media types by day since 1970 and the caller's
    number. Instants are microseconds since 1970.
    """

    callers: list[Identity] = field(default_factory=list)
    hours: dict[int, dict[int, Bucket]] = field(default_factory=dict)
    sums: dict[int, HourSum] = field(default_factory=dict)
    names: dict[NameKey, dict[tuple[int, int], Use]] = field(default_factory=dict)
    unknown: dict[UnknownKey, Unknown] = field(default_factory=dict)
    lines: int = 0
    matched: int = 0
    unmatched: int = 0
    broken: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    samples: dict[str, None] = field(default_factory=dict)  # a set that keeps its order

    def sample(self, text: str) -> None:
        """Keep a redacted text, unless there are enough."""
        if len(self.samples) < MOST_SAMPLES:
            self.samples.setdefault(text)


def add_bucket(to: Bucket, other: Bucket) -> None:
    """Add another bucket's calls to the first one's."""
    for member in _COUNTS:
        to[member] += other[member]
    to[FIRST_AT] = min(to[FIRST_AT], other[FIRST_AT])
    to[RATE] = min(to[RATE], other[RATE])
    if other[LAST_AT] >= to[LAST_AT]:
        to[LAST_AT], to[USER_AGENT] = other[LAST_AT], other[USER_AGENT]


def join(to: Use, other: Use) -> None:
    """Add another use's calls to the first one's."""
    to[0] += other[0]
    to[1], to[2] = min(to[1], other[1]), max(to[2], other[2])
