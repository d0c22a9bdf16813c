"""What every channel is, and what it is opened with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from notifications.claimed import Claimed
from notifications.outcome import Outcome

Ready = Callable[[], None]
"""Returns once the envelope before is written down; what it raises is no trouble of the channel's."""


def at_once() -> None:
    """Wait for nothing."""


class Channel(Protocol):
    """One way to deliver an envelope."""

    def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
        """Hand the envelope over, once; expected trouble is a Failure, not an exception.

        `ready` is called before the step that can't be undone.
        """

    def close(self) -> None:
        """Let go of what was kept open between envelopes."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the operator set. `smtp_url` is "" where there is no mail server.

    `key` unseals endpoints' addresses and derives the secrets that sign what is posted to them, `clock` tells
    when that is. One post may take `seconds`; `allow_private` lets it go to addresses that aren't public,
    and `ca` names a file with the authorities to trust, "" for those that everybody trusts.
    """

    sender: str
    smtp_url: str
    mailbox: Path
    key: bytes = b""
    clock: Callable[[], datetime] | None = None
    seconds: float = 15
    allow_private: bool = False
    ca: str = ""
