"""Delivery to a real SMTP server on loopback: what it says decides what becomes of an envelope."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from notifications.channels import CHANNELS
from notifications.channels.channel import ChannelSettings
from notifications.channels.smtp_server import SmtpServer, Tls, read_smtp_url
from notifications.claimed import Claimed
from notifications.errors import ChannelMisconfigured
from notifications.models import Envelope
from notifications.outcome import Failure, Outcome, Receipt
from tests.support.smtp import Sink

Post = Callable[..., Envelope]
SENDER = "Orders API <api-team@example.com>"


def send(port: int, envelope: Claimed, options: str = "") -> Outcome:
    settings = ChannelSettings(SENDER, f"smtp://127.0.0.1:{port}{options}", Path("unused"))
    with closing(CHANNELS["smtp"](settings)) as channel:
        return channel.send(envelope)


def test_a_mail_arrives_as_it_was_posted(smtp_sink: Sink, claimed: Claimed) -> None:
    outcome = send(smtp_sink.port, claimed)
    assert outcome == Receipt(f"127.0.0.1:{smtp_sink.port}: 250 OK")
    (mail,) = smtp_sink.mails
    assert (mail.sender, mail.recipients) == ("api-team@example.com", ("dana@example.com",))
    assert mail.message["Message-ID"] == claimed.message_id
    assert mail.message["Subject"] == claimed.subject


def test_a_recipient_refused_for_good_is_a_permanent_failure(smtp_sink: Sink, claimed: Claimed) -> None:
    smtp_sink.refuse("dana@example.com")
    outcome = send(smtp_sink.port, claimed)
    assert isinstance(outcome, Failure)
    assert outcome.permanent
    assert outcome.is_about_recipient
    assert outcome.detail.endswith("refused RCPT dana@example.com: 550 5.1.1 No such user here")


def test_a_recipient_refused_for_now_is_a_temporary_failure(smtp_sink: Sink, claimed: Claimed) -> None:
    smtp_sink.refuse("dana@example.com", "451 4.7.1 Greylisted, come back later")
    outcome = send(smtp_sink.port, claimed)
    assert isinstance(outcome, Failure)
    assert not outcome.permanent


def test_a_server_that_is_not_there_is_a_temporary_failure(claimed: Claimed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = send(port, claimed)
    assert isinstance(outcome, Failure)
    assert not outcome.permanent
    assert "refused" in outcome.detail


def test_tls_that_is_required_but_not_offered_sends_nothing(smtp_sink: Sink, claimed: Claimed) -> None:
    outcome = send(smtp_sink.port, claimed, "?tls=required")
    assert isinstance(outcome, Failure)
    assert not outcome.permanent
    assert "STARTTLS" in outcome.detail
    assert smtp_sink.mails == []


REPLIES = {
    "banner 554": ([b"554 no service"], False),
    "banner 421": ([b"421 busy"], False),
    "MAIL 550": ([b"220 hi", b"250 ok", b"550 who are you"], False),
    "MAIL 552": ([b"220 hi", b"250-ok\r\n250 SIZE 10", b"552 too large"], True),
    "RCPT 421": ([b"220 hi", b"250 ok", b"250 ok", b"421 later"], False),
    "RCPT 554": ([b"220 hi", b"250 ok", b"250 ok", b"554 never"], True),
    "DATA 451": ([b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"451 later"], False),
    "DATA 554": ([b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"554 never"], True),
    "dot 452": ([b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"354 go", b"452 disk full"], False),
    "dot 554": ([b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"354 go", b"554 spam"], True),
    "drop after the banner": ([b"220 hi"], False),
    "drop after RCPT": ([b"220 hi", b"250 ok", b"250 ok", b"250 ok"], False),
    "drop after the dot": ([b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"354 go"], False),
}


@pytest.mark.parametrize("name", REPLIES)
def test_each_refusal_is_judged_by_the_step_it_came_at(name: str, claimed: Claimed) -> None:
    replies, permanent = REPLIES[name]
    with scripted_server(replies) as port:
        outcome = send(port, claimed)
    assert isinstance(outcome, Failure)
    assert outcome.permanent is permanent, outcome.detail


def test_trouble_after_acceptance_does_not_undo_the_receipt(claimed: Claimed) -> None:
    accepted = [b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"354 go", b"250 queued as 7", b"554 quit?"]
    with scripted_server(accepted) as port:
        assert send(port, claimed) == Receipt(f"127.0.0.1:{port}: 250 queued as 7")


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 25, "", "", Tls.OFFERED, 30)),
        (
            "smtp://dana%40example.com:s%2Fcret@mail.example.com:587",
            SmtpServer("mail.example.com", 587, "dana@example.com", "s/cret", Tls.REQUIRED, 30),
        ),
        ("smtps://mail.example.com", SmtpServer("mail.example.com", 465, "", "", Tls.IMPLICIT, 30)),
        (
            "smtp://127.0.0.1:1025?tls=never&timeout=2.5",
            SmtpServer("127.0.0.1", 1025, "", "", Tls.NEVER, 2.5),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_url(url: str, server: SmtpServer) -> None:
    assert read_smtp_url(url) == server


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://mail.example.com", "must look like smtp://"),
        ("smtp://", "must look like smtp://"),
        ("smtp://mail.example.com:port", "can't be read"),
        ("smtp://mail.example.com?starttls=1", "unknown option 'starttls'"),
        ("smtp://mail.example.com?tls=maybe", "use required, offered or never"),
        ("smtp://mail.example.com?ca=/no/such.pem", "there is no such file"),
        ("smtp://mail.example.com?timeout=0", "more than 0 and up to 300"),
    ],
)
def test_a_url_that_makes_no_sense_says_what_to_change(url: str, message: str) -> None:
    with pytest.raises(ChannelMisconfigured, match=message):
        read_smtp_url(url)


@contextmanager
def scripted_server(replies: list[bytes]) -> Iterator[int]:
    """Answer one connection with fixed replies, a reply a command, then hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, replies))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def _answer(listener: socket.socket, replies: list[bytes]) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as commands:
        for number, reply in enumerate(replies):
            if number > 0 and not _hear(commands, replies[number - 1]):
                return
            connection.sendall(reply + b"\r\n")


def _hear(commands: BinaryIO, asked: bytes) -> bool:
    if not asked.startswith(b"354"):
        return bool(commands.readline())
    return any(line == b".\r\n" for line in commands)
