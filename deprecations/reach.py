"""Which operations a target reaches: whose callers are hit by its end.

Read with `reach` (by target) or `operations_of` (by plan); the rows are written when an end is planned
and again when a version is published, since a version or a whole API may have got other operations.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from deprecations.errors import PlanRefused
from deprecations.models import Deprecation, State, Target, TargetKind, TargetOperation
from deprecations.targets import Thing, label
from registry.models import Api, DocumentOperation, Operation, Version
from storage.upsert import insert_missing

_MOST_IDS = 100


def reach(session: Session, target_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the ids of the operations that each target reaches, in one query; nothing is an empty tuple."""
    rows = session.execute(
        select(TargetOperation.target_id, TargetOperation.operation_id)
        .where(TargetOperation.target_id.in_(target_ids))
        .order_by(TargetOperation.operation_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for target_id, operation_id in rows:
        found[target_id].append(operation_id)
    return {target_id: tuple(found[target_id]) for target_id in target_ids}


def to_ask_for(target_id: int, reached: Sequence[int]) -> Sequence[int] | Select[Any]:
    """Return what a target reaches as a database takes it best: few by their ids, many as a query."""
    if len(reached) <= _MOST_IDS:
        return reached
    return select(TargetOperation.operation_id).where(TargetOperation.target_id == target_id)


def operations_of(session: Session, plan_ids: Collection[int]) -> dict[int, tuple[Operation, ...]]:
    """Return the operations that each plan reaches, by path; in one query."""
    rows = session.execute(
        select(Deprecation.id, Operation)
        .join(TargetOperation, TargetOperation.target_id == Deprecation.target_id)
        .join(Operation, Operation.id == TargetOperation.operation_id)
        .where(Deprecation.id.in_(plan_ids))
        .order_by(Operation.path, Operation.method)
    )
    found: dict[int, list[Operation]] = defaultdict(list)
    for plan_id, operation in rows:
        found[plan_id].append(operation)
    return {plan_id: tuple(found[plan_id]) for plan_id in plan_ids}


def preview(session: Session, thing: Thing) -> tuple[int, ...]:
    """Return which operations a thing would reach, without writing anything; raises as `settle` does."""
    if thing.operation_id is not None:
        return (thing.operation_id,)
    as_row = Target(api_id=thing.api_id, kind=thing.kind, name=thing.name, operation_id=None)
    found = _compute(session, as_row)
    if not found:
        api = session.get(Api, thing.api_id) if thing.api_id is not None else None
        raise PlanRefused(_nothing(label(thing, None, api)))
    return tuple(sorted(found))


def _nothing(what: str) -> str:
    return f"No operation has the {what}: nothing would end. Mind the spelling."


def settle(session: Session, target: Target, known: Iterable[int] = ()) -> tuple[int, ...]:
    """Write which operations a target reaches now, and return them; `known` are named by who asks.

    Raises PlanRefused where it reaches none: nobody could be told of such an end.
    """
    found = _compute(session, target) | set(known)
    if not found:
        raise PlanRefused(_nothing(target.label))
    old = set(reach(session, [target.id])[target.id])
    session.execute(
        delete(TargetOperation).where(
            TargetOperation.target_id == target.id, TargetOperation.operation_id.in_(old - found)
        )
    )
    rows = [{"target_id": target.id, "operation_id": one} for one in sorted(found - old)]
    insert_missing(session, TargetOperation, rows, ["target_id", "operation_id"])
    return tuple(sorted(found))


def refresh(session: Session, api_id: int) -> None:
    """Work the reach of an API's versions and whole out anew, for plans that aren't over.

    One that reaches nothing any more keeps what it reached: its callers were told.
    """
    wanted = (
        select(Target)
        .join(Deprecation, Deprecation.target_id == Target.id)
        .where(Target.api_id == api_id, Target.operation_id.is_(None))
        .where(Deprecation.state.not_in((State.CANCELLED, State.REMOVED)))
    )
    for target in session.scalars(wanted.distinct()).all():
        settle(session, target, reach(session, [target.id])[target.id])


def _of_operation(_session: Session, target: Target) -> set[int]:
    return {target.operation_id} if target.operation_id is not None else set()


def _of_version(session: Session, target: Target) -> set[int]:
    """Find what a version has and the newest one lacks; a path prefix reaches all that is below it."""
    if target.name.startswith("/"):
        prefix = target.name.rstrip("/")
        below = or_(Operation.path == prefix, Operation.path.startswith(f"{prefix}/", autoescape=True))
        return set(session.scalars(select(Operation.id).where(Operation.api_id == target.api_id, below)))
    newest = select(Version).where(Version.api_id == target.api_id).order_by(Version.position.desc())
    last = session.scalars(newest.limit(1)).first()
    own = select(Version).where(Version.api_id == target.api_id, Version.label == target.name)
    version = session.scalars(own).first()
    if version is None or last is None:
        return set()
    mine = _of_digest(session, target.api_id, version.digest)
    return mine if version.id == last.id else mine - _of_digest(session, target.api_id, last.digest)


def _of_digest(session: Session, api_id: int, digest: str) -> set[int]:
    return set(
        session.scalars(
            select(Operation.id)
            .join(
                DocumentOperation,
                (DocumentOperation.method == Operation.method) & (DocumentOperation.shape == Operation.shape),
            )
            .where(Operation.api_id == api_id, DocumentOperation.digest == digest)
        )
    )


def _of_api(session: Session, target: Target) -> set[int]:
    return set(session.scalars(select(Operation.id).where(Operation.api_id == target.api_id)))


_BY_KIND: Final[dict[str, Callable[[Session, Target], set[int]]]] = {
    TargetKind.VERSION: _of_version,
    TargetKind.API: _of_api,
}


def _compute(session: Session, target: Target) -> set[int]:
    return _BY_KIND.get(target.kind, _of_operation)(session, target)
