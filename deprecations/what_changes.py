"""What differs for the callers of a plan: the breaking findings of the comparison that the plan came from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from deprecations.models import Deprecation
from registry.models import FindingOperation, StoredFinding

_MOST = 5
_ITSELF = ("operation-removed", "path-removed")  # that it ends is what the mail says anyway


def what_changes(
    session: Session, plans: Sequence[Deprecation], reaches: Mapping[int, Sequence[int]]
) -> dict[int, tuple[str, ...]]:
    """Return, by plan, up to five sentences on what breaks, worst first; nothing for a plan of no finding."""
    wanted = {plan.finding: plan for plan in plans if plan.finding}
    root, other = aliased(StoredFinding), aliased(StoredFinding)
    rows = session.execute(
        select(root.fingerprint, FindingOperation.operation_id, other.text)
        .join(other, other.comparison_id == root.comparison_id)
        .join(FindingOperation, FindingOperation.finding_id == other.id)
        .where(root.fingerprint.in_(wanted), other.level == "breaking", other.rule.not_in(_ITSELF))
        .order_by(root.comparison_id.desc(), other.position)
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for fingerprint, operation_id, text in rows:
        plan = wanted[fingerprint]
        if operation_id in reaches[plan.id]:
            found[plan.id].setdefault(text)
    return {plan.id: tuple(found[plan.id])[:_MOST] for plan in plans}
