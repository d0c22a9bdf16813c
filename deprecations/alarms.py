"""What of the endings needs somebody: traffic and documents that don't do what a plan says.

Worked out from the rows as they are now, so an alarm is there as long as its cause is, and no longer.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer, Usage
from consumers.usage import Caller, callers_many
from deprecations import closing
from deprecations.aims import day_in
from deprecations.dates_in_words import day as in_words
from deprecations.dates_in_words import moment
from deprecations.lifecycle import PROMISED
from deprecations.models import Deprecation, State, SunsetBy, TargetKind
from deprecations.own_ends import own_ends
from deprecations.reach import reach
from registry.models import DocumentOperation, Operation, Version

WINDOW = timedelta(days=30)
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
    reached = reach(session, {plan.target_id for plan in promised})
    found = [
        *_of_traffic(session, promised, reached, now),
        *_of_documents(session, plans),
    ]
    ranks = list(Alarm)
    return tuple(sorted(found, key=lambda one: (ranks.index(one.kind), one.deprecation_id, one.consumer)))


def _of_traffic(
    session: Session, plans: Sequence[Deprecation], reached: dict[int, tuple[int, ...]], now: datetime
) -> Iterator[Raised]:
    operations = {one for plan in plans for one in reached[plan.target_id]}
    recent = _recent(session, operations, now)
    ends = own_ends(session, [plan.id for plan in plans], now)
    known = closing.known(session, [plan.id for plan in plans])
    growing = callers_many(session, operations, since=now - WINDOW, until=now)
    for plan in plans:
        own = [seen for one in reached[plan.target_id] for seen in recent[one]]
        for seen in _by_consumer(own):
            end = ends.of(plan, seen.consumer_id)
            if plan.state == State.SUNSET and seen.last_at > end.at:
                told = (
                    f"{seen.name} still calls {plan.target.label}, last on {moment(seen.last_at)}; its last "
                )
                yield _raised(Alarm.AFTER_SUNSET, plan, f"{told}day was {end.on}.", seen)
            closed_at = plan.closed_at
            is_new = (plan.id, seen.consumer_id) not in known
            is_closed = closed_at is not None and plan.state != State.SUNSET
            if closed_at is not None and is_closed and is_new and seen.last_at >= closed_at:
                told = f"{seen.name} calls {plan.target.label} since {moment(max(seen.first_at, closed_at))}"
                yield _raised(
                    Alarm.NEW_ADOPTER, plan, f"{told}, which was closed to new consumers before.", seen
                )
        if plan.state != State.SUNSET:
            yield from _rises(plan, reached[plan.target_id], growing)


def _rises(
    plan: Deprecation, operations: Sequence[int], growing: dict[int, tuple[Caller, ...]]
) -> Iterator[Raised]:
    counts: dict[int, list[int]] = {}
    seen: dict[int, Caller] = {}
    for operation_id in operations:
        for caller in growing[operation_id]:
            pair = counts.setdefault(caller.consumer_id, [0, 0])
            pair[0] += caller.calls
            pair[1] += caller.calls_before or 0
            seen[caller.consumer_id] = caller
    for consumer_id, (calls, before) in counts.items():
        if before >= _CALLS_BEFORE and calls >= before * _GROWTH:
            told = (
                f"{seen[consumer_id].name} calls {plan.target.label} more than before: {calls:,} calls in 30 "
            )
            yield _raised(Alarm.RISING, plan, f"{told}days, after {before:,}.", seen[consumer_id])


def _of_documents(session: Session, plans: Sequence[Deprecation]) -> Iterator[Raised]:
    """Hold plans for whole operations against the newest document of their APIs."""
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


@dataclass(frozen=True, slots=True)
class Seen:
    """A consumer that called, and when first and last."""

    consumer_id: int
    slug: str
    name: str
    first_at: datetime
    last_at: datetime


def _recent(session: Session, operation_ids: set[int], now: datetime) -> dict[int, list[Seen]]:
    """Return who called each operation within the window, with the first call ever and the last."""
    last = func.max(Usage.last_at)
    rows = session.execute(
        select(Usage.operation_id, Consumer.id, Consumer.slug, Consumer.name, func.min(Usage.first_at), last)
        .join(Consumer, Consumer.id == Usage.consumer_id)
        .where(Usage.operation_id.in_(operation_ids))
        .group_by(Usage.operation_id, Consumer.id)
        .having(last >= now - WINDOW)
    )
    found: dict[int, list[Seen]] = defaultdict(list)
    for operation_id, consumer_id, slug, name, first_at, last_at in rows:
        found[operation_id].append(Seen(consumer_id, slug, name, first_at, last_at))
    return found


def _by_consumer(seen: Sequence[Seen]) -> list[Seen]:
    merged: dict[int, Seen] = {}
    for one in seen:
        other = merged.get(one.consumer_id, one)
        merged[one.consumer_id] = Seen(
            one.consumer_id,
            one.slug,
            one.name,
            min(one.first_at, other.first_at),
            max(one.last_at, other.last_at),
        )
    return list(merged.values())


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


def _raised(kind: Alarm, plan: Deprecation, sentence: str, about: Seen | Caller | None = None) -> Raised:
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
