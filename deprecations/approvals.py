"""That somebody else agreed: an approval names the step and the days, and holds until those change."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deprecations.dates_in_words import day
from deprecations.errors import PlanRefused, PolicyRefused
from deprecations.history import record
from deprecations.lifecycle import Step
from deprecations.models import Approval, Deprecation, DeprecationEvent
from deprecations.wording import checked_reason

APPROVABLE = (Step.ANNOUNCE, Step.MOVE)


def approve(
    session: Session,
    plan: Deprecation,
    step: Step,
    *,
    deprecated_on: date,
    sunset_on: date,
    reason: str,
    by: str,
    now: datetime,
) -> Approval:
    """Agree that a plan is announced with these days, or moved to them; somebody else takes the step."""
    if step not in APPROVABLE:
        raise PlanRefused(f"There is nothing to approve in “{step}”: only an announcement, or a move.")
    if step == Step.ANNOUNCE and (deprecated_on, sunset_on) != (plan.deprecated_on, plan.sunset_on):
        raise PlanRefused("The draft has other days by now: look at it again before you approve it.")
    made = Approval(
        deprecation_id=plan.id,
        step=step,
        deprecated_on=deprecated_on,
        sunset_on=sunset_on,
        by=by,
        reason=checked_reason(reason),
        at=now,
    )
    session.add(made)
    told = f"{_ACTS[step]}, {day(deprecated_on)} to {day(sunset_on)}: {made.reason}"
    record(session, plan, Step.APPROVE, by=by, reason=told, approved_by=by, now=now)
    return made


def approver(
    session: Session, plan: Deprecation, step: Step, *, deprecated_on: date, sunset_on: date, author: str
) -> str:
    """Return who agreed to a step with these days since they last changed; never the author of them.

    Raises PolicyRefused with the rule `approval` where nobody did.
    """
    changed = select(func.max(DeprecationEvent.at)).where(
        DeprecationEvent.deprecation_id == plan.id,
        DeprecationEvent.step.in_((Step.PLAN, Step.EDIT, Step.MOVE, Step.REVIVE)),
    )
    wanted = (
        select(Approval.by)
        .where(
            Approval.deprecation_id == plan.id,
            Approval.step == step,
            Approval.deprecated_on == deprecated_on,
            Approval.sunset_on == sunset_on,
            Approval.at >= changed.scalar_subquery(),
            Approval.by != author,
        )
        .order_by(Approval.id.desc())
        .limit(1)
    )
    found = session.scalar(wanted)
    if found is None:
        raise PolicyRefused(
            f"{_ACTS[step]} needs the approval of somebody other than {author}, for the days from "
            f"{day(deprecated_on)} to {day(sunset_on)}: ask a colleague to give it.",
            rule="approval",
            asked=sunset_on,
        )
    return found


def approvals(session: Session, plan_id: int) -> tuple[Approval, ...]:
    """Return every approval that a plan was given, newest first."""
    wanted = select(Approval).where(Approval.deprecation_id == plan_id).order_by(Approval.id.desc())
    return tuple(session.scalars(wanted))


_ACTS = {Step.ANNOUNCE: "Announcing it", Step.MOVE: "Moving it to an earlier day"}
