"""Parts of a running Sundial killed at random moments: nothing is lost, nothing is left half done."""

import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from itertools import pairwise
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deprecations.plans import plan_and_announce
from notifications.models import Envelope, EnvelopeState
from registry.models import DocumentOperation, StoredComparison, Version
from storage.transactions import Database
from tests.support.crashes import kill_part, let_leases_run_out
from tests.support.documents import openapi
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_usage,
)
from tests.support.hands_api import HandsApi
from tests.support.patience import eventually
from tests.support.processes import ROOT, child, first_line
from tests.support.servers import Server

READERS = 60
TEAM = "orders-team@example.com"
SENDERS = 3
OPERATIONS = 150
SOON = 0.3  # seconds
SUNDIAL = Path(sys.executable).with_name("sundial")


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """The folder in which the mail server keeps what it is sent."""
    return tmp_path / "received"


@pytest.fixture
def smtp_url(received: Path) -> Iterator[str]:
    """A mail server in a process of its own, which outlives every sender."""
    with child([sys.executable, "-m", "tests.support.smtp", received]) as process:
        yield f"smtp://127.0.0.1:{first_line(process)}?tls=never"


@pytest.fixture
def start(serve: Callable[..., Server], database_url: str, smtp_url: str) -> Callable[[], Server]:
    """Start Sundial, again and again, on the same database and mail server."""
    return lambda: serve(examples="false", database_url=database_url, smtp_url=smtp_url)


def test_no_mail_is_lost_and_only_those_in_flight_come_twice_when_senders_are_killed(
    start: Callable[[], Server], database: Database, received: Path
) -> None:
    moments, server = random.Random(READERS), start()
    with database.transaction() as session:
        _announce_to_many(session, datetime.now(UTC))
    assert server.command("mail", "write").returncode == 0  # the scheduler may have written them before
    eventually(lambda: sum(_count_by_state(database).values()) == READERS)
    _wait_for_more(received, 0, moments)
    kill_part(server, "scheduler")
    for _life in range(SENDERS):
        _release(database)
        _send_and_die(server, received, moments)
    _release(database)
    start()
    eventually(lambda: _count_by_state(database) == {EnvelopeState.SENT: READERS})
    mails = [message_from_bytes(file.read_bytes()) for file in received.glob("*.eml")]
    copies = Counter((mail["To"], mail["Message-ID"]) for mail in mails if mail["To"] != TEAM)
    assert len(copies) == len({reader for reader, _ in copies}) == READERS, "one Message-ID a reader"
    assert sum(copies.values()) - READERS <= 1 + SENDERS, "one mail at most was in flight at each death"


def test_a_publication_is_whole_or_not_there_when_the_web_server_is_killed(
    start: Callable[[], Server], database: Database, tmp_path: Path
) -> None:
    server = start()
    api = HandsApi(server)
    api.register("orders", "Orders")
    assert api.publish("orders", _document(tmp_path, 1))
    moments = random.Random(OPERATIONS)
    for number, moment in ((2, lambda: _pause(moments)), (3, lambda: _until_stored(database, 3))):
        _publish_and_die(server, api, _document(tmp_path, number), moment)
        _assert_whole(database)
        _release(database)
        server = start()
        api = HandsApi(server)
        api.publish("orders", _document(tmp_path, number))  # again, or for the first time
        eventually(lambda: _comparisons(database) == ["done"] * (number - 1))  # noqa: B023 - asked at once
    _assert_whole(database)


def _announce_to_many(session: Session, now: datetime) -> None:
    operation = make_operation(session, make_api(session))
    for number in range(READERS):
        consumer = make_consumer(session, f"reader-{number}")
        make_contact(session, consumer, f"reader-{number}@example.com")
        make_usage(session, consumer, operation, now - timedelta(hours=1))
    today: date = now.date()
    plan_and_announce(
        session,
        operation_id=operation.id,
        reason="It moves.",
        replacement="GET /v2/orders/{id}",
        documentation="",
        deprecated_on=today,
        sunset_on=today + timedelta(days=200),
        zone="UTC",
        by="a test",
        now=now,
    )


def _send_and_die(server: Server, received: Path, moments: random.Random) -> None:
    before = _mails(received)
    with subprocess.Popen(
        [SUNDIAL, "mail", "send"], cwd=ROOT, env=server.environment, stdout=subprocess.DEVNULL
    ) as sender:
        _wait_for_more(received, before, moments)
        sender.kill()
    assert sender.returncode == -signal.SIGKILL, "it was still sending"


def _wait_for_more(received: Path, before: int, moments: random.Random) -> None:
    """Wait until a sender is at work, and for a moment more."""
    eventually(lambda: _mails(received) > before)
    _pause(moments, 0.1)


def _mails(received: Path) -> int:
    return len(list(received.glob("*.eml")))


def _pause(moments: random.Random, longest: float = SOON) -> None:
    threading.Event().wait(moments.uniform(0, longest))


def _release(database: Database) -> None:
    with database.transaction() as session:
        let_leases_run_out(session, datetime.now(UTC))


def _count_by_state(database: Database) -> dict[str, int]:
    """Count the readers' mails; the API's team gets one of its own."""
    with database.reading() as session:
        counts = select(Envelope.state, func.count()).where(Envelope.key.startswith("digest:"))
        rows = session.execute(counts.group_by(Envelope.state))
        return {str(row[0]): row[1] for row in rows}


def _document(folder: Path, number: int) -> Path:
    """A document that takes a while to compare: each version has another operation and other words."""
    names = [f"GET /orders/{{id}}/part-{part}" for part in range(OPERATIONS + number)]
    file = folder / f"orders-{number}.json"
    file.write_text(openapi(f"{number}.0.0", *names, summary=f"Does it in way {number}"))
    return file


def _publish_and_die(server: Server, api: HandsApi, file: Path, moment: Callable[[], object]) -> None:
    def publish() -> None:
        with suppress(requests.ConnectionError):
            api.publish("orders", file)

    publishing = threading.Thread(target=publish)
    publishing.start()
    moment()
    kill_part(server, "gunicorn")
    publishing.join()


def _until_stored(database: Database, versions: int) -> None:
    def stored() -> bool:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(Version)) == versions

    eventually(stored)


def _comparisons(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(StoredComparison.state)))


def _assert_whole(database: Database) -> None:
    """Every version has all its operations, and a comparison with the one before."""
    with database.reading() as session:
        versions = session.scalars(select(Version).order_by(Version.position)).all()
        assert [version.position for version in versions] == list(range(1, len(versions) + 1))
        for version in versions:
            of_it = select(func.count()).where(DocumentOperation.digest == version.digest)
            assert session.scalar(of_it) == OPERATIONS + version.position
        steps = session.execute(select(StoredComparison.old_version_id, StoredComparison.new_version_id))
        ids = [version.id for version in versions]
        assert sorted(map(tuple, steps)) == list(pairwise(ids))
