"""nginx's and Apache's access logs in the combined format, or the common one.

What may follow the User-Agent is passed over. https://httpd.apache.org/docs/2.4/logs.html#combined
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, Identity, broken, product, target_parts
from consumers.identify import NOBODY, by_product
from consumers.readers.decoded import decoded
from consumers.readers.instants import clock
from consumers.rollup import CALLS, LAST_AT, USER_AGENT, USUAL_STATUSES, OutOfOrder, Place, Tally

_LINE = re.compile(
    r"\S+ \S+ (?P<user>.*?) \[(?P<at>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?:\d+|-)'
    r'(?: "(?:[^"\\]|\\.)*" "(?P<agent>(?:[^"\\]|\\.)*)".*)?',
    re.DOTALL,
)
_REQUEST = re.compile(r"([A-Za-z]{1,20}) (\S.*) HTTP/\d(?:\.\d)?", re.DOTALL)
_METHODS = {f'"{name}': name for name in "GET POST PUT PATCH DELETE HEAD OPTIONS".split()}
_PROTOCOLS = frozenset(f'HTTP/{version}"' for version in ("1.0", "1.1", "2.0", "3.0"))
_NOBODY = frozenset({"-", ""})
_UNUSUAL = (ValueError, KeyError, IndexError, TypeError, MalformedUsage, OutOfOrder)
_BYTES = re.compile(rb"(?:\\x[0-9A-Fa-f]{2})+")


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        yield _item(number, line)


def tally(lines: Iterable[bytes], count: Tally) -> None:
    """Count each line.

    A line whose fields hold no spaces is read and counted here, in one go, since there are millions of them;
    whatever is unusual in another raises, and the pattern decides. The last minute is kept: lines come in
    order of time.
    """
    last_day = last_zone = ""
    match, special, statuses, protocols = count.match, count.special, USUAL_STATUSES, _PROTOCOLS
    methods, second = _METHODS, count.second
    callers, products = dict[str, int](), dict[str, int]()
    place = Place(0, {}, {})
    instant, buckets, uses = place.instant, place.buckets, place.uses
    for number, (line, text) in enumerate(decoded(lines), count.number + 1):
        try:
            _, _, user, day, zone, method, target, protocol, status, rest = text.split(" ", 9)
            _, _, _, agent, _ = rest.split('"', 4)
            if day != last_day or zone != last_zone:
                place = second(f"{day[:19]}{zone}", day[19:], _minute)
                instant, buckets, uses = place.instant, place.buckets, place.uses
                last_day, last_zone = day, zone
            if protocol not in protocols or "#" in target or "\\" in text or len(line) > LONGEST_LINE:
                raise ValueError
            path, _, query = target.partition("?")
            operation = match(methods[method], path)
            if operation is None or operation in special:
                raise ValueError
            caller = callers.get(user)
            if caller is None:
                caller = products.get(agent)
                if caller is None or user not in _NOBODY:
                    held, name = (products, agent) if user in _NOBODY else (callers, user)
                    caller = held[name] = count.caller(_named(user, agent))
            member = statuses[status]
            key = caller + operation
            bucket = buckets.get(key)
            if bucket is None:
                bucket = buckets[key] = [1, 0, 0, 0, 0, instant, instant, agent, 1.0]
            else:
                bucket[CALLS] += 1
                bucket[LAST_AT] = instant
                bucket[USER_AGENT] = agent
            if member:
                bucket[member] += 1
            if query:
                shape = query if "&" in query else query.partition("=")[0]
                use = uses.get((key, shape))
                if use is None:
                    uses[key, shape] = [1, instant, instant]
                else:
                    use[0] += 1
                    use[2] = instant
        except _UNUSUAL:
            count.number = number - 1
            count.add(_item(number, line))


def _named(user: str, agent: str) -> Identity:
    """Return who calls: the user, or else the product, or nobody."""
    if user not in _NOBODY:
        return Identity("user", user)
    short = product(agent)
    return by_product(short) if short else NOBODY


def _minute(text: str) -> datetime:
    """Return the beginning of the minute that `[22/Nov/2026:05:10:+0000]` tells of."""
    if text[0] != "[" or text[18] != ":" or text[-1] != "]":
        raise ValueError
    return clock(f"{text[1:19]}00", text[19:-1])


@lru_cache(maxsize=4096)
def _caller(user: str) -> tuple[Identity, ...]:
    return () if user in {"-", ""} else (Identity("user", user),)


def _item(number: int, line: bytes) -> Hit | Broken | None:
    try:
        return _hit(line)
    except MalformedUsage as error:
        shown = line[max(0, line.find(b"[")) :]  # without address and user
        return broken(number, str(error), shown) if line.strip() else None


def _hit(line: bytes) -> Hit:
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    found = _LINE.fullmatch(line.decode("utf-8", "replace").strip())
    if found is None:
        raise MalformedUsage("not in the combined log format")
    request = _REQUEST.fullmatch(_plain(found["request"]))
    path, host, query = target_parts(request[2]) if request else ("", "", "")
    if request is None or not path:
        raise MalformedUsage("the request is no HTTP request for a path")
    user = _plain(found["user"])
    return Hit(
        clock(*found["at"].split(" ")),
        request[1].upper(),
        path,
        host,
        int(found["status"]),
        _caller(user),
        product(_plain(found["agent"] or "")),
        1,
        query=query,
    )


def _plain(text: str) -> str:
    """Undo nginx's `\\x22` and Apache's `\\"`."""
    if "\\" not in text:
        return text
    raw = _BYTES.sub(lambda run: bytes.fromhex(run[0].replace(b"\\x", b"").decode()), text.encode())
    return raw.decode("utf-8", "replace").replace('\\"', '"').replace("\\\\", "\\")
