"""Counting what readers make of lines, in memory; no clock, no database.

Usual lines, millions of them, go through one loop; whatever is unusual in another makes it leave that loop,
and be looked at as a whole: as a hit, or as a broken line. Both ways come to the same counts.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from consumers.epochs import EPOCH, HOURS_A_DAY, MICROSECONDS_AN_HOUR, microseconds
from consumers.errors import MalformedUsage
from consumers.hit import Broken, Hit, Identity, product
from consumers.identify import USUAL_ORDER, Order, named_by
from consumers.models import NameKind
from consumers.parameter_names import parameter_names
from consumers.rollup import (
    CALLER_SHIFT,
    CALLS,
    CLIENT_ERRORS,
    FIRST_AT,
    LAST_AT,
    OTHER_VERSION,
    RATE,
    REDIRECTS,
    RETENTION,
    SERVER_ERRORS,
    UNANSWERED,
    USER_AGENT,
    Bucket,
    RollUp,
    Use,
    add_use,
    sum_up,
)
from consumers.version_rules import Choice, choose

FUTURE = timedelta(hours=1)  # clocks of other machines may be ahead of ours
_IGNORED = "OPTIONS"
_VALUE = re.compile(r"=[^&]*")
_CLASSES = (UNANSWERED, 0, 0, REDIRECTS, CLIENT_ERRORS, SERVER_ERRORS)
_STATUSES: Mapping[Any, int] = {
    kind(status): _CLASSES[status // 100] for status in range(100, 600) for kind in (int, str)
}
"""The place in a bucket that counts a status, a number or a text; 0 for success, which the others leave."""

Match = Callable[..., int | None]
"""From method, path and, where it is known, the route."""
Item = Hit | Broken | None
Call = tuple[Any, ...]
"""A line that is all as usual: itself, instant, method, target, status, a name for its caller, User-Agent,
and the route that its server matched, or nothing. Of another, itself alone. A plain tuple, as there are
millions; the target has no fragment, the instant is in microseconds since 1970, the User-Agent as it came."""
UNUSUAL = (ValueError, KeyError, IndexError, TypeError, AttributeError, MalformedUsage)
"""What a line that isn't as usual raises on its way to becoming a Call."""
_USUAL: Mapping[int, Order] = MappingProxyType({})
_Uses = dict[str, dict[int, Use]]
"""Of a name, or of a query without its values: its uses by key."""
_Day = tuple[_Uses, _Uses]
"""Of queries and of media types."""
_Place = tuple[dict[int, Bucket], _Uses, _Uses]
"""The buckets of an hour, and the uses of its day."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How a format with very many lines is read: its calls, whom a Call names, and a line as a whole.

    `item` is told the line's number, for messages.
    """

    calls: Callable[[Iterable[Any]], Iterable[Call]]
    caller: Callable[[Any], Identity]
    item: Callable[[int, Any], Item]


