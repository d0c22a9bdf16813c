"""The verdict on all that a plan reaches: the worst of its operations' verdicts, since all would go.

Of a plan for a part of them, each verdict is on that part, by the plan's own days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from consumers.usage import last_calls
from deprecations.models import Deprecation
from deprecations.reach import reach, to_ask_for
from deprecations.targets import is_whole
from deprecations.verdict import WINDOW_DAYS, Verdict, can_remove
from deprecations.verdict_listeners import listening
from deprecations.verdict_reasons import Answer

_WORST_FIRST = (Answer.UNSAFE, Answer.NOT_PROVEN, Answer.SAFE)


@dataclass(frozen=True, slots=True)
class PlanVerdict:
    """The worst verdict, among how many operations, and the verdicts that were asked for, worst first."""

    worst: Verdict
    operations: int
    judged: tuple[Verdict, ...]


def verdict_on(
    session: Session,
    plan: Deprecation,
    *,
    on: date | None = None,
    window_days: int = WINDOW_DAYS,
    most: int = 1,
    now: datetime,
) -> PlanVerdict:
    """Judge a plan by its operations, those that were called last first.

    `most` is how many of them are answered for one by one. Nothing is worse than unsafe: once those are
    judged, that ends it.
    """
    part_by = None if is_whole(plan.target) else plan
    reached = reach(session, [plan.target_id])[plan.target_id] or (plan.operation_id,)
    ears = listening(session, plan.target.api_id, now - timedelta(days=window_days), now)
    judged: list[Verdict] = []
    for asked, operation_id in enumerate(_latest_first(session, plan.target_id, reached)):
        if asked >= most and judged[0].answer is Answer.UNSAFE:
            break
        judged.append(
            can_remove(
                session, operation_id, part_by=part_by, on=on, window_days=window_days, ears=ears, now=now
            )
        )
        judged.sort(key=_rank)  # which keeps those that were called last before the others
        del judged[max(most, 1) :]
    return PlanVerdict(judged[0], len(reached), tuple(judged))


def _rank(verdict: Verdict) -> int:
    return _WORST_FIRST.index(verdict.answer)


def _latest_first(session: Session, target_id: int, operation_ids: tuple[int, ...]) -> list[int]:
    last = {
        one: at.timestamp() for one, at in last_calls(session, to_ask_for(target_id, operation_ids)).items()
    }
    return sorted(operation_ids, key=lambda one: (-last.get(one, 0.0), one))
