"""What stands in every real log beside the consumers' calls: probes, scanners, typing errors, debris."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from examples.calls import Call
from examples.company import Via

HOST = "api.fernwick.example.com"
PROBE = "kube-probe/1.31"


@dataclass(frozen=True, slots=True)
class Stray:
    """A request that no operation matches, made about so often a day."""

    per_day: int
    address: str
    method: str
    path: str
    status: int
    user_agent: str


STRAYS = {
    Via.EDGE: (
        Stray(96, "203.0.113.240", "GET", "/healthz", 200, PROBE),
        Stray(9, "203.0.113.31", "OPTIONS", "/v2/orders", 204, "SwiftletApp/7.4 (Android 15)"),
        Stray(3, "203.0.113.131", "GET", "/v1/order/104233", 404, "saltmarsh.py"),
        Stray(2, "203.0.113.201", "GET", "/v3/orders", 404, "python-requests/2.32.3"),
        Stray(2, "203.0.113.250", "GET", "/.env", 404, "Mozilla/5.0 zgrab/0.x"),
        Stray(2, "203.0.113.250", "POST", "/wp-login.php", 404, "Mozilla/5.0 zgrab/0.x"),
        Stray(1, "203.0.113.61", "GET", "/robots.txt", 404, "ParcelSpotter/1.4"),
    ),
    Via.GATEWAY: (
        Stray(24, "203.0.113.240", "GET", "/status", 200, PROBE),
        Stray(2, "203.0.113.101", "GET", "/v1/shipment/SH-88120", 404, "northgate-bridge/4.0"),
    ),
}

# A connection that spoke TLS to the plain port, a line the disk cut short, a line from another program.
BROKEN = (
    '203.0.113.251 - - [{stamp}] "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xFC\\x03\\x03" 400 157 "-" "-"',
    '203.0.113.11 - copperleaf [{stamp}] "GET /v1/orders/FW-10',
    "{stamp} [warn] 31#31: *8841 upstream server temporarily disabled",
)


def strays(via: Via, day: date) -> Iterator[Call]:
    """Yield a day's requests that belong to no operation, in no order."""
    drawn = random.Random(f"strays {via} {day}")  # noqa: S311 - the same every time is what is wanted
    for stray in STRAYS[via]:
        for _ in range(stray.per_day):
            yield Call(
                at=_moment(day, drawn),
                address=stray.address,
                host=HOST,
                method=stray.method,
                path=stray.path,
                query="",
                status=stray.status,
                size=drawn.randrange(0, 300),
                user_agent=stray.user_agent,
                identity=(),
            )


def broken(day: date) -> Iterator[tuple[datetime, str]]:
    """Yield a day's lines that no reader can use; `{stamp}` is where the time goes."""
    drawn = random.Random(f"broken {day}")  # noqa: S311 - the same every time is what is wanted
    for line in BROKEN:
        yield _moment(day, drawn), line


def _moment(day: date, drawn: random.Random) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(seconds=drawn.randrange(86400))
