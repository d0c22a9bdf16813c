"""A mail server that is away for a day: real connections that are refused, on an imagined clock."""

import socket
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings
from notifications.deliver import deliver
from notifications.models import Envelope
from storage.transactions import Database
from tests.support.smtp import Sink

Post = Callable[..., Envelope]
MAILS = 40

pytestmark = pytest.mark.slow


def channel(port: int) -> Channel:
    url = f"smtp://127.0.0.1:{port}?tls=never"
    return CHANNELS["smtp"](ChannelSettings("Sundial <sundial@example.com>", url, Path("unused")))


def run(database: Database, port: int, now: datetime) -> int:
    opened = channel(port)
    try:
        return deliver(
            database, {"smtp": opened}, clock=lambda: now, limit=100, stop=lambda: False, jitter=lambda: 0.0
        )
    finally:
        opened.close()


def test_a_day_without_a_mail_server_loses_nothing_and_delays_nothing_beyond_the_next_hour(
    database: Database, post_one: Post, smtp_sink: Sink, now: datetime
) -> None:
    """A sender that runs every half hour; mails come in all day."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = int(listener.getsockname()[1])  # closed when the block ends: connections are refused
    with database.transaction() as session:
        for number in range(MAILS):
            post_one(session, f"{number:02}", now=now + timedelta(minutes=25 * number))
    for tick in range(48):
        assert run(database, nobody, now + timedelta(minutes=30 * tick)) == 0
    back_at = now + timedelta(hours=24)
    at_once = run(database, smtp_sink.port, back_at)
    assert at_once >= MAILS // 2, "most go at once: an outage uses up no tries but its probes'"
    run(database, smtp_sink.port, back_at + timedelta(hours=1))
    copies = Counter(str(mail.message["Message-ID"]) for mail in smtp_sink.mails)
    assert (len(copies), set(copies.values())) == (MAILS, {1})
