"""Parts of operations that a document lost while a plan still promises them, by the findings that say so."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.aims import part_in
from deprecations.models import Deprecation, Target, TargetOperation
from registry.models import FindingOperation, StoredComparison, StoredFinding, Version


def parts_gone(session: Session, plans: Collection[Deprecation]) -> dict[int, str]:
    """Return the version that lacks what a plan ends, by plan; a later one that has it again lifts that.

    `plans` are of parts; versions from before a plan was announced say nothing.
    """
    rows = session.execute(
        select(Deprecation.id, Target, StoredFinding.facts, Version.label)
        .join(Target, Target.id == Deprecation.target_id)
        .join(TargetOperation, TargetOperation.target_id == Target.id)
        .join(FindingOperation, FindingOperation.operation_id == TargetOperation.operation_id)
        .join(StoredFinding, StoredFinding.id == FindingOperation.finding_id)
        .join(StoredComparison, StoredComparison.id == StoredFinding.comparison_id)
        .join(Version, Version.id == StoredComparison.new_version_id)
        .where(
            Deprecation.id.in_([plan.id for plan in plans]),
            Version.published_at >= Deprecation.announced_at,
        )
        .order_by(Version.position, StoredFinding.id)
    )
    gone: dict[int, str] = {}
    for plan_id, target, facts, label in rows:
        if not _is_about(target, facts):
            continue
        if facts["action"] == "removed":
            gone[plan_id] = label
        else:
            gone.pop(plan_id, None)
    return gone


def _is_about(target: Target, facts: Mapping[str, Any]) -> bool:
    """Tell whether a finding takes a target away, or brings it."""
    if facts["action"] == "added":
        facts = {**facts, "action": "removed", "old": facts["new"]}
    return part_in(facts) == (target.kind, target.name, target.place, target.value)
