"""How long things are kept, table by table. What is not listed is kept until someone removes it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.engine import CursorResult

from access.models import ApiToken, AuditEntry, BrowserSession, SignInLink
from access.sessions import over_before
from consumers.condensing import condense, days_to_condense
from consumers.contracts import forget_contracts, retire_replaced
from consumers.declared import forget_declared
from consumers.retention import forget_batches, forget_usage
from deprecations.contact_endpoints import forget_unused
from deprecations.edge_models import Freeze
from deprecations.gate_models import GateRun
from deprecations.live.models import ProbeResult
from deprecations.notice_models import Answer
from deprecations.owner_models import OwnerNotice
from deprecations.snapshots import forget_snapshots
from interfaces.runtime import Runtime
from notifications.models import Attempt, Envelope
from notifications.wordings import forget_wordings
from registry.models import Delivery, Operation


def forget(runtime: Runtime) -> int:
    """Delete what is older than its retention, a transaction a table; return how many rows."""
    now, settings = runtime.clock(), runtime.settings
    history = now - timedelta(days=settings.history_retention_days)
    audit = now - timedelta(days=settings.audit_retention_days)
    with runtime.database.transaction() as session:
        gone = forget_usage(session, older_than=timedelta(days=settings.usage_retention_days), now=now)
        gone += forget_batches(session, older_than=timedelta(days=settings.history_retention_days), now=now)
        gone += forget_snapshots(session, before=history)
        gone += forget_contracts(session, before=history)
        aged = now - timedelta(days=settings.contract_days)
        retire_replaced(session, before=aged, now=now)
        gone += forget_declared(session, before=history)
        gone += forget_unused(session)
        gone += forget_wordings(session, before=audit)
    for model, condition in _old(history, audit):
        with runtime.database.transaction() as session:
            result: CursorResult[Any] = session.execute(delete(model).where(condition))  # type: ignore[assignment]
            gone += result.rowcount
    return gone


def condense_usage(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Make days of the old hours of usage, a transaction a day and operation; return how many rows went."""
    now, age = runtime.clock(), timedelta(days=runtime.settings.usage_hours_days)
    with runtime.database.reading() as session:
        operations = session.scalars(select(Operation.id).order_by(Operation.id)).all()
        old = [
            (one, day)
            for one in operations
            for day in days_to_condense(session, one, older_than=age, now=now)
        ]
    gone = 0
    for operation, day in old:
        if stop():
            break
        with runtime.database.transaction() as session:
            gone += condense(session, operation, day)
    return gone


def _old(history: datetime, audit: datetime) -> list[tuple[type[Any], ColumnElement[bool]]]:
    return [
        (Delivery, Delivery.settled_at < history),
        (Attempt, Attempt.at < history),
        (Envelope, Envelope.sent_at < history),
        (Answer, Answer.at < audit),
        (OwnerNotice, OwnerNotice.created_at < history),
        (SignInLink, SignInLink.expires_at < history),
        (BrowserSession, over_before(history)),
        (ApiToken, ApiToken.revoked_at < audit),
        (AuditEntry, AuditEntry.at < audit),
        (GateRun, GateRun.at < audit),
        (Freeze, Freeze.ends_at < history),
        (ProbeResult, ProbeResult.at < history),
    ]
