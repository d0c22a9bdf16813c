"""Who uses a part of an operation that ends: a parameter, a property, a header and so on.

Traffic tells the names of query parameters and the media types of requests; of the rest it tells nothing. A
contract tells what of an answer its consumer reads; that it sends nothing but its examples, none can.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Credential, NameKind, NameUse, UsedName
from consumers.pacts.interaction import Field, Interaction
from consumers.redaction import MASK
from consumers.relying import relying_on
from deprecations.known_callers import ConsumerRow
from deprecations.models import Target, TargetKind
from deprecations.rhythm import proven_at
from deprecations.verdict_reasons import Kind, Reason, calls_in_words
from registry.models import Operation

Uses = Callable[[Interaction], bool]
_LONGEST_NAME = 100
_MOST_NAMED = 3
_ANSWERS: Final = (
    TargetKind.RESPONSE_PROPERTY,
    TargetKind.HEADER,
    TargetKind.MEDIA_TYPE,
    TargetKind.ENUM_VALUE,
)


@dataclass(frozen=True, slots=True)
class PartUse:
    """Who used a part, with `calls` that did; of those in `untold` nobody knows, and theirs are all calls."""

    rows: tuple[ConsumerRow, ...]
    untold: frozenset[int]
    reasons: tuple[Reason, ...]


def part_use(
    session: Session,
    operation: Operation,
    target: Target,
    rows: Sequence[ConsumerRow],
    *,
    since: datetime,
    patience: int,
) -> PartUse:
    """Return who of an operation's callers uses a part of it; silence lasts `patience` days at least."""
    kind = _named(target)
    if kind is not None:
        found = _by_name(session, operation, target, kind, rows, since, patience)
        return _of_value(target, found) if target.kind == TargetKind.ENUM_VALUE else found
    cleared = _cleared(session, operation, target)
    left = tuple(row for row in rows if row.consumer_id not in cleared)
    untold = [row for row in left if row.calls]
    return PartUse(left, frozenset(row.consumer_id for row in untold), _untold(target, untold))


def uses(target: Target) -> Uses:
    """Return what tells whether a contract's interaction uses a part of its operation."""
    reads, name = target.place == "response", target.name
    by_kind: Mapping[str, Uses] = {
        TargetKind.PARAMETER: lambda one: (
            name.lower() in one.headers
            if target.place == "header"
            else name in one.query or _at(one.sends, name)
        ),
        TargetKind.HEADER: lambda one: name.lower() in (one.answer_headers if reads else one.headers),
        TargetKind.MEDIA_TYPE: lambda one: (
            (one.answer_media_type if reads else one.media_type) == name.lower()
        ),
        TargetKind.REQUEST_PROPERTY: lambda one: _at(one.sends, name),
        TargetKind.RESPONSE_PROPERTY: lambda one: _at(one.reads, name),
        TargetKind.ENUM_VALUE: lambda one: _has_value(one, target),
    }
    return by_kind.get(target.kind, lambda _one: False)


def _named(target: Target) -> NameKind | None:
    """Return the kind of names that traffic tells of a part by, None where it tells none."""
    if target.kind in (TargetKind.PARAMETER, TargetKind.ENUM_VALUE) and target.place == "query":
        return NameKind.PARAMETER
    is_sent = target.kind == TargetKind.MEDIA_TYPE and target.place == "request"
    return NameKind.MEDIA_TYPE if is_sent else None


def _by_name(
    session: Session,
    operation: Operation,
    target: Target,
    kind: NameKind,
    rows: Sequence[ConsumerRow],
    since: datetime,
    patience: int,
) -> PartUse:
    first = since.astimezone(UTC).date()
    name = (target.name.lower() if kind is NameKind.MEDIA_TYPE else target.name)[:_LONGEST_NAME]
    days = _days_of_use(session, operation.id, kind, name)
    used = tuple(
        _narrowed(row, days[row.consumer_id], first, patience) for row in rows if row.consumer_id in days
    )
    calling = [row for row in rows if row.calls and row.consumer_id not in days]
    if calling and not _is_told(session, operation.api_id, kind, first):
        ids = frozenset(row.consumer_id for row in calling)
        return PartUse((*used, *calling), ids, _untold(target, calling))
    beyond = sum(
        calls
        for uses_of_one in _days_of_use(session, operation.id, kind, MASK).values()
        for day, (calls, _last) in uses_of_one.items()
        if day >= first
    )
    lost = () if not beyond else (_beyond(target, beyond),)
    return PartUse(used, frozenset(), lost)


