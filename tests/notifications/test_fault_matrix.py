"""Every way in which a mail server fails, and what becomes of the envelope: the table of docs/delivery.md."""

import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme

from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings
from notifications.deliver import deliver
from notifications.desk import attempts, find
from notifications.models import Envelope
from storage.transactions import Database
from tests.support.faulty_smtp import PASSWORD, USER, Trouble, faulty_server
from tests.support.processes import ROOT
from tests.support.smtp import Sink

pytestmark = pytest.mark.slow  # a server each, and keys for its certificate

Post = Callable[..., Envelope]
LATER = timedelta(hours=2)
WAYS = {
    "hangs up": "drop",
    "hangs up inside the mail": "drop inside",
    "never answers": "stall",
    "breaks the handshake off": "no handshake",
    "takes the mail, then hangs up": "lose the reply",
}
FOREIGN = "shows a certificate that nobody trusts"
ELSEWHERE = "shows a certificate of another host"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    stage: str
    server: str
    envelope: str
    next: int
    copies: int

    def __str__(self) -> str:
        return f"{self.stage}: {self.server}"


def _rows() -> Iterator[Row]:
    for line in (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[3].isdigit():
            yield Row(cells[0], cells[1], cells[2], int(cells[3]), int(cells[4]))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    made = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(path)
    return made, path


def _context(authority: trustme.CA, host: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def _channel(port: int, ca: Path, timeout: str = "30") -> Channel:
    login = f"{USER}:{quote(PASSWORD)}"
    url = f"smtp://{login}@127.0.0.1:{port}?ca={quote(str(ca))}&timeout={timeout}"
    return CHANNELS["smtp"](ChannelSettings("Sundial <sundial@example.com>", url, Path("unused")))


def _run(database: Database, channel: Channel, now: datetime) -> int:
    try:
        return deliver(
            database, {"smtp": channel}, clock=lambda: now, limit=20, stop=lambda: False, jitter=lambda: 0.0
        )
    finally:
        channel.close()


def _cause(trouble: Trouble, row: Row) -> None:
    if row.server in (FOREIGN, ELSEWHERE):
        return
    trouble.stage, trouble.way = row.stage, WAYS.get(row.server, row.server)
    trouble.recipient = "dana" if row.stage == "RCPT" else ""


def _copies(sink: Sink) -> Counter[str]:
    return Counter(str(mail.message["Message-ID"]) for mail in sink.mails)


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("row", tuple(_rows()), ids=str)
def test_the_table_of_faults(
    row: Row, database: Database, post_one: Post, authority: tuple[trustme.CA, Path], now: datetime
) -> None:
    with database.transaction() as session:
        post_one(session, "first")
        post_one(session, "second", recipient="kim@example.com")
    contexts = {FOREIGN: _context(trustme.CA()), ELSEWHERE: _context(authority[0], "elsewhere.example.com")}
    with faulty_server(contexts.get(row.server) or _context(authority[0])) as (faulty, trouble):
        _cause(trouble, row)
        port = _closed_port() if row.stage == "connect" else faulty.port
        timeout = "0.3" if row.server == "never answers" else "30"
        _run(database, _channel(port, authority[1], timeout), now)
    with database.reading() as session:
        first, second = find(session, "first"), find(session, "second")
        assert (first.state, first.attempts, second.attempts) == (row.envelope, 1, row.next)
        (tried,) = attempts(session, first)
        assert tried.outcome == {"queued": "temporary", "failed": "permanent"}[row.envelope]
        assert first.next_attempt_at == now + (
            timedelta(seconds=30) if row.envelope == "queued" else timedelta(0)
        )
        if row.server[:3].isdigit() and row.stage != "EHLO":  # refused EHLO, one may try HELO
            assert row.server in tried.detail
    with faulty_server(_context(authority[0])) as (well, _):
        _run(database, _channel(well.port, authority[1]), now + LATER)
    copies = _copies(faulty) + _copies(well)
    assert copies[first.message_id] == row.copies
    if second.state == "queued":
        assert copies[second.message_id] == row.copies


def test_the_table_has_every_stage() -> None:
    rows = list(_rows())
    stages = {row.stage for row in rows}
    assert stages == {"connect", "banner", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot"}
    for stage in stages - {"connect"}:
        assert {"4", "5"} <= {row.server[0] for row in rows if row.stage == stage}, stage


def test_a_recipient_that_is_refused_leaves_the_others_alone(
    database: Database, post_one: Post, authority: tuple[trustme.CA, Path], now: datetime
) -> None:
    with database.transaction() as session:
        for name in ("ann", "dana", "kim"):
            post_one(session, name, recipient=f"{name}@example.com")
    with faulty_server(_context(authority[0])) as (sink, trouble):
        trouble.seen.clear()
        trouble.stage, trouble.way, trouble.recipient = "RCPT", "550 5.1.1 No such user", "dana"
        assert _run(database, _channel(sink.port, authority[1]), now) == 2
    assert [mail.recipients for mail in sink.mails] == [("ann@example.com",), ("kim@example.com",)]
    assert trouble.seen.count("banner") == 1, "one connection carries them all"
    assert (trouble.seen.count("STARTTLS"), trouble.seen.count("AUTH")) == (1, 1)


@pytest.mark.parametrize("way", ["drop", "421 4.4.2 Idle for too long"])
def test_a_connection_that_the_server_closed_meanwhile_is_made_anew(
    way: str, database: Database, post_one: Post, authority: tuple[trustme.CA, Path], now: datetime
) -> None:
    with faulty_server(_context(authority[0])) as (sink, trouble):
        trouble.stage, trouble.way, trouble.only = "MAIL", way, 2
        with database.transaction() as session:
            for number in range(3):
                post_one(session, str(number))
        assert _run(database, _channel(sink.port, authority[1]), now) == 3
    assert len(sink.mails) == 3
    assert trouble.seen.count("AUTH") == 2
