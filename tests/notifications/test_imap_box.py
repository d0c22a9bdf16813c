"""The mailbox for what comes back, against a real IMAP server."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from notifications.bounces import LARGEST, read_bounces
from notifications.errors import ChannelMisconfigured, MailboxUnavailable
from notifications.imap_box import open_box, read_imap_url
from tests.notifications.test_bounces import report
from tests.support.dovecot import PASSWORD, USER, ImapHost, dovecot, imap_host

pytestmark = pytest.mark.slow  # a server of its own


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapHost]:
    if reason := dovecot():
        pytest.skip(reason)
    with imap_host(tmp_path_factory.mktemp("imap")) as running:
        yield running


@pytest.fixture
def host(server: ImapHost) -> ImapHost:
    """The server, its mailbox empty."""
    for part in ("new", "cur"):
        for file in (server.maildir / part).iterdir():
            file.unlink()
    return server


def url(host: ImapHost, *, scheme: str = "imaps", password: str = PASSWORD, more: str = "") -> str:
    port = host.tls_port if scheme == "imaps" else host.port
    login = f"{quote(USER, safe='')}:{quote(password, safe='')}"
    return f"{scheme}://{login}@127.0.0.1:{port}/INBOX?timeout=10{more}"


def trusted(host: ImapHost, scheme: str = "imaps") -> str:
    return url(host, scheme=scheme, more=f"&ca={host.ca}")


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_reports_are_read_once_over_tls_and_kept_as_seen(host: ImapHost, scheme: str) -> None:
    host.put(report("<1@example.com>"))
    host.put(report("<2@example.com>", status="4.2.2"))
    with open_box(read_imap_url(trusted(host, scheme))) as box:
        mails = [(uid, box.read(uid)) for uid in box.unseen(10)]
        found = [bounce.message_id for _, mail in mails for bounce in read_bounces(mail)]
        assert sorted(found) == ["<1@example.com>", "<2@example.com>"]
        assert box.unseen(10) == [uid for uid, _ in mails], "reading alone marks nothing"
        box.put_away(mails[0][0])
        assert box.unseen(10) == [mails[1][0]]
        box.put_away(mails[1][0])
    with open_box(read_imap_url(trusted(host, scheme))) as box:
        assert box.unseen(10) == []
    assert host.flags() == ["S", "S"]


def test_of_many_the_oldest_come_first_and_of_the_large_the_beginning(host: ImapHost) -> None:
    for number in range(3):
        host.put(report(f"<{number}@example.com>"))
    host.put(b"Subject: large\n\n" + b"x" * 70 + b"\n" * LARGEST)
    with open_box(read_imap_url(trusted(host))) as box:
        assert len(box.unseen(2)) == 2
        assert len(box.read(box.unseen(9)[-1])) <= LARGEST


def test_an_authority_that_is_not_trusted_or_a_wrong_password_is_said(host: ImapHost) -> None:
    for scheme in ("imaps", "imap"):
        with pytest.raises(MailboxUnavailable, match="certificate verify failed"):
            _open(url(host, scheme=scheme))
    with pytest.raises(MailboxUnavailable, match=r"(?i)authentication failed"):
        _open(url(host, password="wrong", more=f"&ca={host.ca}"))
    with pytest.raises(MailboxUnavailable, match=r"(?i)mailbox doesn't exist"):
        _open(trusted(host).replace("/INBOX", "/Nowhere"))


def test_in_clear_it_goes_on_only_where_the_url_says_so(host: ImapHost) -> None:
    _open(url(host, scheme="imap", more="&tls=never"))


def test_a_server_that_is_down_is_said() -> None:
    with pytest.raises(MailboxUnavailable, match=r"127\.0\.0\.1:9: "):
        _open("imaps://a:b@127.0.0.1:9/INBOX")


def _open(address: str) -> None:
    with open_box(read_imap_url(address)):
        pass


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("pop://a:b@host", "must look like imaps://"),
        ("imaps://host", "must look like imaps://"),
        ("imaps://a@host", "must look like imaps://"),
        ("imaps://a:b@host:x", "can't be read"),
        ("imaps://a:b@host?tls=never", "only imap://"),
        ("imap://a:b@host?tls=maybe", "only imap://"),
        ("imaps://a:b@host?timeout=0", "use seconds"),
        ("imaps://a:b@host?ca=/nowhere", "there is no such file"),
        ("imaps://a:b@host?speed=9", "unknown option 'speed'"),
    ],
)
def test_a_url_that_makes_no_sense_is_refused(address: str, message: str) -> None:
    with pytest.raises(ChannelMisconfigured, match=message):
        read_imap_url(address)


def test_a_url_has_sensible_defaults(tmp_path: Path) -> None:
    server = read_imap_url("imaps://a%40b:c%2Fd@host")
    assert (server.port, server.user, server.password, server.folder) == (993, "a@b", "c/d", "INBOX")
    assert read_imap_url("imap://a:b@host/Bounces%20here").folder == "Bounces here"
