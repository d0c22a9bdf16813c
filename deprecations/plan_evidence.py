"""What each consumer's calls to all that a plan reaches looked like, as one set of figures."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from deprecations.evidence import Evidence, gather
from deprecations.models import Deprecation
from deprecations.reach import reach


def reached(session: Session, plans: Collection[Deprecation]) -> dict[int, tuple[int, ...]]:
    """Return the ids of the operations that each plan reaches, by plan."""
    by_target = reach(session, {plan.target_id for plan in plans})
    return {plan.id: by_target[plan.target_id] for plan in plans}


def gather_for_plans(
    session: Session, plans: Collection[Deprecation], now: datetime
) -> dict[tuple[int, int], Evidence]:
    """Return the evidence by plan and consumer, for whoever ever called what the plan reaches."""
    reaches = reached(session, plans)
    single = gather(session, {one for operations in reaches.values() for one in operations}, now)
    by_operation: dict[int, dict[int, Evidence]] = defaultdict(dict)
    for (operation_id, consumer_id), evidence in single.items():
        by_operation[operation_id][consumer_id] = evidence
    found: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    for plan_id, operations in reaches.items():
        for operation_id in operations:
            for consumer_id, evidence in by_operation.get(operation_id, {}).items():
                found[plan_id, consumer_id].append(evidence)
    return {pair: _together(parts) for pair, parts in found.items()}


def earliest(
    firsts: Mapping[tuple[int, int], datetime], operations: Sequence[int], consumer_id: int
) -> datetime | None:
    """Return when a consumer first called any of some operations, None where it never did."""
    return min((firsts[one, consumer_id] for one in operations if (one, consumer_id) in firsts), default=None)


def _together(parts: Sequence[Evidence]) -> Evidence:
    """Add the figures up; silence is judged by the longest gap of any of them, so that it comes late."""
    if len(parts) == 1:
        return parts[0]
    known_before = [part.calls_before for part in parts if part.calls_before is not None]
    return Evidence(
        calls=sum(part.calls for part in parts),
        calls_before=sum(known_before) if known_before else None,
        client_errors=sum(part.client_errors for part in parts),
        server_errors=sum(part.server_errors for part in parts),
        last_call_at=max(part.last_call_at for part in parts),
        longest_gap_days=max(part.longest_gap_days or 0 for part in parts) or None,
        hints=tuple(dict.fromkeys(hint for part in parts for hint in part.hints)),
        user_agents=tuple(dict.fromkeys(agent for part in parts for agent in part.user_agents)),
    )
