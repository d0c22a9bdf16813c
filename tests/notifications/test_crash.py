"""Senders stopped at random moments, between claim and settle too; judged by what the mail server holds.

SUNDIAL_CRASH_STOPS and SUNDIAL_CRASH_MAILS make it larger than the everyday run.
"""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from notifications.desk import count_by_state
from notifications.models import Envelope
from storage.transactions import Database

pytestmark = pytest.mark.slow

STOPS = int(os.environ.get("SUNDIAL_CRASH_STOPS", "20"))
MAILS = int(os.environ.get("SUNDIAL_CRASH_MAILS", "300"))
TO_THE_END = 3600.0
Post = Callable[..., Envelope]


@dataclass(frozen=True, slots=True)
class Machinery:
    """A mail server and a stoppable sender, each a process of its own."""

    sender: "subprocess.Popen[str]"
    folder: Path

    def live(self, end: signal.Signals, seconds: float, hour: int) -> str:
        """Let a sender live for so long; answers how it went."""
        assert self.sender.stdin is not None
        assert self.sender.stdout is not None
        self.sender.stdin.write(f"{end.name} {seconds} {hour}\n")
        self.sender.stdin.flush()
        return self.sender.stdout.readline().strip()

    def received(self) -> list[tuple[str, str]]:
        """Return notice and Message-ID of every mail that the server took."""
        mails = (message_from_bytes(file.read_bytes()) for file in self.folder.glob("*.eml"))
        return [(mail["X-Notice-Id"], mail["Message-ID"]) for mail in mails]


@pytest.fixture
def machinery(database_url: str, tmp_path: Path) -> Iterator[Machinery]:
    folder = tmp_path / "received"
    with _running("tests.support.smtp", str(folder)) as sink:
        assert sink.stdout is not None
        port = sink.stdout.readline().strip()
        with _running("tests.support.sender", database_url, port) as sender:
            yield Machinery(sender, folder)
            assert sender.stdin is not None
            sender.stdin.close()
        sink.send_signal(signal.SIGTERM)


@contextmanager
def _running(module: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        with process:
            yield process
    finally:
        process.kill()


def _stop_again_and_again(
    machinery: Machinery, database: Database, post_one: Post, end: signal.Signals, now: datetime
) -> Counter[str]:
    """Post mails in portions, and stop a sender at a random moment of its work on each."""
    moments = random.Random(STOPS * MAILS)
    for life in range(STOPS):
        with database.transaction() as session:
            for number in range(life, MAILS, STOPS):
                post_one(session, f"notice-{number}", now=now + timedelta(hours=life))
        machinery.live(end, moments.uniform(0, 0.01 * MAILS / STOPS), life)
    assert machinery.live(signal.SIGKILL, TO_THE_END, STOPS) == "ended 0"
    with database.reading() as session:
        assert {state: count for state, count in count_by_state(session).items() if count} == {"sent": MAILS}
    received = machinery.received()
    assert len(set(received)) == MAILS, "a mail has one Message-ID, however often it comes"
    assert {notice for notice, _ in received} == {f"notice-{number}" for number in range(MAILS)}
    return Counter(notice for notice, _ in received)


@pytest.mark.slow
def test_kill_9_loses_nothing_and_repeats_only_what_was_in_flight(
    machinery: Machinery, database: Database, post_one: Post, now: datetime
) -> None:
    copies = _stop_again_and_again(machinery, database, post_one, signal.SIGKILL, now)
    assert sum(copies.values()) - MAILS <= STOPS


@pytest.mark.slow
def test_sigterm_loses_nothing_and_repeats_nothing(
    machinery: Machinery, database: Database, post_one: Post, now: datetime
) -> None:
    copies = _stop_again_and_again(machinery, database, post_one, signal.SIGTERM, now)
    assert set(copies.values()) == {1}
