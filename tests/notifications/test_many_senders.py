"""Eight senders on one outbox, each a process of its own: every envelope is claimed once.

SUNDIAL_CLAIM_ROWS makes it larger than the everyday run.
"""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from notifications.models import Envelope
from storage.transactions import Database
from tests.support.claimer import NOW
from tests.support.processes import child, first_line

pytestmark = pytest.mark.slow

SENDERS = 8
ROWS = int(os.environ.get("SUNDIAL_CLAIM_ROWS", "400"))


def test_no_envelope_is_claimed_by_two(
    database: Database, database_url: str, post_one: Callable[..., Envelope]
) -> None:
    keys = {f"notice-{number}" for number in range(ROWS)}
    with database.transaction() as session:
        for key in keys:
            post_one(session, key, now=NOW)
    command = [sys.executable, "-m", "tests.support.claimer", database_url]
    with ExitStack() as running:
        senders = [running.enter_context(child(command)) for _ in range(SENDERS)]
        assert [first_line(sender) for sender in senders] == ["ready"] * SENDERS
        for sender in senders:
            assert sender.stdin is not None
            sender.stdin.write("go\n")
            sender.stdin.flush()
        claimed = [line for sender in senders for line in sender.communicate()[0].split()]
        assert [sender.returncode for sender in senders] == [0] * SENDERS
    assert len(claimed) == ROWS
    assert set(claimed) == keys
