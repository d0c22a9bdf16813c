"""The post office from outside: paused, restored, with mails that come back; and its ledger."""

import csv
import hashlib
import io
from collections.abc import Iterator
from mailbox import Maildir
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from consumers.models import Contact
from deprecations.ledger import ledger_csv
from deprecations.notices import plan_notices
from deprecations.packing import pack
from interfaces.mail import deliver_due, delivery_mark, desk, read_reports, resume_mail
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from notifications.mailbox_reader import list_mails
from notifications.models import Envelope, PostOffice
from notifications.office import pause
from notifications.suppressions import find_suppression
from tests.notifications.test_bounces import report
from tests.support.dovecot import PASSWORD, USER, dovecot, imap_host
from tests.support.factories_deprecations import (
    NOW,
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """Sundial's surroundings, with one mail that is due."""
    settings = Settings(
        data_dir=tmp_path / "data", database_url=database_url, bounce_maildir=tmp_path / "bounces"
    )
    made = make_runtime(settings, lambda: NOW)
    with made.database.transaction() as session:
        operation = make_operation(session, make_api(session))
        consumer = make_consumer(session, name="=cmd()")
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW)
        make_plan(session, operation)
        plan_notices(session, NOW)
        pack(session, desk=desk(made), now=NOW)
    yield made
    made.database.engine.dispose()


def test_nothing_leaves_while_mail_is_paused(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        pause(session, by="dana", reason="Maintenance.", now=NOW)
    assert deliver_due(runtime, lambda: False) == 0
    with runtime.database.transaction() as session:
        resume_mail(session, runtime, hold_queued=False, by="dana")
    assert deliver_due(runtime, lambda: False) == 1


def test_a_restored_database_sends_nothing_of_its_own_accord(runtime: Runtime) -> None:
    assert deliver_due(runtime, lambda: False) == 1
    assert delivery_mark(runtime).read_text() == "1"
    with runtime.database.transaction() as session:  # as the backup from before the delivery has it
        session.execute(update(Envelope).values(state="queued", sent_at=None))
        session.execute(update(PostOffice).values(deliveries=0))
    assert deliver_due(runtime, lambda: False) == 0
    with runtime.database.transaction() as session:
        assert session.scalars(select(PostOffice.paused_by)).one() == "sundial"
        assert resume_mail(session, runtime, hold_queued=True, by="dana") == 1
    assert deliver_due(runtime, lambda: False) == 0
    assert list_mails(runtime.settings.data_dir.resolve() / "mailbox").total == 1


def test_who_cannot_be_reached_for_good_is_told_no_more(runtime: Runtime) -> None:
    deliver_due(runtime, lambda: False)
    with runtime.database.reading() as session:
        message_id = session.scalars(select(Envelope.message_id)).one()
    folder = runtime.settings.bounce_maildir
    assert folder is not None
    box = Maildir(folder)
    box.add(report("<forged@example.com>"))
    box.add(report(message_id))
    assert read_reports(runtime, lambda: False) == 1
    assert read_reports(runtime, lambda: False) == 0
    with runtime.database.reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert contact.disabled_at == NOW
    assert "User unknown" in (contact.disabled_reason or "")


UNREADABLE = b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: x; charset=no\n\n\xff\n"


@pytest.mark.slow
def test_what_came_back_to_a_mailbox_stops_mail_and_is_dealt_with_once(
    runtime: Runtime, tmp_path: Path
) -> None:
    if reason := dovecot():
        pytest.skip(reason)
    deliver_due(runtime, lambda: False)
    with runtime.database.reading() as session:
        message_id = session.scalars(select(Envelope.message_id)).one()
    (tmp_path / "imap").mkdir()
    with imap_host(tmp_path / "imap") as host:
        login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
        url = f"imaps://{login}@127.0.0.1:{host.tls_port}/INBOX?ca={host.ca}"
        settings = runtime.settings.model_copy(update={"bounce_imap_url": url})
        reading = make_runtime(settings, lambda: NOW)
        host.put(UNREADABLE)
        host.put(report(message_id))
        assert read_reports(reading, lambda: False) == 1
        assert read_reports(reading, lambda: False) == 0
        assert host.flags() == ["S", "S"]
        reading.database.engine.dispose()
    with runtime.database.reading() as session:
        assert find_suppression(session, "dana@example.com").reason == "bounce"
        assert session.scalars(select(Contact)).one().disabled_at == NOW


def test_the_ledger_proves_what_was_told(runtime: Runtime) -> None:
    deliver_due(runtime, lambda: False)
    with runtime.database.reading() as session:
        envelope = session.scalars(select(Envelope)).one()
        (row,) = csv.DictReader(io.StringIO("".join(ledger_csv(session))))
    words = "\0".join((envelope.subject, envelope.text, envelope.html))
    assert row["content_sha256"] == hashlib.sha256(words.encode()).hexdigest()
    assert (row["recipient"], row["promised_last_day"], row["state"]) == (
        "dana@example.com",
        "2027-06-30",
        "sent",
    )
    assert row["message_id"] == envelope.message_id
    assert row["receipt"].startswith("kept in the built-in mailbox")
    with runtime.database.transaction() as session:
        session.execute(update(Envelope).values(state="failed", error="came back: 550", receipt="250 queued"))
        (row,) = csv.DictReader(io.StringIO("".join(ledger_csv(session))))
    assert (row["state"], row["receipt"]) == ("failed", "came back: 550")
