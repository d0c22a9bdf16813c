"""The access log of AWS's application load balancers; fields that AWS appended later are passed over.

Such a line names no caller but by its User-Agent.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
"""

import re
from collections.abc import Iterable, Iterator

from consumers.errors import MalformedUsage
from consumers.hit import LONGEST_LINE, Broken, Hit, broken, product, target_parts
from consumers.readers.instants import instant

_LINE = re.compile(
    r"(?:https?|h2|grpcs|wss?) (?P<at>\d{4}-\S+) \S+ \S+ \S+ \S+ \S+ \S+ "
    r"(?P<status>\d{3}|-) (?:\d{3}|-) \d+ \d+ "
    r'"(?P<method>[A-Za-z]{1,20}) (?P<target>[^"]*?) (?:HTTP/\d(?:\.\d)?|-)?"'
    r'(?: "(?P<agent>(?:[^"\\]|\\.)*)")?'
)


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        try:
            yield _hit(line)
        except MalformedUsage as error:
            yield broken(number, str(error), line[max(0, line.find(b' "')) :]) if line.strip() else None


def _hit(line: bytes) -> Hit:
    if len(line) > LONGEST_LINE:
        raise MalformedUsage(f"longer than {LONGEST_LINE} bytes")
    found = _LINE.match(line.decode("utf-8", "replace"))
    if found is None:
        raise MalformedUsage("not a load balancer's access log, or no HTTP request")
    path, host, query = target_parts(found["target"])
    if not path:
        raise MalformedUsage("the request is no HTTP request for a path")
    status = 0 if found["status"] == "-" else int(found["status"])
    agent = product(found["agent"] or "")
    return Hit(instant(found["at"]), found["method"].upper(), path, host, status, (), agent, 1, "", query)
