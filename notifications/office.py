"""Whether the post office is open. Closed, it takes envelopes and sends none.

It closes by itself when the database looks restored: a file beside it counts deliveries too, and knows of
more than the database does. What was sent since the backup would be sent once more.
"""

import os
import threading
from datetime import datetime
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from notifications.models import Envelope, EnvelopeState, PostOffice

_THE_ONE = 1
_HELD = "held back when the post office opened again: look at it before you try again"
RESTORED = (
    "The database is older than what was sent from here: it looks restored from a backup. Look at the queued "
    "mails before you resume; those that went out before would go out again."
)


def office(session: Session) -> PostOffice:
    """Return the post office's one row, made where there is none."""
    found = session.get(PostOffice, _THE_ONE)
    if found is None:
        found = PostOffice(id=_THE_ONE, deliveries=0)
        session.add(found)
        session.flush()
    return found


def pause(session: Session, *, by: str, reason: str, now: datetime) -> PostOffice:
    """Send nothing until somebody resumes; what closed it first stays."""
    found = office(session)
    if found.paused_at is None:
        found.paused_at, found.paused_by, found.reason = now, by, reason.strip() or "no reason given"
        session.flush()
    return found


def resume(session: Session, *, hold_queued: bool = False) -> int:
    """Open again; with `hold_queued` what waits fails instead of going out. Return how many were held."""
    found = office(session)
    found.paused_at, found.paused_by, found.reason = None, "", ""
    session.flush()
    if not hold_queued:
        return 0
    waiting = update(Envelope).where(Envelope.state == EnvelopeState.QUEUED)
    result = session.execute(
        waiting.values(state=EnvelopeState.FAILED, error=_HELD),
        execution_options={"synchronize_session": False},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def close_when_restored(session: Session, mark: Path, now: datetime) -> PostOffice:
    """Close the post office when the file `mark` knows of more deliveries than the database."""
    found = office(session)
    if _counted(mark) > found.deliveries:
        pause(session, by="sundial", reason=RESTORED, now=now)
    return found


def count_deliveries(session: Session, delivered: int) -> int:
    """Add to the count of deliveries; return it, for `write_mark` once it is committed."""
    found = office(session)
    found.deliveries += delivered
    session.flush()
    return found.deliveries


def write_mark(mark: Path, deliveries: int) -> None:
    """Write the count of deliveries beside the database, all or nothing, whoever else does so too."""
    fresh = mark.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    fresh.write_text(str(deliveries), encoding="ascii")
    fresh.replace(mark)


def accept_mark(session: Session, mark: Path) -> None:
    """Take the file's count over, so that a restored database is not taken for one again."""
    found = office(session)
    found.deliveries = max(found.deliveries, _counted(mark))
    session.flush()


def _counted(mark: Path) -> int:
    try:
        return int(mark.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0
