"""An envelope as a mail (RFC 5322, MIME): text first, HTML beside it."""

import re
from email.errors import MessageError
from email.headerregistry import Address, AddressHeader, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, cast

from notifications.claimed import Claimed
from notifications.errors import Unmailable
from notifications.message_id import domain_of, message_id

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_HEADERS = HeaderRegistry()


class _AsIs(EmailPolicy):
    """Keeps what is plain ASCII as it is: parsing costs time, and would fold more than may be folded.

    The library writes words that fill a line as encoded words, the address in List-Unsubscribe too, where
    no mail program reads them (RFC 2047 section 5), and begins some subjects with an empty line.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Take a header in."""
        return (name, value) if _is_plain(value) else super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        """Hand a header out."""
        return value


_LONGEST = 900  # a line of 998 is the most that there may be (RFC 5322 section 2.1.1)
_POLICY = _AsIs(linesep="\r\n", refold_source="none")


def compose(envelope: Claimed, sender: str) -> EmailMessage:
    """Make the mail of an envelope; `sender` is a mailbox like `Orders API <api-team@example.com>`.

    No value can add a header or a recipient: addresses are parsed as one address each, and control
    characters become spaces. Raises Unmailable for an address that isn't one.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _mailbox("From", sender)
    mail["To"] = _mailbox("To", envelope.recipient)
    mail["Subject"] = _one_line(envelope.subject)
    mail["Date"] = format_datetime(envelope.created_at)
    mail["Message-ID"] = envelope.message_id
    if envelope.thread:
        root = message_id(envelope.thread, domain_of(envelope.message_id))
        mail["In-Reply-To"] = root
        mail["References"] = root
    if envelope.reply_to:
        mail["Reply-To"] = _mailbox("Reply-To", envelope.reply_to)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: no out-of-office replies, please
    if envelope.unsubscribe.startswith("https://"):  # RFC 8058 section 3.1 allows no other
        mail["List-Unsubscribe"] = f"<{_one_line(envelope.unsubscribe)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["X-Notice-Id"] = _one_line(envelope.key)
    mail.set_content(envelope.text, cte="quoted-printable")
    mail.add_alternative(envelope.html, subtype="html", cte="quoted-printable")
    # No line of quoted-printable holds "=_" (RFC 2045 section 6.7), and every try is the same to the byte.
    mail.set_boundary(f"=_{envelope.message_id.strip('<>').partition('@')[0]}")
    return mail


@lru_cache(maxsize=256)
def address(text: str) -> Address:
    """Read exactly one mailbox, with or without a display name."""
    if _CONTROLS.search(text):
        raise Unmailable(f"{text!r} is not an e-mail address: it holds control characters")
    try:
        header = _HEADERS("to", text)
        found = () if header.defects else cast(AddressHeader, header).addresses
    except (MessageError, ValueError, IndexError) as error:
        raise Unmailable(f"{text!r} is not an e-mail address: {error}") from error
    if len(found) != 1 or not found[0].username or not found[0].domain:
        raise Unmailable(f"{text!r} is not one e-mail address like dana@example.com")
    return Address(found[0].display_name, found[0].username, found[0].domain)


def _is_plain(value: Any) -> bool:
    return type(value) is str and value.isascii() and value.isprintable() and len(value) < _LONGEST


@lru_cache(maxsize=256)
def _mailbox(name: str, text: str) -> BaseHeader:
    """Return a header that names one mailbox, ready: most mails have the same sender."""
    return _HEADERS(name, address(text))


def _one_line(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()
