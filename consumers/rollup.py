"""Rolling hits up to counts per operation, caller and hour, in memory; no clock, no database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

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


@dataclass(slots=True)
class Bucket:
    """The calls of one caller to one operation within one hour."""

    first_at: datetime
    last_at: datetime
    user_agent: str
    calls: int = 0
    client_errors: int = 0
    server_errors: int = 0

    def add(self, other: "Bucket") -> None:
        """Add another bucket's calls to this one."""
        self.calls += other.calls
        self.client_errors += other.client_errors
        self.server_errors += other.server_errors
        self.first_at = min(self.first_at, other.first_at)
        if other.last_at >= self.last_at:
            self.last_at, self.user_agent = other.last_at, other.user_agent


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
    newest, oldest = now.astimezone(UTC) + FUTURE, now.astimezone(UTC) - RETENTION
    for number, item in enumerate(items, first_line):
        if item is None:
            continue
        result.lines += 1
        if isinstance(item, Broken):
            _break(result, number, item.reason, item.sample)
        elif not oldest <= item.at <= newest:
            when = "in the future" if item.at > newest else f"older than {RETENTION.days} days"
            _break(result, number, f"its time, {item.at:%Y-%m-%d %H:%M} UTC, is {when}", "")
        else:
            _count(result, item, match)
    return result


@lru_cache(maxsize=1024)
def hour_of(number: int) -> datetime:
    """Return the instant at which an hour of a bucket's key begins."""
    day, hour = divmod(number, _HOURS_A_DAY)
    date = datetime.fromordinal(day)
    return date.replace(hour=hour, tzinfo=UTC)


def _count(result: RollUp, hit: Hit, match: Match) -> None:
    at = hit.at
    if result.first_at is None or at < result.first_at:
        result.first_at = at
    if result.last_at is None or at > result.last_at:
        result.last_at = at
    if hit.method == _IGNORED:
        return
    operation = match(hit.method, hit.path, hit.route)
    if operation is None:
        result.unmatched += 1
        _sample(result, f"no operation: {hit.method} {redact_path(hit.path)}")
        return
    result.matched += 1
    key = (operation, named_by(hit), at.toordinal() * _HOURS_A_DAY + at.hour)
    bucket = result.buckets.get(key)
    if bucket is None:
        bucket = result.buckets[key] = Bucket(at, at, hit.user_agent)
    elif at >= bucket.last_at:
        bucket.last_at, bucket.user_agent = at, hit.user_agent
    elif at < bucket.first_at:
        bucket.first_at = at
    bucket.calls += hit.calls
    if hit.status >= _SERVER_ERROR:
        bucket.server_errors += hit.calls
    elif hit.status >= _CLIENT_ERROR:
        bucket.client_errors += hit.calls


def _break(result: RollUp, line: int, reason: str, sample: str) -> None:
    result.broken += 1
    _sample(result, f"line {line}: {reason}{sample and ': '}{sample}")


def _sample(result: RollUp, text: str) -> None:
    if len(result.samples) < MOST_SAMPLES:
        result.samples.setdefault(text)
