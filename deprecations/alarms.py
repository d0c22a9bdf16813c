"""What of the endings needs somebody: traffic and documents that don't do what a plan says.

Worked out from the rows as they are now, so an alarm is there as long as its cause is, and no longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consumers.sources import heard_since
from deprecations import closing
from deprecations.aims import day_in
from deprecations.dates_in_words import day as in_words
from deprecations.dates_in_words import moment
from deprecations.lifecycle import PROMISED
from deprecations.models import Deprecation, State, SunsetBy, TargetKind
from deprecations.own_ends import own_ends
from deprecations.part_drift import parts_gone
from deprecations.plan_callers import PlanCaller, callers_of_plans, calls_of_plans, first_calls
from deprecations.targets import is_whole
from registry.models import DocumentOperation, Operation, Version

WINDOW = timedelta(days=30)
_PROMISING = tuple(state for state in PROMISED if state != State.SUNSET)
_GROWTH = 1.5
_CALLS_BEFORE = 20  # half as much again of a handful is chance


class Alarm(StrEnum):
    """What happens that the plan doesn't say, the worst first."""

    AFTER_SUNSET = "after-sunset"
    GONE_TOO_EARLY = "gone-too-early"
    NEW_ADOPTER = "new-adopter"
    RISING = "rising"
    STILL_THERE = "still-there"
    OTHER_DAY = "other-day"
    UNMARKED = "unmarked"


TO_DO: Final = {
    Alarm.AFTER_SUNSET: "Ask them to move, or give them a later day of their own.",
    Alarm.GONE_TOO_EARLY: "Publish a document that has it again, or move or cancel the plan.",
    Alarm.NEW_ADOPTER: "Tell them what to call instead before they build on it.",
    Alarm.RISING: "Ask them whether they know that it ends.",
    Alarm.STILL_THERE: "Take it out of the document, or take the plan up anew.",
    Alarm.OTHER_DAY: "Let the document name the day that was announced, or move the plan.",
    Alarm.UNMARKED: "Set `deprecated: true` on it in the document.",
}


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
        *_of_documents(session, plans),
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
                yield _raised(Alarm.AFTER_SUNSET, plan, f"{told}day was {end.on}.", seen)
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


def _of_documents(session: Session, plans: Sequence[Deprecation]) -> Iterator[Raised]:
    """Hold plans for whole operations against the newest documents, those for parts against what changed."""
    parts = [plan for plan in plans if not is_whole(plan.target) and plan.state in _PROMISING]
    gone = parts_gone(session, parts) if parts else {}
    for plan in parts:
        if plan.id in gone:
            told = f"{gone[plan.id]} has no {plan.target.label}, which was promised to work until "
            yield _raised(Alarm.GONE_TOO_EARLY, plan, f"{told}{in_words(plan.sunset_on)}.")
    whole = [plan for plan in plans if plan.target.kind == TargetKind.OPERATION]
    shown = _shown(session, {plan.operation_id for plan in whole})
    versions = _newest(session, {plan.api_id for plan in whole})
    for plan in whole:
        version, entry = versions.get(plan.api_id), shown.get(plan.operation_id)
        if version is None:
            continue
        yield from _against(plan, version.label, entry)


def _against(plan: Deprecation, version: str, entry: DocumentOperation | None) -> Iterator[Raised]:
    what = plan.target.label
    if plan.state == State.REMOVED:
        if entry is not None:
            yield _raised(Alarm.STILL_THERE, plan, f"{what} was noted as removed, and {version} has it.")
        return
    if entry is None:
        if plan.state != State.SUNSET:
            told = f"{version} has no {what}, which was promised to work until {in_words(plan.sunset_on)}."
            yield _raised(Alarm.GONE_TOO_EARLY, plan, told)
        return
    if not entry.deprecated and plan.state != State.ANNOUNCED:
        yield _raised(Alarm.UNMARKED, plan, f"{what} is deprecated, and {version} doesn't say so.")
    day = day_in(entry.sunset or "")
    if plan.sunset_by == SunsetBy.DATE and day is not None and day != plan.sunset_on:
        told = f"{version} says that {what} ends on {in_words(day)}; announced is {in_words(plan.sunset_on)}."
        yield _raised(Alarm.OTHER_DAY, plan, told)


def _newest(session: Session, api_ids: set[int]) -> dict[int, Version]:
    top = (
        select(Version.api_id, func.max(Version.position).label("position"))
        .where(Version.api_id.in_(api_ids))
        .group_by(Version.api_id)
        .subquery()
    )
    rows = session.scalars(
        select(Version).join(top, (Version.api_id == top.c.api_id) & (Version.position == top.c.position))
    )
    return {version.api_id: version for version in rows}


def _shown(session: Session, operation_ids: set[int]) -> dict[int, DocumentOperation]:
    """Return how the newest document of its API spells each operation; one that it lacks is not there."""
    rows = session.execute(
        select(Operation.id, Operation.api_id, DocumentOperation)
        .join(Version, Version.id == Operation.last_version_id)
        .join(
            DocumentOperation,
            (DocumentOperation.digest == Version.digest)
            & (DocumentOperation.method == Operation.method)
            & (DocumentOperation.shape == Operation.shape),
        )
        .where(Operation.id.in_(operation_ids))
    ).all()
    newest = _newest(session, {row[1] for row in rows})
    return {row[0]: row[2] for row in rows if row[2].digest == newest[row[1]].digest}


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
