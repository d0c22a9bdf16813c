"""An envelope under a sender's lease: what the channels are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Addressed:
    """The endpoint that an envelope goes to; its address is sealed."""

    id: int
    sealed: str
    host: str
    nonce: str
    secret_generation: int
    rotated_at: datetime | None
    disabled_reason: str | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An envelope under one sender's lease, with all that a channel needs to know.

    `may_be_copy`: it goes to an endpoint, and nobody knows whether an earlier try of it arrived.
    """

    id: int
    key: str
    channel: str
    recipient: str
    subject: str
    text: str
    html: str
    reply_to: str
    thread: str
    unsubscribe: str
    message_id: str
    created_at: datetime
    attempts: int
    lease: str
    leased_until: datetime
    endpoint: Addressed | None = None
    payload: Mapping[str, Any] | None = None
    may_be_copy: bool = False
