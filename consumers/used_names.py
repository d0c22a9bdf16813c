"""Which query parameters and media types calls of an operation use, and who still uses each.

Names come from strangers, so an operation keeps 100 of a kind; those beyond count together as `…`. A window
is widened to whole days in UTC.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.models import Consumer, Credential, NameKind, NameUse, UsedName
from consumers.redaction import MASK
from consumers.rollup import RollUp, Use, join
from consumers.usage_rows import NAME_USES, add_rows
from storage.upsert import insert_missing

MOST_NAMES = 100
_LONGEST = 100
_CHUNK = 500
_Key = tuple[int, str, str]  # operation, kind, name


@dataclass(frozen=True, slots=True)
class NameCaller:
    """A consumer that used a name, and how often within a window."""

    consumer_id: int
    slug: str
    name: str
    calls: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class NameInUse:
    """A query parameter or media type in use; `callers` are all consumers that used it, most calls first."""

    kind: NameKind
    name: str
    calls: int
    first_at: datetime
    last_at: datetime
    callers: tuple[NameCaller, ...]


def names_in_use(
    session: Session,
    operation_id: int,
    *,
    kind: NameKind | None = None,
    name: str | None = None,
    since: datetime,
    until: datetime,
) -> tuple[NameInUse, ...]:
    """Return what calls of an operation used, parameters first, by name; of one kind or name where given."""
    statement = (
        select(UsedName.kind, UsedName.name, Consumer.id, Consumer.slug, Consumer.name)
        .add_columns(func.sum(NameUse.calls), func.min(NameUse.first_at), func.max(NameUse.last_at))
        .join(NameUse, NameUse.used_name_id == UsedName.id)
        .join(Credential, Credential.id == NameUse.credential_id)
        .join(Consumer, Consumer.id == Credential.consumer_id)
        .where(UsedName.operation_id == operation_id)
        .where(NameUse.day >= since.astimezone(UTC).date(), NameUse.day <= until.astimezone(UTC).date())
        .group_by(UsedName.kind, UsedName.name, Consumer.id)
        .order_by(func.sum(NameUse.calls).desc(), Consumer.slug)
    )
    if kind is not None:
        statement = statement.where(UsedName.kind == kind)
    if name is not None:
        statement = statement.where(UsedName.name == name)
    found: dict[tuple[str, str], list[NameCaller]] = defaultdict(list)
    for used_kind, used, consumer, slug, called, calls, first_at, last_at in session.execute(statement):
        found[used_kind, used].append(NameCaller(consumer, slug, called, int(calls), first_at, last_at))
    order = list(NameKind)
    uses = [_in_use(NameKind(used_kind), used, who) for (used_kind, used), who in found.items()]
    return tuple(sorted(uses, key=lambda use: (order.index(use.kind), use.name == MASK, use.name)))


def add_names(session: Session, result: RollUp, credentials: Sequence[int]) -> None:
    """Add a batch's uses of names to the stored ones; `credentials` has each caller's, by its number."""
    if not result.names:
        return
    known = _kept(session, {(operation, kind, name[:_LONGEST]) for operation, kind, name in result.names})
    rows: dict[tuple[int, int, int], Use] = {}
    for (operation, kind, name), uses in result.names.items():
        used = known.get((operation, kind, name[:_LONGEST])) or known[operation, kind, MASK]
        for (day, caller), use in uses.items():
            row = rows.setdefault((used, day, credentials[caller]), use)
            if row is not use:
                join(row, use)
    add_rows(session.connection(), NAME_USES, [(*key, *rows[key]) for key in sorted(rows)])


def _in_use(kind: NameKind, name: str, callers: list[NameCaller]) -> NameInUse:
    return NameInUse(
        kind=kind,
        name=name,
        calls=sum(caller.calls for caller in callers),
        first_at=min(caller.first_at for caller in callers),
        last_at=max(caller.last_at for caller in callers),
        callers=tuple(callers),
    )


def _kept(session: Session, wanted: set[_Key]) -> dict[_Key, int]:
    """Return the ids of names, kept from now on where there is room for them."""
    operations = {operation for operation, _kind, _name in wanted}
    known = _stored(session, operations)
    missing = sorted(wanted - known.keys())
    if not missing:
        return known
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for operation, kind, name in known:
        counts[operation, kind] += name != MASK
    fresh: dict[_Key, None] = {}
    for operation, kind, name in missing:
        counts[operation, kind] += 1
        has_room = counts[operation, kind] <= MOST_NAMES
        fresh.setdefault((operation, kind, name if has_room else MASK))
    rows: list[dict[str, Any]] = [
        {"operation_id": operation, "kind": str(kind), "name": name} for operation, kind, name in fresh
    ]
    insert_missing(session, UsedName, rows, ["operation_id", "kind", "name"])
    return _stored(session, operations)


def _stored(session: Session, operations: Iterable[int]) -> dict[_Key, int]:
    ids, found = sorted(operations), dict[_Key, int]()
    for start in range(0, len(ids), _CHUNK):
        rows = session.execute(
            select(UsedName.operation_id, UsedName.kind, UsedName.name, UsedName.id).where(
                UsedName.operation_id.in_(ids[start : start + _CHUNK])
            )
        )
        found |= {(operation, kind, name): number for operation, kind, name, number in rows}
    return found
