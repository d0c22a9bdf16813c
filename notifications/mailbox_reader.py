"""Reads the built-in mailbox for the page that shows mails as their readers would see them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default as default_policy
from pathlib import Path
from typing import cast

from notifications.errors import MailNotFound
from storage.paging import PAGE_SIZE, Page

_NAME = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class MailSummary:
    """A mail as a list shows it."""

    id: str
    subject: str
    to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, opened. `html` is untrusted by whoever shows it: frame it in a sandbox."""

    id: str
    subject: str
    sender: str
    to: str
    reply_to: str
    message_id: str
    at: datetime
    text: str
    html: str


def list_mails(folder: Path, *, page: int = 1) -> Page[MailSummary]:
    """List the mails of a mailbox, newest first; only those of the page are opened.

    A number beyond the end answers the last page.
    """
    files = sorted(_files(folder), key=lambda file: (-file.stat().st_mtime, file.name))
    number = min(max(1, page), max(1, -(-len(files) // PAGE_SIZE)))
    shown = files[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(tuple(map(_summary, shown)), number, len(files))


def open_mail(folder: Path, mail_id: str) -> Mail:
    """Open one mail by its id."""
    found = [file for file in _files(folder) if file.name == mail_id]
    if not found:
        raise MailNotFound(f"the mailbox holds no mail {mail_id}")
    mail = message_from_bytes(found[0].read_bytes(), policy=default_policy)
    return Mail(
        id=mail_id,
        subject=str(mail["Subject"]),
        sender=str(mail["From"]),
        to=str(mail["To"]),
        reply_to=str(mail["Reply-To"] or ""),
        message_id=str(mail["Message-ID"]),
        at=_instant(found[0]),
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
    )


def _files(folder: Path) -> list[Path]:
    kept = folder / "new"
    return [file for file in kept.iterdir() if _NAME.fullmatch(file.name)] if kept.is_dir() else []


def _summary(file: Path) -> MailSummary:
    with file.open("rb") as content:
        headers = BytesHeaderParser(policy=default_policy).parse(content)
    return MailSummary(file.name, str(headers["Subject"]), str(headers["To"]), _instant(file))


def _instant(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    if part is None:
        return ""
    return str(cast(EmailMessage, part).get_content()).replace("\r\n", "\n")
