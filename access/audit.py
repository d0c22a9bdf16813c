"""The audit trail: a row in the same transaction as the act."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import AuditEntry
from storage.paging import Page, page_of


def record(
    session: Session, *, actor: str, action: str, subject: str, detail: str = "", now: datetime
) -> None:
    """Write down who did what to what."""
    entry = AuditEntry(at=now, actor=actor[:254], action=action, subject=subject[:300], detail=detail)
    session.add(entry)


def trail(session: Session, page: int = 1) -> Page[AuditEntry]:
    """Return the trail, newest first."""
    return page_of(session, select(AuditEntry).order_by(AuditEntry.id.desc()), page)
