"""Read-only questions that span rooms or lists, for pages: one query each, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from consumers.models import Contact
from consumers.sums import calls_of_pairs
from consumers.windows import from_to
from deprecations.board import OVER
from deprecations.models import Deprecation
from deprecations.notice_models import Notice
from notifications.models import Envelope, EnvelopeState
from registry.models import (
    Api,
    ComparisonState,
    Delivery,
    FindingOperation,
    Operation,
    SpecRepository,
    StoredComparison,
    Version,
)

_MOST = 10


@dataclass(frozen=True, slots=True)
class Told:
    """How many people a plan's notices are for, and how many of them were sent one."""

    all: int = 0
    sent: int = 0


def newest_versions(session: Session, api_ids: Collection[int]) -> dict[int, Version]:
    """Return each API's newest version, by API; one without versions is not there."""
    top = (
        select(Version.api_id, func.max(Version.position).label("position"))
        .where(Version.api_id.in_(api_ids))
        .group_by(Version.api_id)
        .subquery()
    )
    rows = session.scalars(
        select(Version).join(top, (Version.api_id == top.c.api_id) & (Version.position == top.c.position))
    )
    return {version.api_id: version for version in rows}


def steps_to(session: Session, version_ids: Collection[int]) -> dict[int, StoredComparison]:
    """Return the comparison of each version with its predecessor, by version; the first one has none."""
    old, new = aliased(Version), aliased(Version)
    rows = session.scalars(
        select(StoredComparison)
        .join(old, old.id == StoredComparison.old_version_id)
        .join(new, new.id == StoredComparison.new_version_id)
        .where(new.id.in_(version_ids), old.position == new.position - 1)
    )
    return {step.new_version_id: step for step in rows}


def endings_by_api(session: Session, api_ids: Collection[int]) -> dict[int, int]:
    """Return how many deprecations of each API aren't over; an API without any is not there."""
    rows = session.execute(
        select(Deprecation.api_id, func.count())
        .where(Deprecation.api_id.in_(api_ids), Deprecation.state.not_in(OVER))
        .group_by(Deprecation.api_id)
    )
    return dict(rows.all())


def breaking_steps(session: Session, since: datetime) -> tuple[StoredComparison, ...]:
    """Return the steps to versions published since that break something, newest first."""
    old, new = aliased(Version), aliased(Version)
    return tuple(
        session.scalars(
            select(StoredComparison)
            .join(old, old.id == StoredComparison.old_version_id)
            .join(new, new.id == StoredComparison.new_version_id)
            .where(
                new.published_at >= since,
                old.position == new.position - 1,
                StoredComparison.breaking > 0,
            )
            .options(
                joinedload(StoredComparison.api),
                joinedload(StoredComparison.old_version),
                joinedload(StoredComparison.new_version),
            )
            .order_by(StoredComparison.id.desc())
            .limit(_MOST)
        )
    )


def failed_comparisons(session: Session, since: datetime) -> tuple[StoredComparison, ...]:
    """Return the comparisons asked for since that couldn't be made, newest first."""
    return tuple(
        session.scalars(
            select(StoredComparison)
            .where(StoredComparison.state == ComparisonState.FAILED, StoredComparison.created_at >= since)
            .options(
                joinedload(StoredComparison.api),
                joinedload(StoredComparison.old_version),
                joinedload(StoredComparison.new_version),
            )
            .order_by(StoredComparison.id.desc())
            .limit(_MOST)
        )
    )


def failed_pushes(session: Session, since: datetime) -> tuple[Delivery, ...]:
    """Return the pushes received since that couldn't be published, newest first."""
    return tuple(
        session.scalars(
            select(Delivery)
            .where(Delivery.state == "failed", Delivery.received_at >= since)
            .options(joinedload(Delivery.repository).joinedload(SpecRepository.api))
            .order_by(Delivery.id.desc())
            .limit(_MOST)
        )
    )


def told(session: Session, deprecation_ids: Collection[int]) -> dict[int, Told]:
    """Return how many contacts each plan's notices are for, and how many have one; without any, not there."""
    sent = func.count(Notice.contact_id.distinct()).filter(Envelope.state == EnvelopeState.SENT)
    rows = session.execute(
        select(Notice.deprecation_id, func.count(Notice.contact_id.distinct()), sent)
        .outerjoin(Envelope, Envelope.key == Notice.envelope_key)
        .where(Notice.deprecation_id.in_(deprecation_ids), Notice.dropped_because.is_(None))
        .group_by(Notice.deprecation_id)
    )
    return {plan: Told(everyone, reached) for plan, everyone, reached in rows}


def is_empty(session: Session) -> bool:
    """Tell whether no API was registered yet."""
    return session.scalar(select(Api.id).limit(1)) is None


def operations_reached(session: Session, finding_ids: Collection[int]) -> dict[int, tuple[Operation, ...]]:
    """Return the operations that each finding reaches, by finding; one that reaches none is not there."""
    rows = session.execute(
        select(FindingOperation.finding_id, Operation)
        .join(Operation, Operation.id == FindingOperation.operation_id)
        .where(FindingOperation.finding_id.in_(finding_ids))
        .order_by(Operation.path, Operation.method)
    )
    reached: dict[int, list[Operation]] = defaultdict(list)
    for finding_id, operation in rows:
        reached[finding_id].append(operation)
    return {finding_id: tuple(operations) for finding_id, operations in reached.items()}


def contacts_of_many(session: Session, consumer_ids: Collection[int]) -> dict[int, int]:
    """Return how many contacts of each consumer are told; a consumer without any is not there."""
    rows = session.execute(
        select(Contact.consumer_id, func.count())
        .where(Contact.consumer_id.in_(consumer_ids), Contact.disabled_at.is_(None))
        .group_by(Contact.consumer_id)
    )
    return dict(rows.all())


def daily_by_consumer(
    session: Session, operation_id: int, consumer_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, tuple[int, ...]]:
    """Return each consumer's calls to an operation on each UTC day from `since` to `until`, oldest first."""
    of = calls_of_pairs(
        session,
        lambda table: [table.operation_id == operation_id, table.consumer_id.in_(list(consumer_ids))],
        from_to(since, until),
    ).c
    first, days = since.date(), (until.date() - since.date()).days + 1
    lines = {consumer_id: [0] * days for consumer_id in consumer_ids}
    rows = session.execute(
        select(of.consumer_id, of.day, func.sum(of.calls)).group_by(of.consumer_id, of.day)
    )
    for consumer_id, day, calls in rows:
        lines[consumer_id][(day - first).days] = int(calls)
    return {consumer_id: tuple(line) for consumer_id, line in lines.items()}
