"""HAProxy's `option httplog` and `httpslog`, with or without syslog's head.

HAProxy writes captured headers by position. By convention the first request header captured is User-Agent and
the second names the caller; further ones are passed over. It writes no time zone: UTC, unless the head has an
offset, as in RFC 5424. Quotes, bars and braces are written as `#22` (8.6); a line that was cut off in its
query counts. https://docs.haproxy.org/2.6/configuration.html#8.2.3
"""

import re
from collections.abc import Iterable, Iterator

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, Identity, broken, product, target_parts
from consumers.readers.instants import clock

_LINE = re.compile(
    r"\[(?P<at>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d)\.\d{3}\] \S+ \S+ [-+/\d]+ (?P<status>-?\d{1,3}) "
    r"\+?\d+ \S+ \S+ \S{4} [-+/\d]+ [-+/\d]+ (?:\{(?P<captured>[^}]*)\} )?(?:\{[^}]*\} )?"
    r'\\?"(?=[A-Za-z])'
)
_REQUEST = re.compile(r"([A-Za-z]{1,20}) (\S.*?)(?: HTTP/\d(?:\.\d)?)?")
_ENCODED = re.compile(r"#([0-9A-F]{2})")
_OFFSET = re.compile(r"(?:<\d+>\d* ?)?\d{4}-\d\d-\d\dT[\d:.]+([+-]\d\d:\d\d) ")
_ADDRESS = re.compile(r"[\d.]+|[\da-fA-F]*:[\da-fA-F:.]+")


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        try:
            yield _hit(line)
        except MalformedUsage as error:
            shown = line[max(0, line.rfind(b' "')) :]  # without addresses and captured headers
            yield broken(number, str(error), shown) if line.strip() else None


def _hit(line: bytes) -> Hit:
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    text = line.decode("utf-8", "replace")
    found = _LINE.search(text)
    if found is None:
        raise MalformedUsage("not in HAProxy's httplog format, or no HTTP request")
    method, target = _request(text[found.end() :])
    path, host, query = target_parts(target)
    if not path:
        raise MalformedUsage("the request is no HTTP request for a path")
    offset = _OFFSET.match(text)
    agent, caller = _captured(found["captured"] or "")
    return Hit(
        clock(found["at"], offset[1] if offset else "+00:00"),
        method.upper(),
        path,
        host,
        int(found["status"]),
        caller,
        agent,
        1,
        query=query,
    )


def _request(text: str) -> tuple[str, str]:
    """Return method and target; HAProxy cuts off long lines: no path survives it, a query may."""
    line, ending, _further = text.partition('"')
    if not ending:
        line, ending, _query = line.partition("?")
    if not ending:
        raise MalformedUsage("it was cut off within the path: let HAProxy write longer lines")
    found = _REQUEST.fullmatch(line.removesuffix("\\"))  # syslog-ng writes quotes with a backslash
    return (found[1], _plain(found[2])) if found else ("", "")


def _plain(text: str) -> str:
    """Undo `#22`."""
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)), text) if "#" in text else text


def _captured(text: str) -> tuple[str, tuple[Identity, ...]]:
    """Return the product and the caller; an address, which a proxy may have captured, names nobody."""
    agent, caller = [*map(_plain, text.split("|")), ""][:2]
    caller = caller.strip()
    named = caller not in {"", "-"} and not _ADDRESS.fullmatch(caller)
    return product(agent), (Identity("client-id", caller),) if named else ()
