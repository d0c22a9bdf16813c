"""Rolling hits up to counts per operation, caller and hour, in memory; no clock, no database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from consumers.hit import Broken, Hit, Identity
from consumers.identify import named_by
from consumers.redaction import redact_path

FUTURE = timedelta(hours=1)  # clocks of other machines may be ahead of ours
RETENTION = timedelta(days=400)
MOST_SAMPLES = 20
_IGNORED = "OPTIONS"
_CLIENT_ERROR = 400
_SERVER_ERROR = 500
_HOURS_A_DAY = 24


Bucket = list[Any]
"""The calls of one caller to one operation within one hour: calls, client errors, server errors, first and
last instant, last User-Agent. A list, since making an object of each would take as long as reading."""
CALLS, CLIENT_ERRORS, SERVER_ERRORS, FIRST_AT, LAST_AT, USER_AGENT = range(6)
Match = Callable[[str, str, str], int | None]
Key = tuple[int, Identity, int]  # operation, caller, hour since the year 1


@dataclass(slots=True)
class RollUp:
    """What a batch comes to: its buckets, how many of its lines ended how, and redacted samples."""

    buckets: dict[Key, Bucket] = field(default_factory=dict)
    lines: int = 0
    matched: int = 0
    unmatched: int = 0
    broken: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    samples: dict[str, None] = field(default_factory=dict)  # a set that keeps its order


def roll_up(
    items: Iterable[Hit | Broken | None],
    match: Match,
    first_line: int,
    now: datetime,
) -> RollUp:
    """Count hits by what `match` (method, path, route) makes of them; `first_line` numbers the first item.

    Hits more than an hour ahead of `now`, or older than 400 days, count as broken: the first would keep a
    source fresh that is dead, the second would come back after their retention. OPTIONS counts as nothing.
    """
    result = RollUp()
    buckets = result.buckets
    oldest, newest = now.astimezone(UTC) - RETENTION, now.astimezone(UTC) + FUTURE
    held, hour = None, 0
    for number, item in enumerate(items, first_line):
        if item is None:
            continue
        result.lines += 1
        if isinstance(item, Broken):
            _break(result, number, item.reason, item.sample)
            continue
        at, method, path, _host, status, identities, agent, calls, route = item
        if at is not held:  # lines of one second share their instant
            if not oldest <= at <= newest:
                _break(result, number, _out_of_time(at, newest), "")
                continue
            held, hour = at, at.toordinal() * _HOURS_A_DAY + at.hour
            _span(result, at)
        operation = match(method, path, route)
        if operation is None:
            _miss(result, method, path)
            continue
        result.matched += 1
        key = (operation, identities[0] if len(identities) == 1 else named_by(item), hour)
        bucket = buckets.get(key)
        if bucket is None:
            bucket = buckets[key] = [0, 0, 0, at, at, agent]
        bucket[CALLS] += calls
        if at >= bucket[LAST_AT]:
            bucket[LAST_AT], bucket[USER_AGENT] = at, agent
        elif at < bucket[FIRST_AT]:
            bucket[FIRST_AT] = at
        if status >= _CLIENT_ERROR:
            bucket[SERVER_ERRORS if status >= _SERVER_ERROR else CLIENT_ERRORS] += calls
    return result


def add_bucket(to: Bucket, other: Bucket) -> None:
    """Add another bucket's calls to the first one's."""
    for member in (CALLS, CLIENT_ERRORS, SERVER_ERRORS):
        to[member] += other[member]
    to[FIRST_AT] = min(to[FIRST_AT], other[FIRST_AT])
    if other[LAST_AT] >= to[LAST_AT]:
        to[LAST_AT], to[USER_AGENT] = other[LAST_AT], other[USER_AGENT]


@lru_cache(maxsize=1024)
def hour_of(number: int) -> datetime:
    """Return the instant at which an hour of a bucket's key begins."""
    day, hour = divmod(number, _HOURS_A_DAY)
    date = datetime.fromordinal(day)
    return date.replace(hour=hour, tzinfo=UTC)


def _span(result: RollUp, at: datetime) -> None:
    if result.first_at is None or at < result.first_at:
        result.first_at = at
    if result.last_at is None or at > result.last_at:
        result.last_at = at


def _miss(result: RollUp, method: str, path: str) -> None:
    if method == _IGNORED:
        return
    result.unmatched += 1
    if len(result.samples) < MOST_SAMPLES:
        _sample(result, f"no operation: {method} {redact_path(path)}")


def _out_of_time(at: datetime, newest: datetime) -> str:
    when = "in the future" if at > newest else f"older than {RETENTION.days} days"
    return f"its time, {at:%Y-%m-%d %H:%M} UTC, is {when}"


def _break(result: RollUp, line: int, reason: str, sample: str) -> None:
    result.broken += 1
    _sample(result, f"line {line}: {reason}{sample and ': '}{sample}")


def _sample(result: RollUp, text: str) -> None:
    if len(result.samples) < MOST_SAMPLES:
        result.samples.setdefault(text)