def _of_value(target: Target, found: PartUse) -> PartUse:
    """Say of those who send a parameter that nobody knows whether it has the value that ends."""
    sending = [row for row in found.rows if row.calls]
    ids = found.untold | {row.consumer_id for row in sending}
    return PartUse(
        found.rows, ids, found.reasons if found.untold else (*found.reasons, *_untold(target, sending))
    )


def _days_of_use(
    session: Session, operation_id: int, kind: NameKind, name: str
) -> dict[int, dict[date, tuple[int, datetime]]]:
    """Return calls that used a name, and the last, by consumer and day."""
    rows = session.execute(
        select(Credential.consumer_id, NameUse.day, NameUse.calls, NameUse.last_at)
        .join(NameUse, NameUse.credential_id == Credential.id)
        .join(UsedName, UsedName.id == NameUse.used_name_id)
        .where(UsedName.operation_id == operation_id, UsedName.kind == kind, UsedName.name == name)
    )
    found: dict[int, dict[date, tuple[int, datetime]]] = defaultdict(dict)
    for consumer_id, day, calls, last_at in rows:
        held = found[consumer_id].get(day, (0, last_at))
        found[consumer_id][day] = (held[0] + calls, max(held[1], last_at))
    return dict(found)


def _narrowed(
    row: ConsumerRow, days: Mapping[date, tuple[int, datetime]], first: date, patience: int
) -> ConsumerRow:
    """Return a consumer's row as if nothing but its use of a name were known."""
    last = max(at for _calls, at in days.values())
    gaps = [(later - earlier).days for earlier, later in pairwise(sorted(days))]
    gap = max(gaps) if gaps and not row.is_unattributed else None
    return replace(
        row,
        calls=sum(calls for day, (calls, _at) in days.items() if day >= first),
        last_call_at=last,
        longest_gap_days=gap,
        quiet_at=proven_at(last, gap, patience),
    )


def _is_told(session: Session, api_id: int, kind: NameKind, first: date) -> bool:
    """Tell whether any source tells of such names at all, by what came in for the API."""
    wanted = (
        select(NameUse.used_name_id)
        .join(UsedName, UsedName.id == NameUse.used_name_id)
        .join(Operation, Operation.id == UsedName.operation_id)
        .where(Operation.api_id == api_id, UsedName.kind == kind, NameUse.day >= first)
    )
    return session.scalar(wanted.limit(1)) is not None


def _cleared(session: Session, operation: Operation, target: Target) -> set[int]:
    """Return the consumers whose contracts show that they don't read what ends of an answer."""
    if target.kind not in _ANSWERS or (
        target.kind != TargetKind.RESPONSE_PROPERTY and target.place != "response"
    ):
        return set()
    tell = {one.contract.consumer_id for one in relying_on(session, operation)}
    return tell - {one.contract.consumer_id for one in relying_on(session, operation, uses(target))}


def _untold(target: Target, rows: Sequence[ConsumerRow]) -> tuple[Reason, ...]:
    if not rows:
        return ()
    more = len(rows) - _MOST_NAMED
    who = ", ".join(row.name for row in rows[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    calls = calls_in_words(sum(row.calls for row in rows))
    said = f"{who} made {calls} to the operation; whether they use the {_word(target)} no source tells."
    return (Reason(Kind.UNTOLD_PART, said, {"consumers": [row.slug for row in rows]}),)


def _beyond(target: Target, calls: int) -> Reason:
    said = f"{calls_in_words(calls)} used names beyond those that are kept, maybe the {_word(target)}."
    return Reason(Kind.UNTOLD_PART, said, {"calls": calls})


def _word(target: Target) -> str:
    return target.label.rpartition(" of ")[0] or target.label


def _has_value(one: Interaction, target: Target) -> bool:
    if target.place in ("request", "response"):
        fields = one.sends if target.place == "request" else one.reads
        return any(field.pointer == target.name and str(field.example) == target.value for field in fields)
    return target.value in one.query.get(target.name, ())


def _at(fields: Sequence[Field], pointer: str) -> bool:
    """Tell whether anything is sent or read at a pointer, or below; `*` stands for any name."""
    wanted = pointer.split("/")
    return any(
        len(ours) >= len(wanted)
        and all(one == other or "*" in (one, other) for one, other in zip(ours, wanted, strict=False))
        for ours in (field.pointer.split("/") for field in fields)
    )
