"""Traffic by rule: consumers as rank and frequency have them, each with operations of its own."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2026, 11, 21, tzinfo=UTC)
DAY_SECONDS = 86_400
CONSUMERS = 500
UNMATCHED = 0.03
FRESH_IDS = 0.5


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as a log tells of it."""

    at: datetime
    method: str
    path: str
    status: int
    consumer: str


def templates(count: int) -> list[tuple[str, str]]:
    """Return that many operations, of one to four segments below a version."""
    shapes = ("/v1/{}", "/v1/{}/{{id}}", "/v1/{}/{{id}}/items", "/v1/{}/{{id}}/items/{{item}}")
    methods = ("GET", "GET", "POST", "DELETE")
    return [
        (methods[number % 4], shapes[number % 4].format(f"things{number // 4}")) for number in range(count)
    ]


def calls(count: int, operations: list[tuple[str, str]]) -> Iterator[Call]:
    """Yield calls of one day in order of time; the same arguments give the same calls."""
    chance = random.Random(4)
    weights = [1 / rank for rank in range(1, CONSUMERS + 1)]
    own = [chance.sample(operations, chance.randint(3, min(150, len(operations)))) for _ in weights]
    who = chance.choices(range(CONSUMERS), weights, k=count)
    statuses = chance.choices((200, 201, 404, 500), (90, 5, 4, 1), k=count)
    for number, (consumer, status) in enumerate(zip(who, statuses, strict=True)):
        method, template = own[consumer][int(len(own[consumer]) * chance.random() ** 3)]
        path = template.replace("{item}", str(number % 90)).replace("{id}", _id(chance, number))
        known = chance.random() > UNMATCHED
        at = BEGIN + timedelta(seconds=number * DAY_SECONDS // count)
        yield Call(at, method, path if known else f"/v0{path}", status, f"consumer-{consumer}")


def write_nginx(path: Path, traffic: Iterable[Call]) -> None:
    """Write the calls as nginx does in its combined format."""
    with path.open("w") as file:
        for call in traffic:
            file.write(
                f"203.0.113.9 - {call.consumer} [{call.at:%d/%b/%Y:%H:%M:%S} +0000] "
                f'"{call.method} {call.path}?page=2 HTTP/1.1" {call.status} 512 "-" "acme-sync/2.1 (linux)"\n'
            )


def write_ndjson(path: Path, traffic: Iterable[Call]) -> None:
    """Write the calls as events of Sundial's own."""
    with path.open("w") as file:
        for call in traffic:
            event = {
                "at": f"{call.at:%Y-%m-%dT%H:%M:%SZ}",
                "method": call.method,
                "path": call.path,
                "status": call.status,
                "identity": {"client-id": call.consumer},
                "user_agent": "acme-sync/2.1 (linux)",
            }
            file.write(json.dumps(event, separators=(",", ":")) + "\n")


def _id(chance: random.Random, number: int) -> str:
    return f"{number:x}-{chance.getrandbits(40):x}" if chance.random() < FRESH_IDS else str(number % 500)
