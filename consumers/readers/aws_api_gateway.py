"""AWS API Gateway's access log, for REST and HTTP APIs: as JSON with the names of its context variables, or
in the common log format as its console proposes it.

What an export from CloudWatch Logs writes before each event, its time, is passed over.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-access-logging.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
"""

import re
from collections.abc import Iterable, Iterator

from consumers.errors import MalformedUsage
from consumers.hit import Broken, Hit, broken
from consumers.readers.json_lines import json_object
from consumers.readers.record import Fields, hit_of

_EXPORTED = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z ")
_COMMON = re.compile(
    r'\S+ \S+ (?P<user>\S+) \[(?P<requestTime>[^\]]+)\] ?"(?P<httpMethod>[A-Z]{1,20}) '
    r'(?P<routeKey>[^"]*?) (?:HTTP/\d(?:\.\d)?|-)" (?P<status>\d{3}|-) (?:\d+|-) [^\s"]+(?: [^\s"]+)?\s*'
)
FIELDS = Fields(
    at=("requestTimeEpoch", "requestTime", "t"),
    method=("httpMethod", "m"),
    target=("path",),
    status=("status", "s"),
    route=("resourcePath", "routeKey", "r"),
    host=("domainName",),
    agent=("userAgent", "identity.userAgent", "ua"),
    callers=(
        ("app-id", "apiKeyId"),
        ("app-id", "identity.apiKeyId"),
        ("app-id", "k"),
        ("client-id", "clientId"),
        ("client-id", "client_id"),
        ("client-id", "authorizer.claims.client_id"),
        ("client-id", "c"),
        ("certificate", "clientCertSubjectDN"),
        ("certificate", "dn"),
        ("user", "principalId"),
        ("user", "authorizer.principalId"),
        ("user", "p"),
        ("user", "user"),
    ),
)


def read(lines: Iterable[bytes]) -> Iterator[Hit | Broken | None]:
    """Yield a hit or a broken line for each line, None for a blank one."""
    for number, line in enumerate(lines, 1):
        head = _EXPORTED.match(line)
        event = line[head.end() :] if head else line
        try:
            yield hit_of(_record(event), FIELDS)
        except MalformedUsage as error:
            shown = event[max(0, event.find(b"[")) :] if event[:1] != b"{" else event  # without address, user
            yield broken(number, str(error), shown) if line.strip() else None


def _record(event: bytes) -> dict[str, object]:
    found = None if event.lstrip().startswith(b"{") else _COMMON.fullmatch(event.decode("utf-8", "replace"))
    return {**found.groupdict()} if found else json_object(event)
