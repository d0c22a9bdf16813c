"""Forgetting usage, and what was kept about its batches, after their time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.orm import Session

from consumers.models import LogCursor, NameUse, SourceHour, UnknownCall, Usage, UsageBatch, UsedName
from consumers.rollup import RETENTION
from consumers.sum_models import ConsumerDay, ConsumerHour, OperationSpan, PairDay, UsageDay
from registry.models import Operation


def forget_usage(session: Session, *, older_than: timedelta, now: datetime) -> int:
    """Delete the counts of the UTC days before, with their sums; return how many rows went.

    It goes operation by operation, as the key of usage does.
    """
    first = (now.astimezone(UTC) - older_than).date()
    before = datetime.combine(first, time(0), UTC)
    operations = session.scalars(select(Operation.id).order_by(Operation.id)).all()
    gone = sum(
        _delete(session, Usage, (Usage.operation_id == operation) & (Usage.hour < before))
        for operation in operations
    )
    _forget_sums(session, first)
    gone += _delete(session, SourceHour, SourceHour.hour < before)
    gone += _delete(session, UnknownCall, UnknownCall.last_at < before)
    gone += _delete(session, NameUse, NameUse.day < first)
    is_used = select(NameUse.used_name_id).where(NameUse.used_name_id == UsedName.id).exists()
    return gone + _delete(session, UsedName, ~is_used)


def _forget_sums(session: Session, first: date) -> None:
    """Delete the sums of days before; spans tell of them as well, and have to be told anew."""
    if _delete(session, UsageDay, UsageDay.day < first):
        _delete(session, OperationSpan, OperationSpan.until_day.is_not(None))
        _delete(session, PairDay, PairDay.day < first)
        _delete(session, ConsumerDay, ConsumerDay.day < first)
        _delete(session, ConsumerHour, ConsumerHour.hour < datetime.combine(first, time(0), UTC))


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
