"""Rolling hits up to counts per operation, caller and hour, in memory; no clock, no database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from consumers.epochs import HOURS_A_DAY, MICROSECONDS_AN_HOUR, microseconds
from consumers.hit import Broken, Hit, Identity
from consumers.identify import USUAL_ORDER, Order, named_by
from consumers.models import NameKind
from consumers.parameter_names import parameter_names
from consumers.redaction import MASK, redact_path

FUTURE = timedelta(hours=1)  # clocks of other machines may be ahead of ours
RETENTION = timedelta(days=400)
MOST_SAMPLES = 20
_MOST_UNKNOWN = 5_000  # paths and hours of one batch; those beyond count together
_IGNORED = "OPTIONS"


Bucket = list[Any]
"""The calls of one caller to one operation within one hour, as CALLS and so on count the places in it.
A list, since making an object of each would take as long as reading."""
CALLS, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS, UNANSWERED, FIRST_AT, LAST_AT, USER_AGENT, RATE = range(9)
_CLASSES = (UNANSWERED, None, None, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS)
_COUNTS = (CALLS, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS, UNANSWERED)
Match = Callable[[str, str, str], int | None]
Key = tuple[int, Identity, int]  # operation, caller, hour since 1970
Unknown = list[Any]
"""Calls that matched nothing: how many, of them successes, first and last instant, last User-Agent, rate."""
UnknownKey = tuple[str, str, int]  # method, redacted path, hour since 1970
NameKey = tuple[int, Identity, int, str, str]  # operation, caller, day since 1970, kind, name


_USUAL: Mapping[int, Order] = MappingProxyType({})


@dataclass(slots=True)
class RollUp:
    """What a batch comes to: its buckets, how many of its lines ended how, and redacted samples.

    `names` counts query parameters and media types: calls, first and last instant. Instants in buckets are
    microseconds since 1970.
    """

    buckets: dict[Key, Bucket] = field(default_factory=dict)
    names: dict[NameKey, list[int]] = field(default_factory=dict)
    unknown: dict[UnknownKey, Unknown] = field(default_factory=dict)
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
    orders: Mapping[int, Order] = _USUAL,
) -> RollUp:
    """Count hits by what `match` (method, path, route) makes of them; `first_line` numbers the first item.

    `orders` say by which attributes callers are told apart, for the operations where that isn't as usual.

    Hits more than an hour ahead of `now`, or older than 400 days, count as broken: the first would keep a
    source fresh that is dead, the second would come back after their retention. OPTIONS counts as nothing.
    """
    result = RollUp()
    buckets = result.buckets
    oldest, newest = now.astimezone(UTC) - RETENTION, now.astimezone(UTC) + FUTURE
    held, instant, hour = None, 0, 0
    for number, item in enumerate(items, first_line):
        if item is None:
            continue
        result.lines += 1
        if isinstance(item, Broken):
            _break(result, number, item.reason, item.sample)
            continue
        at, method, path, _host, status, identities, agent, calls, route, query, media_type, rate = item
        if at is not held:  # lines of one second share their instant
            if not oldest <= at <= newest:
                _break(result, number, _out_of_time(at, newest), "")
                continue
            held, instant = at, microseconds(at)
            hour = instant // MICROSECONDS_AN_HOUR
            _span(result, at)
        operation = match(method, path, route)
        if operation is None:
            _miss(result, item, instant, hour)
            continue
        result.matched += 1
        is_plain = len(identities) == 1 and operation not in orders
        caller = identities[0] if is_plain else named_by(item, orders.get(operation, USUAL_ORDER))
        key = (operation, caller, hour)
        bucket = buckets.get(key)
        if bucket is None:
            bucket = buckets[key] = [0, 0, 0, 0, 0, instant, instant, agent, rate]
        bucket[CALLS] += calls
        if instant >= bucket[LAST_AT]:
            bucket[LAST_AT], bucket[USER_AGENT] = instant, agent
        elif instant < bucket[FIRST_AT]:
            bucket[FIRST_AT] = instant
        if not 200 <= status < 300 or rate < bucket[RATE]:
            _qualify(bucket, status, calls, rate)
        if query or media_type:
            _name(result, key, instant, calls, query, media_type)
    return result


def add_bucket(to: Bucket, other: Bucket) -> None:
    """Add another bucket's calls to the first one's."""
    for member in _COUNTS:
        to[member] += other[member]
    to[FIRST_AT] = min(to[FIRST_AT], other[FIRST_AT])
    to[RATE] = min(to[RATE], other[RATE])
    if other[LAST_AT] >= to[LAST_AT]:
        to[LAST_AT], to[USER_AGENT] = other[LAST_AT], other[USER_AGENT]


def _qualify(bucket: Bucket, status: int, calls: int, rate: float) -> None:
    """Count calls in the class of their status; 0 and -1 were never answered, 1xx is no failure."""
    bucket[RATE] = min(bucket[RATE], rate)
    member = _CLASSES[max(status, 0) // 100] if status < 600 else SERVER_ERRORS
    if member is not None:
        bucket[member] += calls


def _name(result: RollUp, key: Key, instant: int, calls: int, query: str, media_type: str) -> None:
    operation, caller, hour = key
    day = hour // HOURS_A_DAY
    names = [(NameKind.PARAMETER, name) for name in parameter_names(query)] if query else []
    if media_type:
        names.append((NameKind.MEDIA_TYPE, media_type))
    for kind, name in names:
        use = result.names.get((operation, caller, day, kind, name))
        if use is None:
            result.names[operation, caller, day, kind, name] = [calls, instant, instant]
            continue
        use[0] += calls
        if instant > use[2]:
            use[2] = instant
        elif instant < use[1]:
            use[1] = instant


def _span(result: RollUp, at: datetime) -> None:
    if result.first_at is None or at < result.first_at:
        result.first_at = at
    if result.last_at is None or at > result.last_at:
        result.last_at = at


def _miss(result: RollUp, hit: Hit, instant: int, hour: int) -> None:
    if hit.method == _IGNORED:
        return
    result.unmatched += 1
    path = redact_path(hit.path)
    key = (hit.method, path, hour)
    unknown = result.unknown.get(key)
    if unknown is None:
        if len(result.unknown) >= _MOST_UNKNOWN:
            key = (hit.method, MASK, hour)
        agent, rate = hit.user_agent, hit.sampling_rate
        unknown = result.unknown.setdefault(key, [0, 0, instant, instant, agent, rate])
        _sample(result, f"no operation: {hit.method} {path}")
    unknown[0] += hit.calls
    unknown[1] += hit.calls if 200 <= hit.status < 300 else 0
    unknown[2] = min(unknown[2], instant)
    if instant >= unknown[3]:
        unknown[3], unknown[4] = instant, hit.user_agent
    unknown[5] = min(unknown[5], hit.sampling_rate)


def _out_of_time(at: datetime, newest: datetime) -> str:
    when = "in the future" if at > newest else f"older than {RETENTION.days} days"
    return f"its time, {at:%Y-%m-%d %H:%M} UTC, is {when}"


def _break(result: RollUp, line: int, reason: str, sample: str) -> None:
    result.broken += 1
    _sample(result, f"line {line}: {reason}{sample and ': '}{sample}")


def _sample(result: RollUp, text: str) -> None:
    if len(result.samples) < MOST_SAMPLES:
        result.samples.setdefault(text)
