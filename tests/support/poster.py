"""A sender that is killed between send and settle: `python -m tests.support.poster DATABASE_URL`.

It posts the one envelope that is due, and dies by `kill -9` as soon as the other side has answered.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings, Ready, at_once
from notifications.claimed import Claimed
from notifications.deliver import deliver
from notifications.outcome import Outcome
from storage.engine import make_engine
from storage.transactions import Database

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Dying:
    """A channel that kills its process after it has sent."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
        """Send, and be no more."""
        self._channel.send(envelope, ready)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    def close(self) -> None:
        """It never comes to that."""


def main(database_url: str, key: bytes) -> None:
    """Post, and die."""
    settings = ChannelSettings("", "", Path(), key=key, clock=lambda: START, allow_private=True)
    ways = {"webhook": Dying(CHANNELS["webhook"](settings))}
    deliver(Database(make_engine(database_url)), ways, clock=lambda: START, limit=1, stop=lambda: False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2].encode())