class Tally:
    """A batch being counted: usual lines by `add_calls`, items by `add`.

    `match` (method, path, route) finds operations; `orders` say by which attributes callers are told apart,
    for the operations where that isn't as usual; `choices` are what an operation stands for where rules of
    APIs have a say; usual lines go to none of the two. Hits more than an hour ahead of `now`, or older than
    400 days, count as broken: the first would keep a source fresh that is dead, the second would come back
    after their retention. OPTIONS counts as nothing. Of calls at one instant the last told is the last.
    `number` is the last line's, for samples.
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
        self._special = frozenset(orders) | frozenset(choices)
        self._result = RollUp()
        self._oldest, self._newest = microseconds(now - RETENTION), microseconds(now + FUTURE)
        self._held: datetime | None = None
        self._instant = 0
        self._spans: list[int] = []
        self._callers: dict[Identity, int] = {}
        self._places: dict[int, _Place] = {}
        self._days: dict[int, _Day] = {}

    def add_calls(self, calls: Iterable[Call], usual: Usual) -> None:  # noqa: C901 - see below
        """Count the next lines, in one go: a step that were a function of its own would cost a tenth more."""
        match, special, statuses = self.match, self._special, _STATUSES
        held, callers, others, missed = -1, dict[Hashable, int](), 0, 0
        number = before = self.number
        for number, call in enumerate(calls, before + 1):
            try:
                _, instant, method, target, status, who, agent, route = call
                if instant != held:
                    buckets, uses, _ = self._place(instant)
                    held = instant
                member = statuses[status]
                path, _, query = target.partition("?")
                operation = match(method, path, route)
                if operation is None and method != _IGNORED and path[0] == "/":
                    usual.caller(who)  # raises where the line is broken
                    self._result.miss(instant, method, path, product(agent), 1, int(status), 1.0)
                    missed += 1
                    continue
                if operation is None or operation in special:
                    raise ValueError
                caller = callers.get(who)
                if caller is None:
                    caller = callers[who] = self._caller(usual.caller(who))
                key = caller + operation
                bucket = buckets.get(key)
                if bucket is None:
                    bucket = buckets[key] = [1, 0, 0, 0, 0, instant, instant, agent, 1.0]
                else:
                    bucket[CALLS] += 1
                    if instant >= bucket[LAST_AT]:
                        bucket[LAST_AT], bucket[USER_AGENT] = instant, agent
                    elif instant < bucket[FIRST_AT]:
                        bucket[FIRST_AT] = instant
                if member:
                    bucket[member] += 1
                if query:
                    shape = _VALUE.sub("", query) if "&" in query else query.partition("=")[0]
                    of_shape = uses.get(shape) or uses.setdefault(shape, {})
                    use = of_shape.get(key)
                    if use is None:
                        of_shape[key] = [1, instant, instant]
                    else:
                        use[0] += 1
                        if instant > use[2]:
                            use[2] = instant
                        elif instant < use[1]:
                            use[1] = instant
            except UNUSUAL:
                others += 1
                self.number = number - 1
                self.add(usual.item(number, call[0]))
        self.number = number
        self._result.lines += number - before - others
        self._result.matched += number - before - others - missed

    def add(self, item: Item) -> None:
        """Count the next line by what it is."""
        self.number += 1
        result = self._result
        if item is None:
            return
        result.lines += 1
        if isinstance(item, Broken):
            self._break(item.reason, item.sample)
            return
        at, method, path, route = item.at, item.method, item.path, item.route
        if at is not self._held and not self._reach(at):  # lines of one second share their instant
            self._break(_out_of_time(at, self._newest), "")
            return
        operation, note = self.match(method, path, route), ""
        if operation is not None and operation in self.choices:
            operation, note = choose(self.choices[operation], item), OTHER_VERSION
        if operation is not None:
            self._hit(item, operation)
        elif method != _IGNORED:
            result.miss(
                self._instant,
                method,
                path,
                item.user_agent,
                item.calls,
                item.status,
                item.sampling_rate,
                note,
            )

    def _hit(self, hit: Hit, operation: int) -> None:
        _at, _method, _path, _host, status, identities, agent, calls, _route, query, media_type, rate, _ = hit
        self._result.matched += 1
        instant = self._instant
        buckets, uses, media_types = self._place(instant)
        is_plain = len(identities) == 1 and operation not in self.orders
        caller = identities[0] if is_plain else named_by(hit, self.orders.get(operation, USUAL_ORDER))
        key = self._caller(caller) + operation
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
        if media_type:
            add_use(media_types.setdefault(media_type, {}), key, [calls, instant, instant])
        if query:
            shape = _VALUE.sub("", query)
            add_use(uses.setdefault(shape, {}), key, [calls, instant, instant])

    def add_all(self, items: Iterable[Item]) -> None:
        """Count lines by what they are."""
        for item in items:
            self.add(item)

    def finish(self) -> RollUp:
        """Return what the batch comes to."""
        result = self._result
        result.callers = list(self._callers)
        result.hours = {hour: place[0] for hour, place in self._places.items() if place[0]}
        result.sums = {hour: sum_up(buckets.values()) for hour, buckets in result.hours.items()}
        for day, (uses, media_types) in self._days.items():
            for shape, of_shape in uses.items():
                for name in parameter_names(shape):
                    result.name(NameKind.PARAMETER, name, day, of_shape)
            for media_type, of_type in media_types.items():
                result.name(NameKind.MEDIA_TYPE, media_type, day, of_type)
        spans = [*self._spans, *(at for _, first, last, _ in result.sums.values() for at in (first, last))]
        spans += (at for unknown in result.unknown.values() for at in unknown[2:4])
        if spans:
            result.first_at, result.last_at = (
                EPOCH + timedelta(microseconds=at) for at in (min(spans), max(spans))
            )
        return result

    def _caller(self, identity: Identity) -> int:
        """Return the number that a caller goes by, where keys have it."""
        return self._callers.setdefault(identity, len(self._callers)) << CALLER_SHIFT

    def _place(self, instant: int) -> _Place:
        """Return where calls of an instant are counted; raise ValueError where they don't count."""
        if not self._oldest <= instant <= self._newest:
            raise ValueError
        hour = instant // MICROSECONDS_AN_HOUR
        place = self._places.get(hour)
        if place is None:
            place = self._places[hour] = ({}, *self._days.setdefault(hour // HOURS_A_DAY, ({}, {})))
        return place

    def _reach(self, at: datetime) -> bool:
        """Go to an instant; tell whether calls of then count."""
        instant = microseconds(at)
        if not self._oldest <= instant <= self._newest:
            return False
        self._held, self._instant = at, instant
        self._spans = [min([instant, *self._spans]), max([instant, *self._spans])]
        return True

    def _break(self, reason: str, sample: str) -> None:
        self._result.broken += 1
        self._result.sample(f"line {self.number}: {reason}{sample and ': '}{sample}")


def roll_up(
    items: Iterable[Item], match: Match, first_line: int, now: datetime, orders: Mapping[int, Order] = _USUAL
) -> RollUp:
    """Count what the lines of a batch are."""
    tally = Tally(match, first_line, now, orders)
    tally.add_all(items)
    return tally.finish()


def _qualify(bucket: Bucket, status: int, calls: int, rate: float) -> None:
    """Count calls in the class of their status; 0 and -1 were never answered, 1xx is no failure."""
    bucket[RATE] = min(bucket[RATE], rate)
    member = _CLASSES[max(status, 0) // 100] if status < 600 else SERVER_ERRORS
    if member:
        bucket[member] += calls


def _out_of_time(at: datetime, newest: int) -> str:
    when = "in the future" if microseconds(at) > newest else f"older than {RETENTION.days} days"
    return f"its time, {at:%Y-%m-%d %H:%M} UTC, is {when}"
