"""Where nobody of a consumer answers: who is told next, and from when.

A set number of days before a consumer's last day the contacts of the next role are told; when half of the
rest is over, or where there is no next role, the fallback of the API's team is. Whoever was told first has
a week to answer. An answer, or calls that stopped, end it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer, ContactRole
from deprecations import calendar
from deprecations.errors import PlanRefused
from deprecations.headers import EMITTING
from deprecations.hearing import Hearing, hearing
from deprecations.mail import AFFECTED_DAYS
from deprecations.milestones import Due, Milestone
from deprecations.models import Deprecation
from deprecations.notice_models import ApiEscalation, Notice
from deprecations.notices import known_notices, notice_row, write_missing
from deprecations.own_ends import OwnEnd, own_ends
from deprecations.plan_evidence import gather_for_plans
from deprecations.rhythm import has_stopped
from deprecations.successors import uncompared
from deprecations.tries import Tries, answered, tries_of

USUAL_DAYS: Final = 30
_MOST_DAYS = 365
_PATIENCE = timedelta(days=7)
_LADDER: Final = (ContactRole.TECHNICAL, ContactRole.TEAM, ContactRole.OWNER, ContactRole.SECURITY)


@dataclass(frozen=True, slots=True)
class Escalation:
    """A consumer that is silent about a plan; `contacts` are those of the next role."""

    plan: Deprecation
    consumer: Consumer
    end: OwnEnd
    due_at: datetime
    contacts: tuple[int, ...]
    tries: Tries

    @property
    def fallback_at(self) -> datetime:
        """From when the fallback of the API's team is told."""
        return self.due_at + (self.end.at - self.due_at) / 2 if self.contacts else self.due_at


def plan_escalations(session: Session, now: datetime) -> int:
    """Write the notices for contacts of the next role, once for each last day; return how many."""
    found = escalations(session, now)
    before = _escalated(session, {one.plan.id for one in found})
    rows = [
        notice_row(one.plan, one.consumer.id, contact_id, Due(Milestone.ESCALATED, one.due_at), one.end, now)
        for one in found
        for contact_id in one.contacts
        if (one.plan.id, contact_id, one.end.on) not in before
    ]
    return write_missing(session, rows, known_notices(session, {one.plan.id for one in found}))


def escalations(session: Session, now: datetime) -> tuple[Escalation, ...]:
    """Return the consumers that are silent about plans, from the day on which others are told.

    Whose first mail waits for a comparison isn't silent.
    """
    plans = {plan.id: plan for plan in session.scalars(_plans()).all()}
    evidence = gather_for_plans(session, plans.values(), now)
    since = now - timedelta(days=AFFECTED_DAYS)
    still = [
        pair
        for pair, seen in evidence.items()
        if seen.last_call_at >= since and not has_stopped(seen.last_call_at, seen.longest_gap_days, now)
    ]
    people = _consumers(session, {consumer_id for _plan, consumer_id in still})
    ends, days, tries = own_ends(session, plans, now), escalation_days(session), tries_of(session, plans)
    quiet, who = answered(session, plans, evidence, now), hearing(session, people)
    found = []
    for plan_id, consumer_id in sorted(still):
        if consumer_id not in people or (plan_id, consumer_id) in quiet:
            continue
        plan, told = plans[plan_id], tries.get((plan_id, consumer_id), Tries())
        end = ends.of(plan, consumer_id)
        due_at = _due_at(plan, end, days.get(plan.api_id, USUAL_DAYS), told.since)
        if due_at is not None and due_at <= now <= end.at:
            contacts = _next(who, plan.api_id, consumer_id)
            found.append(Escalation(plan, people[consumer_id], end, due_at, contacts, told))
    waiting = uncompared(session, {one.plan.id for one in found if not one.tries.sent})
    return tuple(one for one in found if one.tries.sent or one.plan.id not in waiting)


def escalation_days(session: Session) -> Mapping[int, int]:
    """Return how many days before the end the next ones are told, by the APIs that chose; 0 is never."""
    return {row.api_id: row.days for row in session.scalars(select(ApiEscalation))}


def set_escalation(session: Session, api_id: int, days: int) -> int:
    """Choose how many days before the end the next ones are told; 0 is never."""
    if not 0 <= days <= _MOST_DAYS:
        raise PlanRefused(f"Others are told 1 to {_MOST_DAYS} days before the end, or with 0 never.")
    chosen = session.get(ApiEscalation, api_id) or ApiEscalation(api_id=api_id)
    chosen.days = days
    session.add(chosen)
    session.flush()
    return days


def _escalated(session: Session, plan_ids: Collection[int]) -> set[tuple[int, int | None, date]]:
    rows = session.execute(
        select(Notice.deprecation_id, Notice.contact_id, Notice.sunset_on).where(
            Notice.deprecation_id.in_(plan_ids), Notice.milestone == Milestone.ESCALATED
        )
    )
    return {(row[0], row[1], row[2]) for row in rows}


def _plans() -> Select[Deprecation]:
    return (
        select(Deprecation)
        .where(Deprecation.state.in_(EMITTING))
        .options(joinedload(Deprecation.target), joinedload(Deprecation.api))
    )


def _due_at(plan: Deprecation, end: OwnEnd, days: int, told_since: datetime | None) -> datetime | None:
    """Return when others are told: on that day, but a week after the first message and after a move."""
    if not days:
        return None
    on_its_day = calendar.deprecated_at(end.on - timedelta(days=days), plan.zone)
    began = max(filter(None, (told_since, end.moved_at)), default=None)
    return on_its_day if began is None else max(on_its_day, began + _PATIENCE)


def _next(who: Hearing, api_id: int, consumer_id: int) -> tuple[int, ...]:
    """Return the contacts of the first role above those that reminders go to."""
    roles = who.roles.get(consumer_id, {})
    told = [
        _LADDER.index(ContactRole(role))
        for contact_id, role in roles.items()
        if who.hears(api_id, consumer_id, contact_id, Milestone.T_30)
    ]
    above = sorted(
        {_LADDER.index(ContactRole(role)) for role in roles.values()} - set(range(max(told, default=-1) + 1))
    )
    return tuple(sorted(one for one, role in roles.items() if above and role == _LADDER[above[0]]))


def _consumers(session: Session, ids: Collection[int]) -> dict[int, Consumer]:
    wanted = select(Consumer).where(Consumer.id.in_(ids), Consumer.is_unattributed.is_(False))
    return {one.id: one for one in session.scalars(wanted)}
