"""How far each log file was counted: finding a file's cursor, and moving it with the batch it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from consumers.log_file import START_DIGEST, LogFile, Place
from consumers.models import LogCursor, UsageSource
from storage.upsert import insert_missing

_LONGEST_PATH = 1_000


class CursorMoved(Exception):
    """Another reader of the same file counted on meanwhile; the batch at hand must not be kept."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A stored cursor as it was read: where it stood decides whether it may be moved."""

    path: str
    offset: int
    digest: str


def cursors(session: Session, source: str, head: str) -> list[Cursor]:
    """Return the cursors of a source's files that begin with that line, the farthest last."""
    rows = session.execute(
        select(LogCursor.path, LogCursor.offset, LogCursor.digest)
        .join(UsageSource, UsageSource.id == LogCursor.source_id)
        .where(UsageSource.slug == source, LogCursor.head == head)
        .order_by(LogCursor.offset, LogCursor.id)
    )
    return [Cursor(path, offset, digest) for path, offset, digest in rows]


def resume(log: LogFile, known: Sequence[Cursor]) -> Cursor:
    """Put a log to where its content was counted up to, and return the cursor that says so.

    Of the cursors of files that begin alike, the farthest whose digest the content confirms is the one,
    whatever the file is called now. Where none is, reading begins at the start, under the file's own path.
    """
    own = next((cursor for cursor in known if cursor.path == log.name[-_LONGEST_PATH:]), None)
    chosen, place = own or Cursor(log.name[-_LONGEST_PATH:], 0, START_DIGEST), log.place
    for cursor in known:
        if not log.skip_to(cursor.offset):
            break
        if log.place.offset == cursor.offset and log.place.digest == cursor.digest:
            chosen, place = cursor, log.place
    log.go(place)
    return chosen


def advance(session: Session, source: str, head: str, cursor: Cursor, to: Place, now: datetime) -> Cursor:
    """Move a cursor; raise CursorMoved where it stands no longer where it stood when it was read."""
    source_id = session.scalars(select(UsageSource.id).where(UsageSource.slug == source)).one()
    key = {"source_id": source_id, "head": head, "path": cursor.path}
    fresh = key | {"offset": 0, "digest": START_DIGEST, "moved_at": now}
    insert_missing(session, LogCursor, [fresh], ["source_id", "head", "path"])
    moved = session.execute(
        update(LogCursor)
        .filter_by(**key, offset=cursor.offset, digest=cursor.digest)
        .values(offset=to.offset, digest=to.digest, moved_at=now)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", moved).rowcount != 1:
        raise CursorMoved
    return Cursor(cursor.path, to.offset, to.digest)
