"""Acts on brownouts with their entry in the audit trail, as pages, API and command all take them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from access.audit import record
from consumers.models import Consumer
from deprecations.brownouts import exemptions, windows
from deprecations.brownouts.ramps import Window, in_both
from deprecations.edge_models import Brownout, Exemption
from deprecations.models import Deprecation


def announced(
    session: Session, plan: Deprecation, chosen: Sequence[Window], *, by: str, reason: str, now: datetime
) -> tuple[Brownout, ...]:
    """Announce windows of a plan."""
    made = windows.announce(session, plan, chosen, by=by, reason=reason, now=now)
    detail = "; ".join(f"{in_both(one, 'UTC')}, {one.percent} %, {one.status}" for one in chosen)
    record(session, actor=by, action="brownouts announced", subject=_subject(plan), detail=detail, now=now)
    return made


def aborted(
    session: Session, plan: Deprecation, *, only: int | None, by: str, reason: str, now: datetime
) -> tuple[Brownout, ...]:
    """Abort what runs and what lies ahead."""
    stopped = windows.abort(session, plan, only=only, by=by, reason=reason, now=now)
    record(session, actor=by, action="brownouts aborted", subject=_subject(plan), detail=reason, now=now)
    return stopped


def exempted(
    session: Session,
    plan: Deprecation,
    consumer: Consumer,
    *,
    until_at: datetime | None,
    reason: str,
    by: str,
    now: datetime,
) -> Exemption:
    """Let a plan's brownouts pass over a consumer."""
    made = exemptions.exempt(session, plan, consumer, until_at=until_at, reason=reason, by=by, now=now)
    detail = f"{consumer.slug}: {reason}"
    record(session, actor=by, action="consumer exempted", subject=_subject(plan), detail=detail, now=now)
    return made


def _subject(plan: Deprecation) -> str:
    return f"{plan.api.slug} {plan.operation.label}"
