"""HAProxy's `option httplog` and `httpslog`, with or without syslog's head.

HAProxy writes captured headers by position. By convention the first request header captured is User-Agent and
the second names the caller; further ones are passed over. It writes no time zone: UTC, unless the head has an
offset, as in RFC 5424. https://docs.haproxy.org/2.6/configuration.html#8.2.3
"""

import re
from collections.abc import Iterable, Iterator

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, Identity, broken, product, target_parts
from consumers.readers.instants import clock

_LINE = re.compile(
    r"\[(?P<at>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d)\.\d{3}\] \S+ \S+ [-+/\d]+ (?P<status>-?\d{1,3}) "
    r"\+?\d+ \S+ \S+ \S{4} [-+/\d]+ [-+/\d]+ (?:\{(?P<captured>[^}]*)\} )?(?:\{[^}]*\} )?"
    r'"(?P<method>[A-Za-z]{1,20}) (?P<target>\S[^"]*?)(?: HTTP/\d(?:\.\d)?)?"'
)
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
    path, host, query = target_parts(found["target"])
    if not path:
        raise MalformedUsage("the request is no HTTP request for a path")
    offset = _OFFSET.match(text)
    agent, caller = _captured(found["captured"] or "")
    return Hit(
        clock(found["at"], offset[1] if offset else "+00:00"),
        found["method"].upper(),
        path,
        host,
        int(found["status"]),
        caller,
        agent,
        1,
        query=query,
    )


def _captured(text: str) -> tuple[str, tuple[Identity, ...]]:
    """Return the product and the caller; an address, which a proxy may have captured, names nobody."""
    agent, _bar, further = text.partition("|")
    caller = further.partition("|")[0].strip()
    named = caller not in {"", "-"} and not _ADDRESS.fullmatch(caller)
    return product(agent), (Identity("client-id", caller),) if named else ()
