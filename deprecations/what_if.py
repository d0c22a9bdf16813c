"""What would be if a plan had other days: callers, notices, breaches of policy, what else ends then.

Nothing is changed. The answer rests on the same rows and rules as the plan itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consumers.usage import slowest_rhythms
from deprecations import calendar
from deprecations.extensions import in_force
from deprecations.hearing import hearing
from deprecations.lifecycle import PROMISED
from deprecations.milestones import schedule, still_to_tell
from deprecations.models import Deprecation, State
from deprecations.plan_callers import PlanCaller, callers_of_plans
from deprecations.policies import excepted, proposal, scope_of, terms_of
from deprecations.policy import Rule, breaches, earliest_of
from deprecations.reach import reach, to_ask_for
from deprecations.rhythm import quiet_at
from deprecations.steps import Days, checked_span, days_of

WINDOW_DAYS = 30
_NEAR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CallerThen:
    """A consumer that calls now. `quiet_at` is when its silence would prove something if it stopped today.

    `may_still_call` says that this comes after the last day; `extended_until` is its own later day.
    """

    consumer: str
    name: str
    calls: int
    quiet_at: datetime
    may_still_call: bool
    extended_until: date | None


@dataclass(frozen=True, slots=True)
class Telling:
    """A milestone at which people would be told, and how many contacts there are to tell today."""

    milestone: str
    at: datetime
    contacts: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule of the policy that such a plan would break; `excepted` when the plan is let off it."""

    rule: str
    sentence: str
    excepted: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """Another plan that ends within a week of the day and hits the same consumers."""

    deprecation_id: int
    what: str
    sunset_on: date
    consumers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All that other days would bring; `needs_approval` that somebody else has to agree to them."""

    deprecated_on: date
    sunset_on: date
    earliest_on: date
    needs_approval: bool
    breaches: tuple[Breach, ...]
    callers: tuple[CallerThen, ...]
    notices: tuple[Telling, ...]
    clashes: tuple[Clash, ...]


def what_if(session: Session, plan: Deprecation, days: Days, now: datetime) -> WhatIf:
    """Answer what days would bring; raises PlanRefused for days in no order."""
    checked_span(days)
    reached = reach(session, [plan.target_id])[plan.target_id]
    callers = callers_of_plans(session, [plan.id], since=now - timedelta(days=WINDOW_DAYS), until=now)[
        plan.id
    ]
    judged = proposal(session, plan, days, now)
    terms = terms_of(session, plan.api_id, scope_of(plan))
    is_earlier = plan.state != State.DRAFT and days.sunset_on < plan.sunset_on
    # Nobody is owed the notice anew by a later day; a freeze stands in the way of any.
    owed = set(Rule) if is_earlier or plan.state == State.DRAFT else {Rule.FREEZE}
    excused = excepted(session, plan.id)
    return WhatIf(
        deprecated_on=days.deprecated_on,
        sunset_on=days.sunset_on,
        earliest_on=earliest_of(terms, judged),
        needs_approval=is_earlier or (plan.state == State.DRAFT and terms.approval_required),
        breaches=tuple(
            Breach(one.rule, str(one), one.rule in excused)
            for one in breaches(terms, judged)
            if one.rule in owed
        ),
        callers=_then(session, plan, reached, callers, days, now),
        notices=_notices(session, plan, callers, days, now),
        clashes=_clashes(session, plan, callers, days, now),
    )


def _then(
    session: Session,
    plan: Deprecation,
    reached: Sequence[int],
    callers: Sequence[PlanCaller],
    days: Days,
    now: datetime,
) -> tuple[CallerThen, ...]:
    gaps, longer = (
        slowest_rhythms(session, to_ask_for(plan.target_id, reached)),
        in_force(session, [plan.id], now),
    )
    ends_at = calendar.sunset_at(days.sunset_on, days.zone)
    found = []
    for caller in callers:
        quiet = quiet_at(now, gaps.get(caller.consumer_id), WINDOW_DAYS)
        extension = longer.get((plan.id, caller.consumer_id))
        found.append(
            CallerThen(
                consumer=caller.slug,
                name=caller.name,
                calls=caller.calls,
                quiet_at=quiet,
                may_still_call=quiet > ends_at,
                extended_until=extension.until_on if extension else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.calls, one.name)))


def _notices(
    session: Session, plan: Deprecation, callers: Sequence[PlanCaller], days: Days, now: datetime
) -> tuple[Telling, ...]:
    told = plan.state in PROMISED
    dues = schedule(
        announced_at=plan.announced_at if told and plan.announced_at else now,
        moved_at=now if told and days != days_of(plan) else plan.moved_at,
        sunset_on=days.sunset_on,
        zone=days.zone,
    )
    who = hearing(session, [one.consumer_id for one in callers if not one.is_unattributed])
    return tuple(
        Telling(one.milestone, one.at, who.count(plan.api_id, one.milestone))
        for one in still_to_tell(dues, now)
    )


def _clashes(
    session: Session, plan: Deprecation, callers: Sequence[PlanCaller], days: Days, now: datetime
) -> tuple[Clash, ...]:
    ends_at = calendar.sunset_at(days.sunset_on, days.zone)
    near = session.scalars(
        select(Deprecation)
        .where(
            Deprecation.id != plan.id,
            Deprecation.state.in_(PROMISED),
            Deprecation.sunset_at.between(ends_at - _NEAR, ends_at + _NEAR),
        )
        .options(joinedload(Deprecation.target))
        .order_by(Deprecation.sunset_at, Deprecation.id)
    ).all()
    ours = {one.consumer_id for one in callers if not one.is_unattributed}
    since = now - timedelta(days=WINDOW_DAYS)
    theirs = callers_of_plans(session, [one.id for one in near], since=since, until=now)
    found = []
    for other in near:
        hit = {caller.name for caller in theirs[other.id] if caller.consumer_id in ours}
        if hit:
            found.append(Clash(other.id, other.target.label, other.sunset_on, tuple(sorted(hit))))
    return tuple(found)
