"""An envelope as a mail: complete headers, two parts, and no way to add a header."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.claimed import Claimed
from notifications.compose import compose
from notifications.errors import Unmailable
from notifications.message_id import message_id

SENDER = "Orders API <api-team@example.com>"


def envelope(**changes: Any) -> Claimed:
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    values: dict[str, Any] = {
        "id": 1,
        "key": "digest:contact:7:smtp:2026-11-22",
        "channel": "smtp",
        "recipient": "dana@example.com",
        "subject": "Action needed",
        "text": "It ends.\n",
        "html": "<p>It ends.</p>",
        "reply_to": "",
        "thread": "",
        "unsubscribe": "",
        "message_id": "<abc@example.com>",
        "created_at": at,
        "attempts": 1,
        "lease": "x",
        "leased_until": at + timedelta(minutes=10),
    }
    return Claimed(**(values | changes))


def sent(**changes: Any) -> EmailMessage:
    return message_from_bytes(compose(envelope(**changes), SENDER).as_bytes(), policy=policy.default)


def test_a_mail_says_who_when_and_that_a_program_wrote_it() -> None:
    mail = sent()
    assert mail["From"] == SENDER
    assert mail["To"] == "dana@example.com"
    assert mail["Date"] == "Sun, 22 Nov 2026 09:00:00 +0000"
    assert mail["Message-ID"] == "<abc@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Notice-Id"] == "digest:contact:7:smtp:2026-11-22"


def test_a_mail_has_its_words_as_text_and_as_html() -> None:
    mail = sent(text="Zeit läuft ab – bis 30. Juni.\n", html="<p>Zeit läuft ab</p>")
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["Zeit läuft ab – bis 30. Juni."]


def test_mails_of_one_thread_refer_to_the_same_root() -> None:
    root = message_id("contact:7", "example.com")
    for identifier in ("<a@example.com>", "<b@example.com>"):
        mail = sent(thread="contact:7", message_id=identifier)
        assert (mail["In-Reply-To"], mail["References"]) == (root, root)
    assert sent()["References"] is None


def test_replies_go_to_a_person() -> None:
    assert sent(reply_to="Dana <dana@example.com>")["Reply-To"] == "Dana <dana@example.com>"


def test_a_line_break_in_a_subject_is_a_space() -> None:
    mail = sent(subject="Action needed\r\nBcc: everyone@example.com")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Action needed Bcc: everyone@example.com"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dana",
        "dana@",
        "@example.com",
        "dana@example.com, eve@example.com",
        "dana@example.com\r\nBcc: eve@example.com",
        "dana@example.com\nBcc: eve@example.com",
        "dana\x00@example.com",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(Unmailable):
        compose(envelope(recipient=address), SENDER).as_bytes()


KNOWN = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Notice-Id"),
    *("In-Reply-To", "References", "Reply-To", "MIME-Version", "Content-Type"),
}


@given(subject=st.text(), recipient=st.text(), reply_to=st.text(), thread=st.text(), key=st.text())
def test_no_value_adds_a_header_or_a_recipient(
    subject: str, recipient: str, reply_to: str, thread: str, key: str
) -> None:
    values = {"subject": subject, "reply_to": reply_to, "thread": thread, "key": key}
    try:
        mail = sent(recipient=recipient, **values)
    except Unmailable:
        mail = sent(**{**values, "reply_to": ""})
    assert set(mail.keys()) <= KNOWN
    assert len(mail.keys()) == len(set(mail.keys()))
    assert len(mail["To"].addresses) == 1


def test_reminders_stop_at_one_click_where_the_address_is_https() -> None:
    mail = sent(unsubscribe="https://sundial.example.com/your/x/mute")
    assert mail["List-Unsubscribe"] == "<https://sundial.example.com/your/x/mute>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent(unsubscribe="http://localhost:8080/your/x/mute")["List-Unsubscribe"] is None


def test_long_addresses_stand_in_headers_as_they_are() -> None:
    """As mail programs read them: byte for byte, neither encoded nor folded."""
    link = f"https://sundial.platform.example.com/your/{'s' * 120}/mute"
    raw = compose(envelope(unsubscribe=link, thread="contact:7"), SENDER).as_bytes()
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in raw
    assert b"=?" not in raw


@pytest.mark.parametrize(
    "subject",
    [
        "Action needed now: C0 still calls GET /v1/orders/{id}, which has ended",
        "Handlung nötig: " * 12,
        "Action needed " * 90,
    ],
)
def test_a_long_subject_is_read_as_it_was_written(subject: str) -> None:
    raw = compose(envelope(subject=subject), SENDER).as_bytes()
    assert max(map(len, raw.split(b"\r\n\r\n")[0].splitlines())) < 998
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject.strip()


def test_every_try_of_a_mail_is_the_same_to_the_byte() -> None:
    assert compose(envelope(), SENDER).as_bytes() == compose(envelope(), SENDER).as_bytes()
