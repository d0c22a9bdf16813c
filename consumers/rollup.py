"""What a batch of usage comes to: counts per operation, caller and hour, in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from consumers.epochs import MICROSECONDS_AN_HOUR
from consumers.hit import Identity, product
from consumers.models import NameKind
from consumers.redaction import MASK, redact_path

RETENTION = timedelta(days=400)
MOST_SAMPLES = 20
_MOST_UNKNOWN = 5_000  # paths and hours of one batch; those beyond count together
_FOREVER = 1 << 62  # in microseconds
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

    def miss(
        self,
        instant: int,
        method: str,
        path: str,
        agent: str,
        calls: int,
        status: int,
        rate: float,
        note: str = "",
    ) -> None:
        """Count calls that matched nothing; `note` says why not, behind the path."""
        self.unmatched += 1
        shown, hour = redact_path(path) + note, instant // MICROSECONDS_AN_HOUR
        key = (method, shown, hour)
        unknown = self.unknown.get(key)
        if unknown is None:
            if len(self.unknown) >= _MOST_UNKNOWN:
                key = (method, MASK, hour)
            unknown = self.unknown.setdefault(key, [0, 0, instant, instant, agent, rate])
            self.sample(f"no operation: {method} {shown}")
        unknown[0] += calls
        unknown[1] += calls if 200 <= status < 300 else 0
        unknown[2] = min(unknown[2], instant)
        if instant >= unknown[3]:
            unknown[3], unknown[4] = instant, agent
        unknown[5] = min(unknown[5], rate)

    def name(self, kind: NameKind, name: str, day: int, uses: Mapping[int, Use]) -> None:
        """Count the uses of a name on a day, by key."""
        for key, use in uses.items():
            held = self.names.setdefault((key & OPERATION, kind, name), {})
            place = (day, key >> CALLER_SHIFT)
            known = held.get(place)
            if known is None:
                held[place] = use[:]
            else:
                join(known, use)


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


def add_use(held: dict[int, Use], key: int, use: Use) -> None:
    """Count one use more of what a key used."""
    known = held.setdefault(key, use)
    if known is not use:
        join(known, use)


def sum_up(buckets: Iterable[Bucket]) -> HourSum:
    """Add up the buckets of an hour, and leave of each User-Agent what is kept."""
    total, earliest, latest, least = 0, _FOREVER, 0, 1.0
    for bucket in buckets:
        calls, _, _, _, _, first, last, agent, rate = bucket
        bucket[USER_AGENT] = product(agent)
        total += calls
        if first < earliest:
            earliest = first
        if last > latest:
            latest = last
        if rate < least:
            least = rate
    return total, earliest, latest, least
