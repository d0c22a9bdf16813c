"""A plan's state follows its windows: in its brownouts from the first beginning to the last end or abort."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations import acts
from deprecations.advance import CLOCK
from deprecations.brownouts.windows import brownouts, running
from deprecations.lifecycle import Step, open_steps
from deprecations.models import Deprecation, State
from deprecations.steps import span_of


def follow(session: Session, now: datetime) -> int:
    """Take every plan into its brownouts whose window has begun, and out of them when none is left."""
    return _begin(session, now) + _end(session, now)


def _begin(session: Session, now: datetime) -> int:
    ids = {one.deprecation_id for one in running(session, now)}
    before = (State.DEPRECATED, State.CLOSED)
    found = select(Deprecation).where(Deprecation.id.in_(ids), Deprecation.state.in_(before))
    taken = [plan for plan in session.scalars(found) if _may(plan, Step.BROWN_OUT, now)]
    for plan in taken:
        acts.brown_out(session, plan, by=CLOCK, reason="Its first brownout has begun.", now=now)
    return len(taken)


def _end(session: Session, now: datetime) -> int:
    found = session.scalars(select(Deprecation).where(Deprecation.state == State.BROWNOUT)).all()
    windows = brownouts(session, [plan.id for plan in found])
    taken = []
    for plan in found:
        left = [one for one in windows[plan.id] if one.aborted_at is None and one.ends_at > now]
        if windows[plan.id] and not left and _may(plan, Step.RECOVER, now):
            acts.recover(session, plan, by=CLOCK, reason="Its brownouts are over.", now=now)
            taken.append(plan)
    return len(taken)


def _may(plan: Deprecation, step: Step, now: datetime) -> bool:
    return step in open_steps(plan.state, span_of(plan), now)
