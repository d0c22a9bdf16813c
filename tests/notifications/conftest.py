"""A moment to count from, and envelopes to try things on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications.claimed import Claimed
from notifications.message_id import message_id
from notifications.models import Envelope
from notifications.outbox import post


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def post_one(now: datetime) -> Callable[..., Envelope]:
    def posted(session: Any, key: str = "digest:contact:7:smtp:2026-11-22", **changes: Any) -> Envelope:
        values = {
            "key": key,
            "channel": "smtp",
            "recipient": "dana@example.com",
            "subject": "Action needed by Wed 30 Jun 2027",
            "text": "GET /v1/orders/{id} ends.\n",
            "html": "<p>GET /v1/orders/{id} ends.</p>",
            "domain": "sundial.example.com",
            "now": now,
        }
        return post(session, **(values | changes))

    return posted


@pytest.fixture
def claimed(now: datetime) -> Claimed:
    """An envelope as a channel is handed it."""
    key = "digest:contact:7:smtp:2026-11-22"
    return Claimed(
        id=1,
        key=key,
        channel="smtp",
        recipient="dana@example.com",
        subject="Action needed by Wed 30 Jun 2027",
        text="GET /v1/orders/{id} ends.\n",
        html="<p>GET /v1/orders/{id} ends.</p>",
        reply_to="",
        thread="",
        unsubscribe="",
        message_id=message_id(key, "sundial.example.com"),
        created_at=now,
        attempts=1,
        lease="0123456789abcdef",
        leased_until=now + timedelta(minutes=10),
    )
