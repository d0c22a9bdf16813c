"""Every way in which the other side of a post fails, and what becomes of the envelope: docs/channels.md."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from notifications.card import Card
from notifications.channels.channel import Channel
from notifications.deliver import deliver
from notifications.desk import attempts, find
from notifications.endpoints import note_endpoint
from notifications.models import Endpoint, Envelope
from storage.transactions import Database
from tests.notifications.channels.conftest import EVENT, KEY
from tests.support.processes import ROOT
from tests.support.receiver import Receiver

LATER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    way: str
    envelope: str
    address: str
    next: int
    copies: int


NOBODY_KNOWS = ("hangs up", "never answers", "answers a byte at a time", "takes it, then hangs up")
"""Whether it arrived."""


def _rows() -> Iterator[Row]:
    for line in (ROOT / "docs" / "channels.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[3].isdigit():
            yield Row(cells[0], cells[1], cells[2], int(cells[3]), int(cells[4]))


def _run(database: Database, channel: Channel, now: datetime) -> int:
    return deliver(
        database,
        {"webhook": channel},
        clock=lambda: now,
        limit=20,
        stop=lambda: False,
        jitter=lambda: 0.0,
        settled=note_endpoint,
    )


@pytest.mark.parametrize("row", tuple(_rows()), ids=lambda row: row.way)
def test_the_table_of_faults(
    row: Row,
    database: Database,
    post_one: Callable[..., Envelope],
    endpoint: Callable[..., Endpoint],
    way: Callable[..., Channel],
    hook: Receiver,
    now: datetime,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    with database.transaction() as session:
        for name in ("first", "second"):
            to = endpoint(session, address=closed if row.way == "is not there" else f"{hook.url()}?{name}")
            post_one(session, name, channel="webhook", endpoint_id=to.id, payload=EVENT, recipient=to.hint)
    hook.way = row.way
    slow = row.way in ("never answers", "answers a byte at a time")
    _run(database, way(seconds=0.3 if slow else 5), now)
    with database.reading() as session:
        first, second = find(session, "first"), find(session, "second")
        assert (first.state, first.attempts, second.attempts) == (row.envelope, 1, row.next)
        (tried,) = attempts(session, first)
        words = {"queued": "temporary", "failed": "permanent", "sent": "sent"}
        assert tried.outcome == ("unconfirmed" if row.way in NOBODY_KNOWS else words[row.envelope])
        assert "hook" not in tried.detail, "the address is a secret"
        used = session.get_one(Endpoint, first.endpoint_id)
        assert (used.disabled_at is not None) == (row.address == "off")
    if row.way == "is not there":
        return
    before = len(hook.kept) if row.way.startswith("takes") else 0
    hook.way, kept = "200", hook.kept if row.envelope == "sent" or before else []
    hook.kept = list(kept)
    _run(database, way(), now + LATER)
    ids = [one.headers["webhook-id"] for one in hook.kept if one.path.endswith("first")]
    assert (len(ids), len(set(ids))) == (row.copies, min(row.copies, 1)), "a copy has the same id"


def test_what_asks_for_time_is_given_it_within_bounds(
    database: Database,
    post_one: Callable[..., Envelope],
    endpoint: Callable[..., Endpoint],
    way: Callable[..., Channel],
    hook: Receiver,
    now: datetime,
) -> None:
    wishes = {"2700": 2700, "Sun, 22 Nov 2026 09:50:00 GMT": 3000, "999999999": 6 * 3600, "soon": 30, "1": 30}
    for number, (wish, seconds) in enumerate(wishes.items()):
        hook.way, hook.headers = "429", {"Retry-After": wish}
        with database.transaction() as session:
            to = endpoint(session)
            post_one(session, str(number), channel="webhook", endpoint_id=to.id, payload=EVENT)
        _run(database, way(), now)
        with database.reading() as session:
            assert find(session, str(number)).next_attempt_at == now + timedelta(seconds=seconds), wish


def test_a_host_that_is_silent_holds_up_no_other(
    database: Database,
    post_one: Callable[..., Envelope],
    endpoint: Callable[..., Endpoint],
    way: Callable[..., Channel],
    hook: Receiver,
    now: datetime,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    with database.transaction() as session:
        for number in range(3):
            to = endpoint(session, address=f"http://localhost:{closed}/{number}")
            post_one(session, f"silent-{number}", channel="webhook", endpoint_id=to.id, payload=EVENT)
        to = endpoint(session)
        post_one(session, "well", channel="webhook", endpoint_id=to.id, payload=EVENT)
    assert _run(database, way(), now) == 1
    with database.reading() as session:
        assert [find(session, f"silent-{number}").attempts for number in range(3)] == [1, 0, 0]
        assert find(session, "well").state == "sent"


def test_an_address_that_was_taken_away_or_turned_off_is_posted_to_no_more(
    database: Database,
    post_one: Callable[..., Envelope],
    endpoint: Callable[..., Endpoint],
    way: Callable[..., Channel],
    hook: Receiver,
    now: datetime,
) -> None:
    with database.transaction() as session:
        for name in ("gone", "off"):
            to = endpoint(session)
            post_one(session, name, channel="webhook", endpoint_id=to.id, payload=EVENT)
        to.disabled_at, to.disabled_reason = now, "answered 410"
        session.delete(session.get_one(Endpoint, find(session, "gone").endpoint_id))
    _run(database, way(), now)
    with database.reading() as session:
        assert [find(session, name).state for name in ("gone", "off")] == ["failed", "failed"]
    assert hook.kept == []


@pytest.mark.parametrize("channel", ["slack", "teams"])
def test_what_a_chat_may_have_already_says_so(
    channel: str,
    database: Database,
    post_one: Callable[..., Envelope],
    endpoint: Callable[..., Endpoint],
    way: Callable[..., Channel],
    hook: Receiver,
    now: datetime,
) -> None:
    card = Card("Title", "Lead", language="de").as_json()
    with database.transaction() as session:
        to = endpoint(session, channel=channel)
        post_one(session, "one", channel=channel, endpoint_id=to.id, payload=card)
    ways = {channel: way(channel)}
    for number, how in enumerate(("503", "takes it, then hangs up", "200")):
        hook.way = how
        at = now + number * LATER
        deliver(database, ways, clock=lambda at=at: at, limit=9, stop=lambda: False)  # type: ignore[misc]
    assert ["Vielleicht kennen Sie das schon" in one.body.decode() for one in hook.kept] == [
        False,
        False,
        True,
    ]


@pytest.mark.slow
def test_a_sender_killed_between_send_and_settle_sends_once_more_under_the_same_id(
    database: Database,
    database_url: str,
    post_one: Callable[..., Envelope],
    endpoint: Callable[..., Endpoint],
    way: Callable[..., Channel],
    hook: Receiver,
    now: datetime,
) -> None:
    with database.transaction() as session:
        to = endpoint(session)
        post_one(session, "one", channel="webhook", endpoint_id=to.id, payload=EVENT)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.support.poster", database_url, KEY.decode()], check=False, cwd=ROOT
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(hook.kept) == 1
    assert _run(database, way(), now) == 0, "its lease still runs"
    assert _run(database, way(), now + LATER) == 1
    assert len({one.headers["webhook-id"] for one in hook.kept}) == 1
    with database.reading() as session:
        found = find(session, "one")
        assert [one.outcome for one in attempts(session, found)] == ["interrupted", "sent"]
