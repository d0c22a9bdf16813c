"""Parts of operations that documents lost, by the findings that say so."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deprecations.aims import operations_of_document, parts_at, takes
from deprecations.models import Deprecation, Target, TargetOperation
from deprecations.targets import Thing
from registry.models import ComparisonState, FindingOperation, StoredComparison, StoredFinding, Version

_COMES_OR_GOES = StoredFinding.facts["action"].as_string().in_(("removed", "added"))
Lost = dict[int, Version]
"""The version that last took a part away, by the operation that lost it."""


def parts_lost(session: Session, plans: Collection[Deprecation]) -> dict[int, Lost]:
    """Return what of each plan's part is gone; a later version that has it again lifts that."""
    targets: dict[int, list[Deprecation]] = defaultdict(list)
    for plan in plans:
        targets[plan.api_id].append(plan)
    lost: dict[int, Lost] = {plan.id: {} for plan in plans}
    for api_id, own in targets.items():
        _follow(session, api_id, own, lost)
    return lost


def not_compared(session: Session, api_id: int) -> StoredComparison | None:
    """Return a step from version to version that isn't compared, so that what it lost isn't known.

    One that failed comes before one that is still to be made.
    """
    steps = (joinedload(StoredComparison.old_version), joinedload(StoredComparison.new_version))
    open_ones = (
        select(StoredComparison)
        .where(StoredComparison.api_id == api_id, StoredComparison.state != ComparisonState.DONE)
        .order_by(StoredComparison.state, StoredComparison.id)
    )
    return session.scalar(open_ones.options(*steps).limit(1))


def was_known(session: Session, thing: Thing) -> bool:
    """Tell whether a version once had a part of an operation, by the findings that took or brought it."""
    rows = session.scalars(
        select(StoredFinding.facts)
        .join(FindingOperation, FindingOperation.finding_id == StoredFinding.id)
        .where(FindingOperation.operation_id == thing.operation_id, _COMES_OR_GOES)
    )
    wanted = (thing.kind, thing.name, thing.place, thing.value)
    gone = map(_as_gone, rows)
    return any(wanted in parts_at(facts, place) for facts in gone for place in facts["operations"])


def _as_gone(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a finding as if it took away what it brought."""
    return {**facts, "action": "removed", "old": facts["new"]} if facts["action"] == "added" else facts


def _follow(session: Session, api_id: int, plans: Collection[Deprecation], lost: dict[int, Lost]) -> None:
    reached = (
        select(FindingOperation.finding_id)
        .join(TargetOperation, TargetOperation.operation_id == FindingOperation.operation_id)
        .where(TargetOperation.target_id.in_([plan.target_id for plan in plans]))
    )
    rows = session.execute(
        select(StoredFinding.facts, StoredComparison.old_version_id, Version)
        .join(StoredComparison, StoredComparison.id == StoredFinding.comparison_id)
        .join(Version, Version.id == StoredComparison.new_version_id)
        .where(
            StoredComparison.api_id == api_id,
            _COMES_OR_GOES,
            StoredFinding.id.in_(reached),
        )
        .order_by(Version.position, StoredFinding.id)
    )
    known: dict[int, Mapping[tuple[str, str], int]] = {}
    for facts, old_id, version in rows:
        is_back = facts["action"] == "added"
        gone = _as_gone(facts)
        for place in gone["operations"]:
            parts = parts_at(gone, place)
            about = [plan for plan in plans if any(takes(part, plan.target) for part in parts)]
            if not about:
                continue
            shown_by = version.id if is_back else old_id
            if shown_by not in known:
                known[shown_by] = _operations(session, shown_by)
            operation_id = known[shown_by].get((place.get("method"), place.get("path")))
            for plan in about:
                _note(lost[plan.id], plan.target, operation_id, None if is_back else version)


def _note(lost: Lost, target: Target, operation_id: int | None, version: Version | None) -> None:
    if operation_id is None or target.operation_id not in (None, operation_id):
        return
    if version is None:
        lost.pop(operation_id, None)
    else:
        lost[operation_id] = version


def _operations(session: Session, version_id: int) -> dict[tuple[str, str], int]:
    version = session.get_one(Version, version_id)
    found: dict[Any, Any] = operations_of_document(session, version.api_id, version.digest)
    return {pair: operation.id for pair, operation in found.items()}
