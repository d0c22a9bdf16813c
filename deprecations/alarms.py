"""What of the endings needs somebody: traffic and documents that don't do what a plan says.

Worked out from the rows as they are now, so an alarm is there as long as its cause is, and no longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consumers.sources import heard_since
from deprecations import closing
from deprecations.alarm_kinds import TO_DO, Alarm
from deprecations.dates_in_words import day, moment
from deprecations.document_alarms import of_documents
from deprecations.lifecycle import PROMISED
from deprecations.models import Deprecation, State
from deprecations.own_ends import own_ends
from deprecations.plan_callers import PlanCaller, callers_of_plans, calls_of_plans, first_calls

WINDOW = timedelta(days=30)
_GROWTH = 1.5
_CALLS_BEFORE = 20  # half as much again of a handful is chance


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm about a plan, with the consumer that it is about, "" where it is about the document."""

    kind: Alarm
    deprecation_id: int
    api: str
    what: str
    sentence: str
    to_do: str
    consumer: str = ""
    consumer_name: str = ""


def alarms(session: Session, now: datetime, *, api_id: int | None = None) -> tuple[Raised, ...]:
    """Return every alarm of all APIs, or of one, the worst first."""
    wanted = (
        select(Deprecation)
        .where(Deprecation.state.in_((*PROMISED, State.REMOVED)))
        .options(joinedload(Deprecation.api), joinedload(Deprecation.target))
        .order_by(Deprecation.sunset_at, Deprecation.id)
    )
    if api_id is not None:
        wanted = wanted.where(Deprecation.api_id == api_id)
    plans = session.scalars(wanted).all()
    promised = [plan for plan in plans if plan.state != State.REMOVED]
    found = [
        *_of_traffic(session, promised, now),
        *(_raised(kind, plan, told) for kind, plan, told in of_documents(session, plans)),
    ]
    ranks = list(Alarm)
    return tuple(sorted(found, key=lambda one: (ranks.index(one.kind), one.deprecation_id, one.consumer)))


def _of_traffic(session: Session, plans: Sequence[Deprecation], now: datetime) -> Iterator[Raised]:
    ids = [plan.id for plan in plans]
    since = now - WINDOW
    recent = callers_of_plans(session, ids, since=since, until=now)
    is_known = heard_since(session, since - WINDOW)
    before = calls_of_plans(session, ids, since=since - WINDOW, until=since) if is_known else {}
    ends, known = own_ends(session, ids, now), closing.known(session, ids)
    for plan in plans:
        for seen in recent[plan.id]:
            end = ends.of(plan, seen.consumer_id)
            if plan.state == State.SUNSET and seen.last_at > end.at:
                told = (
                    f"{seen.name} still calls {plan.target.label}, last on {moment(seen.last_at)}; its last "
                )
                yield _raised(Alarm.AFTER_SUNSET, plan, f"{told}day was {day(end.on)}.", seen)
        if plan.state != State.SUNSET:
            yield from _newcomers(session, plan, recent[plan.id], known)
            yield from _rises(plan, recent[plan.id], before)


def _newcomers(
    session: Session, plan: Deprecation, recent: Sequence[PlanCaller], known: set[tuple[int, int]]
) -> Iterator[Raised]:
    closed_at = plan.closed_at
    if closed_at is None:
        return
    new = [one for one in recent if (plan.id, one.consumer_id) not in known and one.last_at >= closed_at]
    first = first_calls(session, plan.id, [one.consumer_id for one in new]) if new else {}
    for seen in new:
        began = max(first[seen.consumer_id], closed_at)
        told = f"{seen.name} calls {plan.target.label} since {moment(began)}"
        yield _raised(Alarm.NEW_ADOPTER, plan, f"{told}, which was closed to new consumers before.", seen)


def _rises(
    plan: Deprecation, recent: Sequence[PlanCaller], before: Mapping[tuple[int, int], int]
) -> Iterator[Raised]:
    for seen in recent:
        earlier = before.get((plan.id, seen.consumer_id), 0)
        if earlier >= _CALLS_BEFORE and seen.calls >= earlier * _GROWTH:
            told = f"{seen.name} calls {plan.target.label} more than before: {seen.calls:,} calls in 30 "
            yield _raised(Alarm.RISING, plan, f"{told}days, after {earlier:,}.", seen)


def _raised(kind: Alarm, plan: Deprecation, sentence: str, about: PlanCaller | None = None) -> Raised:
    return Raised(
        kind=kind,
        deprecation_id=plan.id,
        api=plan.api.slug,
        what=plan.target.label,
        sentence=sentence,
        to_do=TO_DO[kind],
        consumer=about.slug if about else "",
        consumer_name=about.name if about else "",
    )
