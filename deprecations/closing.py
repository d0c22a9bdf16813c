"""Who was known when something closed to new consumers; whoever calls it later is a new adopter."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consumers.sums import ever
from deprecations.models import Deprecation, KnownConsumer
from deprecations.reach import reach
from storage.upsert import insert_missing


def freeze(session: Session, plan: Deprecation, closed_at: datetime) -> None:
    """Keep the list of who called before it closed; it outlives the usage that it was made from."""
    plan.closed_at = closed_at
    reached = reach(session, [plan.target_id])[plan.target_id]
    of = ever(session, lambda table: [table.operation_id.in_(reached)]).c
    called = select(of.consumer_id).where(of.first_at < closed_at).distinct()
    rows = [{"deprecation_id": plan.id, "consumer_id": one} for one in session.scalars(called).all()]
    insert_missing(session, KnownConsumer, rows, ["deprecation_id", "consumer_id"])


def thaw(session: Session, plan: Deprecation) -> None:
    """Open it to everyone again; the list goes, as it is true no more."""
    plan.closed_at = None
    session.execute(delete(KnownConsumer).where(KnownConsumer.deprecation_id == plan.id))


def known(session: Session, plan_ids: Collection[int]) -> set[tuple[int, int]]:
    """Return the known consumers of plans, as pairs of plan and consumer."""
    wanted = select(KnownConsumer.deprecation_id, KnownConsumer.consumer_id)
    rows = session.execute(wanted.where(KnownConsumer.deprecation_id.in_(plan_ids)))
    return {(row[0], row[1]) for row in rows}
