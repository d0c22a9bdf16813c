"""Rolling hits up to counts per operation, caller and hour, in memory; no clock, no database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from consumers.epochs import EPOCH, HOURS_A_DAY, MICROSECONDS_AN_HOUR, microseconds
from consumers.hit import Broken, Hit, Identity, product
from consumers.identify import USUAL_ORDER, Order, named_by
from consumers.models import NameKind
from consumers.parameter_names import parameter_names
from consumers.redaction import MASK, redact_path
from consumers.version_rules import Choice, choose

FUTURE = timedelta(hours=1)  # clocks of other machines may be ahead of ours
RETENTION = timedelta(days=400)
_MINUTE = timedelta(minutes=1)
MOST_SAMPLES = 20
_MOST_UNKNOWN = 5_000  # paths and hours of one batch; those beyond count together
_IGNORED = "OPTIONS"
OTHER_VERSION = " (of another version)"
"""What follows an unknown path that is known, but for the rules that say which calls are an API's."""
_SHIFT = 32  # a key of usual lines has the operation in its lower bits, the caller above
_OPERATION = (1 << _SHIFT) - 1


Bucket = list[Any]
"""The calls of one caller to one operation within one hour, as CALLS and so on count the places in it.
A list, since making an object of each would take as long as reading."""
CALLS, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS, UNANSWERED, FIRST_AT, LAST_AT, USER_AGENT, RATE = range(9)
_FIRST, _LAST = itemgetter(FIRST_AT), itemgetter(LAST_AT)
_CLASSES = (UNANSWERED, 0, 0, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS)
SECONDS = {f"{second:02}": second * 1_000_000 for second in range(60)}
"""A second within its minute, as text, in microseconds."""
USUAL_STATUSES = {str(status): _CLASSES[status // 100] for status in range(100, 600)}
"""The place in a bucket that counts a status, as a text; 0 for success, which is what the others leave."""
_COUNTS = (CALLS, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS, UNANSWERED)
Match = Callable[..., int | None]
"""From method, path and, where it is known, the route."""
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


class OutOfOrder(Exception):
    """A line is older than one before it, or too old or too new to count: it is no usual one."""


@dataclass(slots=True)
class Place:
    """Where usual lines of one instant are counted; keys are a caller's number plus an operation's.

    Each line sets a bucket's last instant and User-Agent, raw as it came, so the instants must not go back.
    `uses` counts raw queries of the day, by key and query.
    """

    instant: int
    buckets: dict[int, Bucket]
    uses: dict[tuple[int, str], list[int]]


class Tally:
    """A batch being counted: usual lines by a reader's own loop, at a Place; all others by `add`.

    `match` (method, path, route) finds operations; `orders` say by which attributes callers are told apart,
    for the operations where that isn't as usual; `choices` are what an operation stands for where rules of
    APIs have a say; usual lines go to none of the two. Hits more than an hour ahead of `now`, or older than
    400 days, count as broken: the first would keep a source fresh that is dead, the second would come back
    after their retention. OPTIONS counts as nothing. Of calls at one instant any may be the last, of which
    the User-Agent stays. `number` is the last line's, for samples.
    """

    def __init__(
        self,
        match: Match,
        first_line: int,
        now: datetime,
        orders: Mapping[int, Order] = _USUAL,
        choices: Mapping[int, Sequence[Choice]] = MappingProxyType({}),
    ) -> None:
        self.match, self.number, self.orders, self.choices = match, first_line - 1, orders, choices
        self.special = frozenset(orders) | frozenset(choices)
        self._result = RollUp()
        self._oldest, self._newest = now.astimezone(UTC) - RETENTION, now.astimezone(UTC) + FUTURE
        self._held: datetime | None = None
        self._instant = self._hour = self._latest = 0
        self._callers: dict[Identity, int] = {}
        self._minute, self._begin = "", 0
        self._place = Place(0, {}, {})
        self._hours: dict[int, Place] = {}
        self._days: dict[int, dict[tuple[int, str], list[int]]] = {}

    def caller(self, identity: Identity) -> int:
        """Return the number that a caller goes by in a Place's keys."""
        return self._callers.setdefault(identity, len(self._callers)) << _SHIFT

    def second(self, minute: str, second: str, begin: Callable[[str], datetime]) -> Place:
        """Return where usual lines of a second are counted, which begins at its `instant`.

        `begin` makes an instant of the text of a minute, which is asked for once. Raises OutOfOrder for what
        lies before the last one, and where not all of the minute counts; KeyError for no second.
        """
        if minute != self._minute:
            at = begin(minute)
            if at > self._newest - _MINUTE:
                raise OutOfOrder
            self._place, self._begin = self._place_at(at, microseconds(at))
            self._minute = minute
        return self._reached(self._place, self._begin + SECONDS[second])

    def place(self, at: datetime) -> Place:
        """Return where usual lines of any instant are counted; raises OutOfOrder as `second` does."""
        return self._reached(*self._place_at(at, microseconds(at)))

    def _place_at(self, at: datetime, instant: int) -> tuple[Place, int]:
        if not self._oldest <= at <= self._newest:
            raise OutOfOrder
        hour = instant // MICROSECONDS_AN_HOUR
        place = self._hours.get(hour)
        if place is None:
            uses = self._days.setdefault(hour // HOURS_A_DAY, {})
            place = self._hours[hour] = Place(instant, {}, uses)
        return place, instant

    def _reached(self, place: Place, instant: int) -> Place:
        if instant < self._latest:
            raise OutOfOrder
        self._latest = place.instant = instant
        return place

    def add(self, item: Hit | Broken | None) -> None:
        """Count the next line by what it is."""
        self.number += 1
        result = self._result
        if item is None:
            return
        result.lines += 1
        if isinstance(item, Broken):
            _break(result, self.number, item.reason, item.sample)
            return
        at, method, path, _host, status, identities, agent, calls, route, query, media_type, rate, _ = item
        if at is not self._held and not self._reach(at):  # lines of one second share their instant
            _break(result, self.number, _out_of_time(at, self._newest), "")
            return
        instant, hour = self._instant, self._hour
        operation, other = self.match(method, path, route), ""
        if operation is not None and operation in self.choices:
            operation, other = choose(self.choices[operation], item), OTHER_VERSION
        if operation is None:
            _miss(result, item, instant, hour, other)
            return
        result.matched += 1
        is_plain = len(identities) == 1 and operation not in self.orders
        caller = identities[0] if is_plain else named_by(item, self.orders.get(operation, USUAL_ORDER))
        key = (operation, caller, hour)
        bucket = result.buckets.get(key)
        if bucket is None:
            bucket = result.buckets[key] = [0, 0, 0, 0, 0, instant, instant, agent, rate]
        bucket[CALLS] += calls
        if instant >= bucket[LAST_AT]:
            bucket[LAST_AT], bucket[USER_AGENT] = instant, agent
        elif instant < bucket[FIRST_AT]:
            bucket[FIRST_AT] = instant
        if not 200 <= status < 300 or rate < bucket[RATE]:
            _qualify(bucket, status, calls, rate)
        if media_type:
            _name(result, key, NameKind.MEDIA_TYPE, media_type, [calls, instant, instant])
        for name in parameter_names(query) if query else ():
            _name(result, key, NameKind.PARAMETER, name, [calls, instant, instant])

    def add_all(self, items: Iterable[Hit | Broken | None]) -> None:
        """Count lines by what they are."""
        for item in items:
            self.add(item)

    def finish(self) -> RollUp:
        """Return what the batch comes to, usual lines among the others."""
        result, callers = self._result, list(self._callers)
        for hour, place in self._hours.items():
            if place.buckets:
                _span(result, EPOCH + timedelta(microseconds=min(map(_FIRST, place.buckets.values()))))
                _span(result, EPOCH + timedelta(microseconds=max(map(_LAST, place.buckets.values()))))
            for number, bucket in place.buckets.items():
                key = (number & _OPERATION, callers[number >> _SHIFT], hour)
                bucket[USER_AGENT] = product(bucket[USER_AGENT])
                held = result.buckets.setdefault(key, bucket)
                if held is not bucket:
                    add_bucket(held, bucket)
                result.lines += bucket[CALLS]
                result.matched += bucket[CALLS]
        for day, uses in self._days.items():
            for (number, query), use in uses.items():
                key = (number & _OPERATION, callers[number >> _SHIFT], day * HOURS_A_DAY)
                for name in parameter_names(query):
                    _name(result, key, NameKind.PARAMETER, name, use)
        self._hours.clear()
        self._days.clear()
        return result

    def _reach(self, at: datetime) -> bool:
        """Go to an instant; tell whether calls of then count."""
        if not self._oldest <= at <= self._newest:
            return False
        self._held, self._instant = at, microseconds(at)
        self._hour = self._instant // MICROSECONDS_AN_HOUR
        _span(self._result, at)
        return True


def roll_up(
    items: Iterable[Hit | Broken | None],
    match: Match,
    first_line: int,
    now: datetime,
    orders: Mapping[int, Order] = _USUAL,
) -> RollUp:
    """Count what the lines of a batch are."""
    tally = Tally(match, first_line, now, orders)
    tally.add_all(items)
    return tally.finish()


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
    if member:
        bucket[member] += calls


def _name(result: RollUp, key: Key, kind: NameKind, name: str, use: list[int]) -> None:
    operation, caller, hour = key
    place = (operation, caller, hour // HOURS_A_DAY, kind, name)
    held = result.names.get(place)
    if held is None:
        result.names[place] = list(use)
        return
    held[0] += use[0]
    held[1], held[2] = min(held[1], use[1]), max(held[2], use[2])


def _span(result: RollUp, at: datetime) -> None:
    if result.first_at is None or at < result.first_at:
        result.first_at = at
    if result.last_at is None or at > result.last_at:
        result.last_at = at


def _miss(result: RollUp, hit: Hit, instant: int, hour: int, note: str) -> None:
    if hit.method == _IGNORED:
        return
    result.unmatched += 1
    path = redact_path(hit.path) + note
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
