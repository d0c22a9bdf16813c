"""What every channel is, and what it is opened with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from notifications.outbox import Claimed
from notifications.outcome import Outcome


class Channel(Protocol):
    """One way to deliver an envelope."""

    def send(self, envelope: Claimed) -> Outcome:
        """Hand the envelope over, once; expected trouble is a Failure, not an exception."""

    def close(self) -> None:
        """Let go of what was kept open between envelopes."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the operator set. `smtp_url` is "" where there is no mail server."""

    sender: str
    smtp_url: str
    mailbox: Path
