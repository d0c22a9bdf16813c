"""Reports of mails that came back, as servers write them."""

from collections.abc import Callable
from datetime import datetime
from mailbox import Maildir
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from notifications.attempts import settle
from notifications.bounces import note_bounce, put_away, read_bounces, waiting_reports
from notifications.desk import attempts
from notifications.models import Envelope
from notifications.outbox import claim
from notifications.outcome import Receipt

Post = Callable[..., Envelope]


def report(
    message_id: str, *, action: str = "failed", status: str = "5.1.1", recipient: str = "dana@example.com"
) -> bytes:
    """Return a delivery status notification as Postfix writes one (RFC 3464, RFC 6522)."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mail.example.com (Mail Delivery System)
To: sundial@example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x1"

--x1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--x1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com
Arrival-Date: Sun, 22 Nov 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected:
    User unknown

--x1
Content-Type: message/rfc822

From: Sundial <sundial@example.com>
To: {recipient}
Subject: Action needed
Message-ID: {message_id}

It ends.

--x1--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def sent(session: Session, post_one: Post, now: datetime) -> Envelope:
    envelope = post_one(session)
    (claimed,) = claim(session, limit=1, lease_seconds=60, now=now)
    settle(session, claimed, Receipt("250 OK"), jitter=0, now=now)
    session.refresh(envelope)
    return envelope


def test_a_report_says_whom_it_is_about_and_why() -> None:
    (bounce,) = read_bounces(report("<abc@example.com>"))
    assert (bounce.recipient, bounce.message_id, bounce.status) == (
        "dana@example.com",
        "<abc@example.com>",
        "5.1.1",
    )
    assert bounce.is_permanent
    assert bounce.detail.endswith("Recipient address rejected: User unknown")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_has_not_failed_is_no_bounce(action: str) -> None:
    assert read_bounces(report("<abc@example.com>", action=action)) == ()


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: hello\r\n\r\nNo report.\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\n--x--",
        report("<a@b>")[:400],
        report("<a@b>").replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_any_other_mail_is_no_report(mail: bytes) -> None:
    assert read_bounces(mail) == ()


def test_a_mail_that_came_back_stands_under_failed(session: Session, sent: Envelope, now: datetime) -> None:
    (bounce,) = read_bounces(report(sent.message_id, recipient="Dana@Example.com"))
    assert note_bounce(session, bounce, now) is sent
    assert sent.state == "failed"
    assert "User unknown" in (sent.error or "")
    assert [each.outcome for each in attempts(session, sent)] == ["sent", "bounced"]
    assert note_bounce(session, bounce, now) is None, "a report that comes twice counts once"


@pytest.mark.parametrize(
    "changes", [{"recipient": "eve@example.com"}, {"message_id": "<forged@example.com>"}]
)
def test_a_report_about_no_mail_of_ours_changes_nothing(
    session: Session, sent: Envelope, now: datetime, changes: dict[str, str]
) -> None:
    values = {"message_id": sent.message_id} | changes
    (bounce,) = read_bounces(report(values.pop("message_id"), **values))
    assert note_bounce(session, bounce, now) is None
    assert sent.state == "sent"


def test_reports_are_read_from_a_maildir_and_put_away(tmp_path: Path) -> None:
    folder = tmp_path / "bounces"
    assert waiting_reports(folder, 10) == []
    box = Maildir(folder)
    for number in range(3):
        box.add(report(f"<{number}@example.com>"))
    first, *_ = waiting_reports(folder, 2)
    put_away(first)
    assert len(waiting_reports(folder, 10)) == 2
    assert len(Maildir(folder)) == 3
