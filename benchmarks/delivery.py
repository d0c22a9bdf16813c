"""`python -m benchmarks.delivery`: mails a second through the outbox, beside the bare speed of a server.

Both sides hand the same mails to the same SMTP server (tests.support.smtp, a process of its own, which
writes each to the disk before it answers) over one connection. Bare is smtplib with ready-made bytes;
ours claims, composes, sends and settles, each mail's settlement durable. They run in turn, round by round.
"""

import argparse
import json
import os
import smtplib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy.orm import Session

from notifications.attempts import hand_back
from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings
from notifications.claimed import Claimed
from notifications.compose import compose
from notifications.deliver import deliver
from notifications.outbox import claim, post
from storage.engine import make_engine
from storage.transactions import Database
from tests.support.processes import child, first_line

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SENDER = "Sundial <sundial@example.com>"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    parser.add_argument("--mails", type=int, default=500, help="mails a round (default: 500)")
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds (default: 5)")
    asked = parser.parse_args()
    print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        port = int(running.enter_context(_server(folder / "received")))
        for kind, url in running.enter_context(_databases(folder)):
            database = Database(make_engine(url))
            _round(database, port, asked.mails)  # fills the caches
            rounds = [_round(database, port, asked.mails) for _ in range(asked.rounds)]
            ours, bare = (median(side) for side in zip(*rounds, strict=True))
            ratio = median(mine / theirs for mine, theirs in rounds)
            print(
                json.dumps(
                    {
                        "database": kind,
                        "mails_a_second": round(ours),
                        "bare": round(bare),
                        "share": round(ratio, 2),
                    }
                )
            )


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    with child([sys.executable, "-m", "tests.support.smtp", str(folder)]) as process:
        yield first_line(process)


@contextmanager
def _databases(folder: Path) -> Iterator[list[tuple[str, str]]]:
    from interfaces.migrate import upgrade
    from tests.support.postgresql import cluster

    with cluster() as running:
        urls = [("sqlite", f"sqlite:///{folder}/outbox.db"), ("postgresql", running.create("outbox"))]
        for _, url in urls:
            upgrade(url)
        yield urls


def _round(database: Database, port: int, mails: int) -> tuple[float, float]:
    """Return mails a second through the outbox, and bare."""
    tag = time.monotonic_ns()
    with database.transaction() as session:
        for number in range(mails):
            _post(session, f"{tag}-{number}")
    bodies = [(one.recipient, compose(one, SENDER).as_bytes()) for one in _peek(database, mails)]
    settings = ChannelSettings(SENDER, f"smtp://127.0.0.1:{port}?tls=never", Path("unused"))
    with closing(CHANNELS["smtp"](settings)) as channel:
        ours = _rate(mails, lambda: _deliver(database, channel, mails))
    return ours, _rate(mails, lambda: _bare(port, bodies))


def _rate(mails: int, work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return mails / (time.perf_counter() - began)


def _post(session: Session, key: str) -> None:
    words = "GET /v1/orders/{id} ends on Wed 30 Jun 2027; call GET /v2/orders/{id} instead. " * 20
    post(
        session,
        key=key,
        channel="smtp",
        recipient=f"{key}@example.com",
        subject="Action needed by Wed 30 Jun 2027",
        text=words,
        html=f"<p>{words}</p>" * 4,
        domain="sundial.example.com",
        now=NOW,
    )


def _peek(database: Database, mails: int) -> tuple[Claimed, ...]:
    with database.transaction() as session:
        taken = claim(session, limit=mails, lease_seconds=600, now=NOW)
        for one in taken:
            hand_back(session, one)
    return taken


def _deliver(database: Database, channel: Channel, mails: int) -> None:
    sent = deliver(database, {"smtp": channel}, clock=lambda: NOW, limit=mails, stop=lambda: False)
    assert sent == mails


def _bare(port: int, bodies: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for recipient, body in bodies:
            client.sendmail("sundial@example.com", [recipient], body)


if __name__ == "__main__":
    main()
