"""What was seen of each consumer at each operation, within a window and ever, and how it was named."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from consumers.models import Credential, NameKind, NameUse, Usage, UsedName
from consumers.windows import Window


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one consumer at one operation.

    `calls` are those of the window, `last_at` is of any time, `kinds` are the kinds of names that it used.
    `is_sampled`: not every call was told.
    """

    calls: int
    last_at: datetime
    kinds: frozenset[str]
    is_sampled: bool = False


def seen(
    session: Session, operation_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, dict[int, Seen]]:
    """Return what was seen, by operation, then by consumer; whoever never called is not there. One query."""
    window = Window(since, until)
    inside = case((Usage.hour >= window.since, Usage.calls), else_=0)
    rows = session.execute(
        select(Usage.operation_id, Usage.consumer_id, Credential.kind)
        .add_columns(func.sum(inside), func.max(Usage.last_at), func.min(Usage.sampling_rate))
        .join(Credential, Credential.id == Usage.credential_id)
        .where(Usage.operation_id.in_(list(operation_ids)), Usage.hour < window.until)
        .group_by(Usage.operation_id, Usage.consumer_id, Credential.kind)
    )
    found: dict[int, dict[int, Seen]] = defaultdict(dict)
    for operation, consumer, kind, calls, last_at, rate in rows:
        one = Seen(int(calls), last_at, frozenset({kind}), rate < 1)
        found[operation][consumer] = _together(found[operation].get(consumer), one)
    return found


def parameters_sent(
    session: Session, operation_ids: Collection[int], *, since: datetime, until: datetime
) -> dict[tuple[int, int, str], int]:
    """Return how many calls sent a query parameter, as `names_used` does."""
    return names_used(session, operation_ids, NameKind.PARAMETER, since=since, until=until)


def names_used(
    session: Session, operation_ids: Collection[int], kind: NameKind, *, since: datetime, until: datetime
) -> dict[tuple[int, int, str], int]:
    """Return how many calls used a name of a kind, by operation, consumer and name; whole UTC days.

    What is not there may have been used all the same: not every source tells of names.
    """
    rows = session.execute(
        select(UsedName.operation_id, Credential.consumer_id, UsedName.name, func.sum(NameUse.calls))
        .join(NameUse, NameUse.used_name_id == UsedName.id)
        .join(Credential, Credential.id == NameUse.credential_id)
        .where(UsedName.operation_id.in_(list(operation_ids)), UsedName.kind == kind)
        .where(NameUse.day >= since.astimezone(UTC).date(), NameUse.day <= until.astimezone(UTC).date())
        .group_by(UsedName.operation_id, Credential.consumer_id, UsedName.name)
    )
    return {(operation, consumer, name): int(calls) for operation, consumer, name, calls in rows}


def _together(one: Seen | None, other: Seen) -> Seen:
    if one is None:
        return other
    return Seen(
        one.calls + other.calls,
        max(one.last_at, other.last_at),
        one.kinds | other.kinds,
        one.is_sampled or other.is_sampled,
    )
