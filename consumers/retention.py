"""Forgetting usage, and what was kept about its batches, after their time."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete
from sqlalchemy.orm import Session

from consumers.models import LogCursor, Usage, UsageBatch
from consumers.rollup import RETENTION


def forget_usage(session: Session, *, older_than: timedelta, now: datetime) -> int:
    """Delete the counts of hours that began before; return how many rows went."""
    return _delete(session, Usage, Usage.hour < now - older_than)


def forget_batches(session: Session, *, older_than: timedelta, now: datetime) -> int:
    """Delete what was kept about batches, with their samples; return how many went.

    A batch is kept for 400 days at least: until then its lines would count again were it sent again.
    """
    before = now - max(older_than, RETENTION)
    _delete(session, LogCursor, LogCursor.moved_at < before)
    return _delete(session, UsageBatch, UsageBatch.received_at < before)


def _delete(session: Session, model: type[Any], which: ColumnElement[bool]) -> int:
    result = session.execute(delete(model).where(which).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
