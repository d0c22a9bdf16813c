"""The built-in mailbox: kept once, found again, readable by the page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from mailbox import Maildir
from pathlib import Path

import pytest

from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings
from notifications.claimed import Claimed
from notifications.deliver import deliver
from notifications.errors import MailNotFound, Unmailable
from notifications.mailbox_reader import list_mails, open_mail
from notifications.models import Envelope
from notifications.outcome import Receipt
from storage.transactions import Database

Post = Callable[..., Envelope]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mailbox"


@pytest.fixture
def channel(folder: Path) -> Channel:
    return CHANNELS["mailbox"](ChannelSettings("Sundial <sundial@localhost>", "", folder))


def test_a_mail_delivered_twice_is_there_once(channel: Channel, claimed: Claimed, folder: Path) -> None:
    assert isinstance(channel.send(claimed), Receipt)
    assert channel.send(claimed) == channel.send(claimed)
    assert list_mails(folder).total == 1


def test_any_mail_program_can_read_the_mailbox(channel: Channel, claimed: Claimed, folder: Path) -> None:
    channel.send(claimed)
    (mail,) = Maildir(folder, create=False)
    assert mail["Message-ID"] == claimed.message_id


def test_the_page_sees_what_the_reader_would(
    channel: Channel, claimed: Claimed, folder: Path, now: datetime
) -> None:
    channel.send(claimed)
    (summary,) = list_mails(folder).items
    mail = open_mail(folder, summary.id)
    assert (summary.subject, summary.to, summary.at) == (claimed.subject, "dana@example.com", now)
    assert (mail.text, mail.sender) == (claimed.text, "Sundial <sundial@localhost>")
    assert mail.html.strip() == claimed.html


def test_mails_are_listed_newest_first(
    database: Database, channel: Channel, post_one: Post, folder: Path, now: datetime
) -> None:
    with database.transaction() as session:
        for number in range(60):
            at = now + timedelta(minutes=number)
            post_one(session, f"k{number}", channel="mailbox", subject=f"mail {number}", now=at)
    later = now + timedelta(hours=2)
    assert deliver(database, {"mailbox": channel}, clock=lambda: later, limit=100, stop=lambda: False) == 60
    first, second = list_mails(folder), list_mails(folder, page=2)
    assert (first.total, len(first.items), len(second.items)) == (60, 50, 10)
    assert first.items[0].subject == "mail 59"
    assert second.items[-1].subject == "mail 0"


def test_a_mailbox_that_nobody_wrote_to_is_empty(folder: Path) -> None:
    assert list_mails(folder).total == 0


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 40, "", "new"])
def test_only_what_the_mailbox_holds_is_opened(folder: Path, name: str) -> None:
    with pytest.raises(MailNotFound):
        open_mail(folder, name)


def test_a_sender_that_is_no_address_is_refused_at_the_start(folder: Path) -> None:
    with pytest.raises(Unmailable, match="'sundial' is not one e-mail address"):
        CHANNELS["mailbox"](ChannelSettings("sundial", "", folder))
