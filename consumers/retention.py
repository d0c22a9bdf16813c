"""Forgetting usage, and what was kept about its batches, after their time."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.orm import Session

from consumers.models import LogCursor, NameUse, SourceHour, UnknownCall, Usage, UsageBatch, UsedName
from consumers.rollup import RETENTION
from registry.models import Operation


def forget_usage(session: Session, *, older_than: timedelta, now: datetime) -> int:
    """Delete the counts of hours that began before, and of names of days before; return how many rows went.

    It goes operation by operation, as the key of usage does.
    """
    before = now - older_than
    operations = session.scalars(select(Operation.id).order_by(Operation.id)).all()
    gone = sum(
        _delete(session, Usage, (Usage.operation_id == operation) & (Usage.hour < before))
        for operation in operations
    )
    gone += _delete(session, SourceHour, SourceHour.hour < before)
    gone += _delete(session, UnknownCall, UnknownCall.last_at < before)
    gone += _delete(session, NameUse, NameUse.day < before.astimezone(UTC).date())
    is_used = select(NameUse.used_name_id).where(NameUse.used_name_id == UsedName.id).exists()
    return gone + _delete(session, UsedName, ~is_used)


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
