"""Addresses on loopback, and channels that may post to them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from notifications.card import Card, Section
from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings
from notifications.endpoints import add_endpoint
from notifications.models import Endpoint
from tests.support.receiver import Receiver, receiver

KEY = b"0123456789abcdef0123456789abcdef"
EVENT = {"type": "deprecation.notices", "data": {"consumer": "acme-sync", "notices": []}}
CARD = Card(
    "GET /v1/orders/{id} ends",
    "acme-sync calls it.",
    (Section("GET /v1/orders/{id}", (("Last day", "Wed 30 Jun 2027"),), "Until then it works."),),
    (("Answer", "https://sundial.example.com/your/abc"),),
    "Sundial",
)
PAYLOADS = {"webhook": EVENT, "slack": CARD.as_json(), "teams": CARD.as_json()}


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def endpoint(hook: Receiver, now: datetime) -> Callable[..., Endpoint]:
    def added(session: Session, channel: str = "webhook", address: str = "") -> Endpoint:
        address = address or hook.url(f"/{channel}")
        return add_endpoint(session, channel=channel, address=address, key=KEY, allow_private=True, now=now)

    return added


@pytest.fixture
def way(now: datetime) -> Callable[..., Channel]:
    def opened(name: str = "webhook", *, at: datetime | None = None, **changes: Any) -> Channel:
        settings = {"key": KEY, "clock": lambda: at or now, "seconds": 5, "allow_private": True} | changes
        return CHANNELS[name](ChannelSettings("Sundial <s@example.com>", "", Path("unused"), **settings))

    return opened
