"""nginx's and Apache's access logs in the combined format, or the common one.

What may follow the User-Agent is passed over. https://httpd.apache.org/docs/2.4/logs.html#combined
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, Identity, broken, product, target_parts
from consumers.readers.instants import clock

_LINE = re.compile(
    r"\S+ \S+ (?P<user>.*?) \[(?P<at>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?:\d+|-)'
    r'(?: "(?:[^"\\]|\\.)*" "(?P<agent>(?:[^"\\]|\\.)*)".*)?',
    re.DOTALL,
)
_REQUEST = re.compile(r"([A-Za-z]{1,20}) (\S.*) HTTP/\d(?:\.\d)?", re.DOTALL)
_METHODS = {f'"{name}': name for name in "GET POST PUT PATCH DELETE HEAD OPTIONS".split()}
_PROTOCOLS = frozenset(f'HTTP/{version}"' for version in ("1.0", "1.1", "2.0", "3.0"))
_STATUSES = {str(number): number for number in range(100, 600)}
_UNUSUAL = (ValueError, KeyError, IndexError, MalformedUsage)
_NO_TIME = datetime.min.replace(tzinfo=UTC)
_BYTES = re.compile(rb"(?:\\x[0-9A-Fa-f]{2})+")


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one.

    A line whose fields hold no spaces is read here, in one go, since there are millions of them; whatever is
    unusual in another raises, and the pattern decides. The last clock is kept: lines come in order of time.
    """
    last_day, last_zone, at = "", "", _NO_TIME
    make, methods, statuses, callers, shortened = tuple.__new__, _METHODS, _STATUSES, _caller, product
    for number, line in enumerate(lines, 1):
        try:
            _, _, user, day, zone, method, target, protocol, status, rest = line.decode().split(" ", 9)
            _, _, _, agent, _ = rest.split('"', 4)
            if day != last_day or zone != last_zone:
                at = _bracketed(day, zone)
                last_day, last_zone = day, zone
            if target[0] != "/" or protocol not in _PROTOCOLS or b"\\" in line or len(line) > LONGEST_LINE:
                raise ValueError
            query = ""
            if "#" in target:
                target = target.partition("#")[0]
            if "?" in target:
                target, _, query = target.partition("?")
            values = (
                at,
                methods[method],
                target,
                "",
                statuses[status],
                callers(user),
                shortened(agent),
                1,
                "",
                query,
                "",
                1.0,
            )
            hit: Hit | Broken | None = make(Hit, values)
        except _UNUSUAL:
            hit = _item(number, line)
        yield hit


def _bracketed(day: str, zone: str) -> datetime:
    if len(day) != 21 or day[0] != "[" or zone[-1] != "]":
        raise ValueError
    return clock(day[1:], zone[:-1])


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
