"""nginx's and Apache's access logs in the combined format, or the common one.

What may follow the User-Agent is passed over. https://httpd.apache.org/docs/2.4/logs.html#combined
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from consumers.epochs import microseconds
from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, Identity, broken, product, target_parts
from consumers.identify import by_agent
from consumers.readers.decoded import decoded
from consumers.readers.instants import SECONDS, clock
from consumers.tally import UNUSUAL, Call, Usual

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
_BYTES = re.compile(rb"(?:\\x[0-9A-Fa-f]{2})+")


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        yield _item(number, line)


def _calls(pieces: Iterable[bytes]) -> Iterator[Call]:
    """Read lines whose fields hold no spaces; the last second is kept, as lines come in order of time."""
    last_day = last_zone = ""
    instant, methods, protocols, nobody = 0, _METHODS, _PROTOCOLS, _NOBODY
    for line, text in decoded(pieces):
        try:
            _, _, user, day, zone, method, target, protocol, status, rest = text.split(" ", 9)
            _, _, _, agent, _ = rest.split('"', 4)
            if day != last_day or zone != last_zone:
                instant, last_day, last_zone = _instant(day, zone), day, zone
            if protocol not in protocols or "#" in target or "\\" in text or len(line) > LONGEST_LINE:
                raise ValueError
            who = (agent,) if user in nobody else user
            call: Call = line, instant, methods[method], target, status, who, agent, ""
        except UNUSUAL:
            call = (line,)
        yield call


def _named(who: str | tuple[str]) -> Identity:
    """Return who calls: the user, or else the product, or nobody."""
    return Identity("user", who) if isinstance(who, str) else by_agent(who[0])


def _instant(day: str, zone: str) -> int:
    """Return the instant that `[22/Nov/2026:05:10:34` and `+0000]` tell of."""
    if day[0] != "[" or zone[-1] != "]":
        raise ValueError
    return _minute(day[1:19], zone[:-1]) + SECONDS[day[19:]]


@lru_cache(maxsize=64)
def _minute(text: str, zone: str) -> int:
    return microseconds(clock(f"{text}00", zone))


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


USUAL = Usual(_calls, _named, _item)
