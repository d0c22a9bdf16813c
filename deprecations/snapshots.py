"""Impacts as stored: one when a comparison is made, and one each time that somebody asks again."""

import zlib
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session, undefer

from deprecations.errors import SnapshotNotFound
from deprecations.impact import WINDOW_DAYS, impact
from deprecations.impact_record import Impact, Keep, encoded, impact_in
from deprecations.models import ImpactSnapshot
from deprecations.standing import Standing
from storage.paging import Page, page_of


def take(
    session: Session, comparison_id: int, *, by: str, window_days: int = WINDOW_DAYS, now: datetime
) -> ImpactSnapshot:
    """Work out whom a comparison hits by now, and keep it."""
    found = impact(session, comparison_id, window_days=window_days, now=now)
    snapshot = ImpactSnapshot(
        comparison_id=comparison_id,
        taken_at=now,
        taken_by=by,
        since=found.since,
        hurt=found.counts[Standing.HURT],
        at_risk=found.counts[Standing.AT_RISK],
        unknown=found.counts[Standing.UNKNOWN],
        not_hurt=found.counts[Standing.NOT_HURT],
        body=zlib.compress(encoded(found)),
    )
    session.add(snapshot)
    session.flush()
    return snapshot


def latest(session: Session, comparison_id: int, keep: Keep | None = None) -> Impact | None:
    """Return the newest impact of a comparison, with the parties wanted; None where none was ever kept."""
    newest = (
        select(ImpactSnapshot)
        .where(ImpactSnapshot.comparison_id == comparison_id)
        .order_by(ImpactSnapshot.id.desc())
        .limit(1)
        .options(undefer(ImpactSnapshot.body))
    )
    found = session.scalar(newest)
    return None if found is None else impact_in(zlib.decompress(found.body), keep)


def current(session: Session, comparison_id: int, now: datetime, keep: Keep | None = None) -> Impact:
    """Return the newest impact of a comparison; where none was kept, as it stands now, with everyone."""
    return latest(session, comparison_id, keep) or impact(session, comparison_id, now=now)


def snapshot_of(session: Session, comparison_id: int, snapshot_id: int) -> Impact:
    """Return the impact as one snapshot of a comparison has it."""
    wanted = select(ImpactSnapshot).filter_by(id=snapshot_id, comparison_id=comparison_id)
    found = session.scalar(wanted.options(undefer(ImpactSnapshot.body)))
    if found is None:
        raise SnapshotNotFound(f"comparison {comparison_id} has no impact {snapshot_id}")
    return impact_in(zlib.decompress(found.body))


def snapshots(session: Session, comparison_id: int, page: int = 1) -> Page[ImpactSnapshot]:
    """Return the snapshots of a comparison, newest first."""
    mine = select(ImpactSnapshot).where(ImpactSnapshot.comparison_id == comparison_id)
    return page_of(session, mine.order_by(ImpactSnapshot.id.desc()), page)


def forget_snapshots(session: Session, *, before: datetime) -> int:
    """Delete older snapshots, but the newest of each comparison; return how many went."""
    newest = select(func.max(ImpactSnapshot.id)).group_by(ImpactSnapshot.comparison_id)
    old = delete(ImpactSnapshot).where(ImpactSnapshot.taken_at < before, ImpactSnapshot.id.not_in(newest))
    gone = session.execute(old.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", gone).rowcount
