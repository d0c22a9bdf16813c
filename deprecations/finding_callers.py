"""Who called what each finding of a comparison reaches, within a window; what that means is `impact`'s."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.models import Consumer
from consumers.sums import calls_of_pairs
from consumers.windows import between
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
    wanted = (
        select(FindingOperation.operation_id)
        .join(StoredFinding, StoredFinding.id == FindingOperation.finding_id)
        .where(StoredFinding.comparison_id == comparison_id)
    )
    usage = calls_of_pairs(
        session,
        lambda table: [table.operation_id.in_(wanted)],
        between(since, until),
    )
    calls = func.sum(usage.c.calls)
    rows = session.execute(
        select(
            StoredFinding.id,
            Consumer.id,
            Consumer.slug,
            Consumer.name,
            Consumer.is_unattributed,
            calls,
            func.max(usage.c.last_at),
        )
        .join(FindingOperation, FindingOperation.finding_id == StoredFinding.id)
        .join(usage, usage.c.operation_id == FindingOperation.operation_id)
        .join(Consumer, Consumer.id == usage.c.consumer_id)
        .where(StoredFinding.comparison_id == comparison_id)
        .group_by(StoredFinding.id, Consumer.id)
        .order_by(calls.desc(), Consumer.slug)
    )
    for finding_id, consumer_id, slug, name, is_unattributed, count, last_at in rows:
        found[finding_id].append(FindingCaller(consumer_id, slug, name, is_unattributed, int(count), last_at))
    return {finding_id: tuple(callers) for finding_id, callers in found.items()}
