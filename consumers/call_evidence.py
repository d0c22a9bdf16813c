"""The calls of each consumer to each operation, within a window and ever, with how it was named."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from consumers.models import Credential, Usage
from consumers.windows import Window


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one consumer at one operation.

    `calls` are those of the window, `last_at` is of any time, `kinds` are the kinds of names that it used.
    """

    calls: int
    last_at: datetime
    kinds: frozenset[str]


def seen(
    session: Session, operation_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, dict[int, Seen]]:
    """Return what was seen, by operation, then by consumer; whoever never called is not there. One query."""
    window = Window(since, until)
    inside = case((Usage.hour >= window.since, Usage.calls), else_=0)
    rows = session.execute(
        select(
            Usage.operation_id, Usage.consumer_id, Credential.kind, func.sum(inside), func.max(Usage.last_at)
        )
        .join(Credential, Credential.id == Usage.credential_id)
        .where(Usage.operation_id.in_(list(operation_ids)), Usage.hour < window.until)
        .group_by(Usage.operation_id, Usage.consumer_id, Credential.kind)
    )
    found: dict[int, dict[int, Seen]] = defaultdict(dict)
    for operation, consumer, kind, calls, last_at in rows:
        before = found[operation].get(consumer)
        found[operation][consumer] = _together(before, Seen(int(calls), last_at, frozenset({kind})))
    return found


def _together(one: Seen | None, other: Seen) -> Seen:
    if one is None:
        return other
    return Seen(one.calls + other.calls, max(one.last_at, other.last_at), one.kinds | other.kinds)
