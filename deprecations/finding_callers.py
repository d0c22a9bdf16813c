"""Who called what each finding of a comparison reaches, within a window; what that means is `impact`'s."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.models import Consumer, Usage
from registry.models import FindingOperation, StoredFinding


@dataclass(frozen=True, slots=True)
class FindingCaller:
    """A consumer that calls an operation which a finding reaches."""

    consumer_id: int
    slug: str
    name: str
    is_unattributed: bool
    calls: int
    last_call_at: datetime


def finding_callers(
    session: Session, comparison_id: int, *, since: datetime, until: datetime
) -> dict[int, tuple[FindingCaller, ...]]:
    """Return who called what each finding reaches, most calls first, by the finding's id; in one query.

    A call counts once for a finding, whichever of its operations it went to; calls are kept by the hour.
    """
    found: dict[int, list[FindingCaller]] = defaultdict(list)
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
        found[finding_id].append(FindingCaller(consumer_id, slug, name, is_unattributed, int(count), last_at))
    return {finding_id: tuple(callers) for finding_id, callers in found.items()}
