"""Reports of mails that came back (RFC 3464): read from bytes, and met with their envelopes."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifications.models import Attempt, Envelope, EnvelopeState

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
LARGEST = 2_000_000
"""Bytes of a report that are read."""
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient's failed delivery. `message_id` is that of the mail which came back."""

    recipient: str
    message_id: str
    status: str
    detail: str

    @property
    def is_permanent(self) -> bool:
        """Whether trying again is of no use (RFC 3463: the first digit)."""
        return self.status.startswith("5")


def read_bounces(report: bytes) -> tuple[Bounce, ...]:
    """Read a delivery status notification; nothing for any other mail, and for delays and successes."""
    mail = message_from_bytes(report[:LARGEST], policy=default_policy)
    if mail.get_content_type() != "multipart/report":
        return ()
    fields = [
        block
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in part.iter_parts()
    ]
    original = _original_id(mail)
    return tuple(
        Bounce(
            recipient=_address(str(block["Final-Recipient"] or block["Original-Recipient"] or "")),
            message_id=original,
            status=(_STATUS.findall(str(block["Status"] or "")) or [""])[0],
            detail=" ".join(str(block["Diagnostic-Code"] or block["Status"]).split())[:_LONGEST],
        )
        for block in fields
        if str(block["Action"] or "").strip().lower() == "failed"
    )


def note_bounce(session: Session, bounce: Bounce, now: datetime) -> Envelope | None:
    """Write down that a sent envelope came back; return it, None where none of ours is meant.

    Both must fit, Message-ID and recipient: a report is a mail that anybody can write.
    """
    envelope = session.scalar(
        select(Envelope).where(
            Envelope.message_id == bounce.message_id,
            func.lower(Envelope.recipient) == bounce.recipient.lower(),
            Envelope.state == EnvelopeState.SENT,
        )
    )
    if envelope is None:
        return None
    envelope.state, envelope.error = EnvelopeState.FAILED, f"came back: {bounce.detail}"
    session.add(Attempt(envelope_id=envelope.id, at=now, outcome="bounced", detail=bounce.detail))
    session.flush()
    return envelope


def waiting_reports(maildir: Path, limit: int) -> list[Path]:
    """Return the reports that nobody read yet, oldest first; a folder that isn't there has none."""
    new = maildir / "new"
    files = (path for path in new.iterdir() if path.is_file()) if new.is_dir() else ()
    return sorted(files, key=lambda path: path.stat().st_mtime)[:limit]


def put_away(report: Path) -> None:
    """Move a report to where a Maildir keeps what was seen."""
    seen = report.parent.parent / "cur"
    seen.mkdir(exist_ok=True)
    report.replace(seen / f"{report.name.partition(':')[0]}:2,S")


def _original_id(mail: EmailMessage) -> str:
    for part in mail.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            content = part.get_content()
            text = content if isinstance(content, EmailMessage) else message_from_bytes(str(content).encode())
            return str(text["Message-ID"] or "").strip()
    return ""


def _address(field: str) -> str:
    return field.partition(";")[2].strip().strip("<>")
