"""What of the endings needs somebody: traffic and documents that don't do what a plan says.

Worked out from the rows as they are now, so an alarm is there as long as its cause is, and no longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consumers.sources import heard_since
from deprecations import closing
from deprecations.alarm_kinds import Alarm
from deprecations.attention_words import ENGLISH, AttentionWords
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


def alarms(
    session: Session,
    now: datetime,
    *,
    api_id: int | None = None,
    words: AttentionWords = ENGLISH,
    recent: Mapping[int, Sequence[PlanCaller]] = MappingProxyType({}),
) -> tuple[Raised, ...]:
    """Return every alarm of all APIs, or of one, the worst first.

    `recent` are callers within WINDOW by plan, for who asks and has them already; the others are asked for.
    """
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
        *_of_traffic(session, promised, recent, words, now),
        *(_raised(kind, plan, told, words) for kind, plan, told in of_documents(session, plans, words)),
    ]
    ranks = list(Alarm)
    return tuple(sorted(found, key=lambda one: (ranks.index(one.kind), one.deprecation_id, one.consumer)))


def _of_traffic(
    session: Session,
    plans: Sequence[Deprecation],
    asked: Mapping[int, Sequence[PlanCaller]],
    words: AttentionWords,
    now: datetime,
) -> Iterator[Raised]:
    ids = [plan.id for plan in plans]
    since = now - WINDOW
    missing = [one for one in ids if one not in asked]
    recent = {**asked, **callers_of_plans(session, missing, since=since, until=now)}
    is_known = heard_since(session, since - WINDOW)
    before = calls_of_plans(session, ids, since=since - WINDOW, until=since) if is_known else {}
    ends, known = own_ends(session, ids, now), closing.known(session, ids)
    for plan in plans:
        for seen in recent[plan.id]:
            end = ends.of(plan, seen.consumer_id)
            if plan.state == State.SUNSET and seen.last_at > end.at:
                told = words.after_sunset.format(
                    name=seen.name,
                    what=words.what(plan.target),
                    at=words.at(seen.last_at),
                    day=words.day(end.on),
                )
                yield _raised(Alarm.AFTER_SUNSET, plan, told, words, seen)
        if plan.state != State.SUNSET:
            yield from _newcomers(session, plan, recent[plan.id], known, words)
            yield from _rises(plan, recent[plan.id], before, words)


def _newcomers(
    session: Session,
    plan: Deprecation,
    recent: Sequence[PlanCaller],
    known: set[tuple[int, int]],
    words: AttentionWords,
) -> Iterator[Raised]:
    closed_at = plan.closed_at
    if closed_at is None:
        return
    new = [one for one in recent if (plan.id, one.consumer_id) not in known and one.last_at >= closed_at]
    first = first_calls(session, plan.id, [one.consumer_id for one in new]) if new else {}
    for seen in new:
        began = max(first[seen.consumer_id], closed_at)
        told = words.new_adopter.format(name=seen.name, what=words.what(plan.target), at=words.at(began))
        yield _raised(Alarm.NEW_ADOPTER, plan, told, words, seen)


def _rises(
    plan: Deprecation,
    recent: Sequence[PlanCaller],
    before: Mapping[tuple[int, int], int],
    words: AttentionWords,
) -> Iterator[Raised]:
    for seen in recent:
        earlier = before.get((plan.id, seen.consumer_id), 0)
        if earlier >= _CALLS_BEFORE and seen.calls >= earlier * _GROWTH:
            told = words.rising.format(
                name=seen.name,
                what=words.what(plan.target),
                calls=words.number(seen.calls),
                earlier=words.number(earlier),
            )
            yield _raised(Alarm.RISING, plan, told, words, seen)


def _raised(
    kind: Alarm,
    plan: Deprecation,
    sentence: str,
    words: AttentionWords,
    about: PlanCaller | None = None,
) -> Raised:
    return Raised(
        kind=kind,
        deprecation_id=plan.id,
        api=plan.api.slug,
        what=plan.target.label,
        sentence=sentence,
        to_do=words.alarm_to_do[kind],
        consumer=about.slug if about else "",
        consumer_name=about.name if about else "",
    )
