"""Envoy's access log as text: its own default format, or Istio's, which has a few fields more.

Such a line names no caller but by its User-Agent; what may follow the upstream's host is passed over.
https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string
"""

import re
from collections.abc import Iterable, Iterator

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, broken
from consumers.readers.record import Fields, hit_of

_LINE = re.compile(
    r'\[(?P<at>\d{4}-[^\]\s]+)\] "(?P<method>[A-Za-z]{1,20}) (?P<target>\S+) (?:HTTP/\d(?:\.\d)?|-)" '
    r'(?P<status>\d{1,3}) [^"]*(?:"[^"]*" [^"]*)?"[^"]*" "(?P<agent>[^"]*)" "[^"]*" "(?P<host>[^"]*)" "[^"]*"'
)
FIELDS = Fields(
    at=("at",), method=("method",), target=("target",), status=("status",), host=("host",), agent=("agent",)
)


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        try:
            yield hit_of(_record(line), FIELDS)
        except MalformedUsage as error:
            yield broken(number, str(error), line) if line.strip() else None


def _record(line: bytes) -> dict[str, str]:
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    found = _LINE.match(line.decode("utf-8", "replace"))
    if found is None:
        raise MalformedUsage("not in Envoy's default format, or no HTTP request")
    return found.groupdict()
