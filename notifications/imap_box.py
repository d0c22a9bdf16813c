"""A mailbox into which mails come back, read over IMAP (RFC 3501, RFC 8314) by the standard library.

`imaps://user:password@host:993/INBOX?timeout=30&ca=/path`. The scheme `imap` begins in clear and must go on
with STARTTLS, unless `tls=never` says otherwise. Only what wasn't seen is read; what was dealt with is marked
as seen and stays, so that a person can look at it.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from notifications.bounces import LARGEST
from notifications.errors import ChannelMisconfigured, MailboxUnavailable

_PORTS: Final = {"imap": 143, "imaps": 993}
_OPTIONS: Final = frozenset({"timeout", "ca", "tls"})
_LONGEST_WAIT = 300
_NUMBER = re.compile(rb"[0-9]+")


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where the mailbox is; `timeout` is in seconds for each step, `ca` is "" for the system's own."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_implicit: bool
    is_protected: bool
    timeout: float
    ca: str

    @property
    def name(self) -> str:
        """What errors call it."""
        return f"{self.host}:{self.port}"


class ImapBox:
    """An open mailbox."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        """Take over a client with a folder selected."""
        self._client = client

    def unseen(self, limit: int) -> list[bytes]:
        """Return the UIDs of mails that weren't seen, oldest first."""
        found = _expect(self._client.uid("SEARCH", "UNSEEN"))
        return _NUMBER.findall(b" ".join(one for one in found if isinstance(one, bytes)))[:limit]

    def read(self, uid: bytes) -> bytes:
        """Return a mail, or its beginning where it is larger than a report can be; it stays unseen."""
        parts = _expect(self._client.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)"))
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")

    def put_away(self, uid: bytes) -> None:
        """Mark a mail as seen."""
        _expect(self._client.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"))


@contextmanager
def open_box(server: ImapServer) -> Iterator[ImapBox]:
    """Open a mailbox for as long as the block lasts; raises MailboxUnavailable in the server's words."""
    try:
        client = _connect(server)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxUnavailable(f"{server.name}: {error}") from error
    try:
        _expect(client.login(server.user, server.password))
        _expect(client.select(_quoted(server.folder)))
        yield ImapBox(client)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxUnavailable(f"{server.name}: {error}") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()


def read_imap_url(url: str) -> ImapServer:
    """Read the URL of a mailbox; raises ChannelMisconfigured with what to change."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ChannelMisconfigured(f"the IMAP URL can't be read: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username or not parts.password:
        raise ChannelMisconfigured("the IMAP URL must look like imaps://user:password@host:993/INBOX")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := sorted(options.keys() - _OPTIONS):
        raise ChannelMisconfigured(f"the IMAP URL has an unknown option {unknown[0]!r}: use timeout, ca, tls")
    if options.get("tls", "never") != "never" or ("tls" in options and parts.scheme == "imaps"):
        raise ChannelMisconfigured("tls in the IMAP URL: there is only imap://…?tls=never")
    return ImapServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        is_implicit=parts.scheme == "imaps",
        is_protected="tls" not in options,
        timeout=_timeout(options.get("timeout", "30")),
        ca=_ca(options.get("ca", "")),
    )


def _connect(server: ImapServer) -> imaplib.IMAP4:
    trust = ssl.create_default_context(cafile=server.ca or None)
    if server.is_implicit:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=trust, timeout=server.timeout)
    client = imaplib.IMAP4(server.host, server.port, timeout=server.timeout)
    if server.is_protected:
        try:
            client.starttls(trust)
        except (OSError, imaplib.IMAP4.error):
            with suppress(OSError):
                client.shutdown()
            raise
    return client


def _expect(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    word, data = answer
    if word != "OK":
        said = b" ".join(part for part in data if isinstance(part, bytes)).decode("utf-8", "replace")
        raise imaplib.IMAP4.error(said or word)
    return data


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_WAIT:
        raise ChannelMisconfigured(f"timeout={text} in the IMAP URL: use seconds, more than 0 and up to 300")
    return seconds


def _ca(path: str) -> str:
    if path and not Path(path).is_file():
        raise ChannelMisconfigured(f"ca={path} in the IMAP URL: there is no such file")
    return path
