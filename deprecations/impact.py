"""Who is hit by what changed: the findings of a comparison, met with real traffic."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.models import Consumer, Usage
from registry.models import FindingOperation, StoredFinding


@dataclass(frozen=True, slots=True)
class Hit:
    """A consumer that calls an operation which a finding reaches."""

    consumer_id: int
    slug: str
    name: str
    is_unattributed: bool
    calls: int
    last_call_at: datetime


@dataclass(frozen=True, slots=True)
class Impact:
    """Who calls what one finding reaches, most calls first; nobody is an empty tuple, not an absence."""

    finding_id: int
    consumers: tuple[Hit, ...]

    @property
    def calls(self) -> int:
        """The calls of all of them."""
        return sum(hit.calls for hit in self.consumers)

    @property
    def last_call_at(self) -> datetime | None:
        """The last call of any of them."""
        return max((hit.last_call_at for hit in self.consumers), default=None)


def impact(session: Session, comparison_id: int, *, since: datetime, until: datetime) -> dict[int, Impact]:
    """Return who is hit, for each finding of a comparison by its id, in two queries.

    A call counts once for a finding, whichever of its operations it went to; calls are kept by the hour.
    """
    ids = session.scalars(select(StoredFinding.id).where(StoredFinding.comparison_id == comparison_id))
    found: dict[int, list[Hit]] = defaultdict(list)
    calls = func.sum(Usage.calls)
    rows = session.execute(
        select(
            StoredFinding.id,
            Consumer.id,
            Consumer.slug,
            Consumer.name,
            Consumer.is_unattributed,
            calls,
            func.max(Usage.last_at),
        )
        .join(FindingOperation, FindingOperation.finding_id == StoredFinding.id)
        .join(Usage, Usage.operation_id == FindingOperation.operation_id)
        .join(Consumer, Consumer.id == Usage.consumer_id)
        .where(StoredFinding.comparison_id == comparison_id, Usage.hour >= since, Usage.hour < until)
        .group_by(StoredFinding.id, Consumer.id)
        .order_by(calls.desc(), Consumer.slug)
    )
    for finding_id, consumer_id, slug, name, is_unattributed, count, last_at in rows:
        found[finding_id].append(Hit(consumer_id, slug, name, is_unattributed, int(count), last_at))
    return {finding_id: Impact(finding_id, tuple(found[finding_id])) for finding_id in ids}
