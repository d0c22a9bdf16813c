"""nginx's and Apache's access logs in the combined format, or the common one.

What may follow the User-Agent is passed over. https://httpd.apache.org/docs/2.4/logs.html#combined
"""

import re
from collections.abc import Iterable, Iterator

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, Identity, broken, product, target_path
from consumers.readers.instants import clock

_LINE = re.compile(
    r"\S+ \S+ (?P<user>.*?) \[(?P<at>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?:\d+|-)'
    r'(?: "(?:[^"\\]|\\.)*" "(?P<agent>(?:[^"\\]|\\.)*)".*)?',
    re.DOTALL,
)
_REQUEST = re.compile(r"([A-Za-z]{1,20}) (\S.*) HTTP/\d(?:\.\d)?", re.DOTALL)
_BYTES = re.compile(rb"(?:\\x[0-9A-Fa-f]{2})+")


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        try:
            yield _quickly(line) or _hit(line)
        except MalformedUsage as error:
            shown = line[max(0, line.find(b"[")) :]  # without address and user
            yield broken(number, str(error), shown) if line.strip() else None


def _quickly(line: bytes) -> Hit | None:
    """Read a line whose fields hold no spaces; None for any other, which the pattern then decides."""
    fields = line.decode("utf-8", "replace").split(" ", 9)
    if len(fields) != 10 or b"\\" in line or len(line) > LONGEST_LINE:
        return None
    _address, _ident, user, day, zone, method, target, protocol, status, rest = fields
    ends = rest.split('"')
    if (
        len(day) != 21
        or day[0] != "["
        or zone[-1:] != "]"
        or method[:1] != '"'
        or protocol[:5] != "HTTP/"
        or protocol[-1:] != '"'
        or len(ends) < 5
        or target[:1] != "/"
        or not (method := method[1:]).isalpha()
        or not (method.isupper() and method.isascii())
        or not (status.isdigit() and len(status) == 3)
        or not status.isascii()
    ):
        return None
    identities = () if user == "-" else (Identity("user", user),)
    path = target.partition("?")[0].partition("#")[0]
    return Hit(clock(day[1:], zone[:-1]), method, path, "", int(status), identities, product(ends[3]), 1)


def _hit(line: bytes) -> Hit:
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    found = _LINE.fullmatch(line.decode("utf-8", "replace").strip())
    if found is None:
        raise MalformedUsage("not in the combined log format")
    request = _REQUEST.fullmatch(_plain(found["request"]))
    path, host = target_path(request[2]) if request else ("", "")
    if request is None or not path:
        raise MalformedUsage("the request is no HTTP request for a path")
    user = _plain(found["user"])
    return Hit(
        clock(*found["at"].split(" ")),
        request[1].upper(),
        path,
        host,
        int(found["status"]),
        () if user in {"-", ""} else (Identity("user", user),),
        product(_plain(found["agent"] or "")),
        1,
    )


def _plain(text: str) -> str:
    """Undo nginx's `\\x22` and Apache's `\\"`."""
    if "\\" not in text:
        return text
    raw = _BYTES.sub(lambda run: bytes.fromhex(run[0].replace(b"\\x", b"").decode()), text.encode())
    return raw.decode("utf-8", "replace").replace('\\"', '"').replace("\\\\", "\\")
