"""A sender that can be stopped at any moment: `python -m tests.support.sender DATABASE_URL SMTP_PORT`.

It reads commands, a line each: `SIGNAL SECONDS HOUR`. For each it forks a sender that works through the
outbox as of that hour of an imagined clock, signals it after so many seconds unless it has ended, and
prints how it went. A later hour finds every earlier lease expired.
"""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from notifications.channels import CHANNELS
from notifications.channels.channel import ChannelSettings
from notifications.deliver import deliver
from storage.engine import make_engine
from storage.transactions import Database

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def main(database_url: str, port: int) -> None:
    """Carry out commands until the input ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for line in sys.stdin:
        name, seconds, hour = line.split()
        print(_live(database_url, port, signal.Signals[name], float(seconds), int(hour)), flush=True)  # noqa: T201


def _live(database_url: str, port: int, end: signal.Signals, seconds: float, hour: int) -> str:
    child = os.fork()
    if child == 0:
        _send(database_url, port, START + timedelta(hours=hour))
        os._exit(0)
    signal.sigtimedwait({signal.SIGCHLD}, seconds)
    os.kill(child, end)
    _, status = os.waitpid(child, 0)
    signal.sigtimedwait({signal.SIGCHLD}, 0)
    return f"killed by {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}"


def _send(database_url: str, port: int, now: datetime) -> None:
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    settings = ChannelSettings("Sundial <sundial@example.com>", f"smtp://127.0.0.1:{port}?tls=never", Path())
    channels = {"smtp": CHANNELS["smtp"](settings)}
    engine = make_engine(database_url)
    deliver(Database(engine), channels, clock=lambda: now, limit=100_000, stop=lambda: bool(asked))
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
