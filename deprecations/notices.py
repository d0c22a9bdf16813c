"""Plans who is to be told what, when. `packing` puts what is due into envelopes.

Saving a plan a thousand times makes the same rows: a notice's key is deprecation, consumer, contact,
milestone, and the instant that follows from the plan's dates.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer, Contact
from consumers.sums import ever
from deprecations.board import OVER
from deprecations.brownouts.windows import brownouts
from deprecations.cadences import cadences
from deprecations.edge_models import Brownout, Exemption
from deprecations.headers import EMITTING
from deprecations.hearing import hearing
from deprecations.lifecycle import Step
from deprecations.mail import AFFECTED_DAYS
from deprecations.milestones import Cadence, Due, Milestone, before_brownout, schedule, still_to_tell
from deprecations.models import Deprecation, DeprecationEvent, Extension, State
from deprecations.notice_models import Notice
from deprecations.own_ends import OwnEnd, end_of, own_ends
from deprecations.plan_evidence import earliest, reached
from storage.paging import Page, page_of
from storage.upsert import insert_missing

_KEY = ("deprecation_id", "consumer_id", "contact_id", "milestone", "due_at")
_LATELY = timedelta(days=7)


def plan_notices(session: Session, now: datetime) -> int:
    """Write the notices that are missing for every announced plan; return how many there were.

    Told are the enabled contacts of consumers that called within 90 days, as far as their role hears of
    it, from the newest milestone that came to the last. What was planned for a plan that is over is
    dropped; who was told of a plan that was cancelled is told that too.
    """
    _drop_what_is_over(session)
    plans = session.scalars(select(Deprecation).where(Deprecation.state.in_(EMITTING))).all()
    known = known_notices(session, [plan.id for plan in plans])
    gone = _cancellations(session, now)
    rows = [*_rows(session, plans, known, now), *gone]
    known |= known_notices(session, {row["deprecation_id"] for row in gone})
    return write_missing(session, rows, known)


def coming_notices(session: Session, plan: Deprecation, now: datetime) -> list[Notice]:
    """Return what is still to be told of a plan, soonest first; of a draft as if it were announced now.

    Nothing is written: what isn't in the table yet comes as notices that belong to no session.
    """
    waits = (Notice.envelope_key.is_(None), Notice.dropped_because.is_(None))
    kept = session.scalars(_loaded().where(Notice.deprecation_id == plan.id, *waits)).unique().all()
    if plan.state not in (*EMITTING, State.DRAFT):
        is_off = plan.state == State.CANCELLED
        return [one for one in kept if is_off and one.milestone == Milestone.CANCELLED]
    known = known_notices(session, [plan.id])
    missing = [row for row in _rows(session, [plan], known, now) if _key_of(row) not in known]
    contacts = {
        contact.id: contact
        for contact in session.scalars(
            select(Contact).where(Contact.id.in_({row["contact_id"] for row in missing}))
        )
    }
    consumers = {
        one.id: one
        for one in session.scalars(
            select(Consumer).where(Consumer.id.in_({row["consumer_id"] for row in missing}))
        )
    }
    ends = own_ends(session, [plan.id], now)
    current = [one for one in kept if one.sunset_on == ends.of(plan, one.consumer_id).on]
    fresh = [
        Notice(
            **row,
            deprecation=plan,
            contact=contacts[row["contact_id"]],
            consumer=consumers[row["consumer_id"]],
        )
        for row in missing
    ]
    return sorted((*current, *fresh), key=lambda one: (one.due_at, one.contact_id or 0))


def _rows(
    session: Session, plans: Sequence[Deprecation], known: Collection[tuple[Any, ...]], now: datetime
) -> list[dict[str, Any]]:
    """Work out whom each plan's notices are for, and when: as rows, whether they are written or not."""
    plan_ids = [plan.id for plan in plans]
    reaches = reached(session, plans)
    contacts = _affected(session, reaches, now)
    began = _first_uses(session, reaches, contacts, known)
    chosen, ends, spared = cadences(session), own_ends(session, plan_ids, now), _exempted(session, now)
    windows = windows_ahead(session, plan_ids, now)
    who = hearing(session, {consumer_id for found in contacts.values() for consumer_id, _ in found})
    return [
        notice_row(plan, consumer_id, contact_id, due, end, now)
        for plan in plans
        for consumer_id, contact_id in sorted(contacts[plan.id])
        for end in (ends.of(plan, consumer_id),)
        for due in (
            *_dues(plan, end, chosen, began.get((plan.id, consumer_id)), now),
            *(() if (plan.id, consumer_id) in spared else _warnings(windows[plan.id], now)),
        )
        if who.hears(plan.api_id, consumer_id, contact_id, due.milestone)
    ]


def _key_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def write_missing(
    session: Session, rows: Iterable[dict[str, Any]], known: Collection[tuple[Any, ...]]
) -> int:
    """Write the notices whose keys are not among the known ones; return how many."""
    missing = [row for row in rows if _key_of(row) not in known]
    insert_missing(session, Notice, missing, _KEY)
    return len(missing)


def notice_row(
    plan: Deprecation, consumer_id: int, contact_id: int | None, due: Due, end: OwnEnd, now: datetime
) -> dict[str, Any]:
    """Return a notice as a row to write."""
    return {
        "deprecation_id": plan.id,
        "consumer_id": consumer_id,
        "contact_id": contact_id,
        "milestone": due.milestone,
        "sunset_on": end.on,
        "due_at": due.at,
        "recipient": "",
        "created_at": now,
    }


def notices(
    session: Session,
    *,
    deprecation_id: int | None = None,
    consumer_id: int | None = None,
    state: str = "",
    page: int = 1,
) -> Page[Notice]:
    """List notices with plan, consumer and contact, soonest first; `state` is due, told or dropped.

    What waits for a date that has moved since is left out.
    """
    wanted = _loaded().join(Notice.deprecation).order_by(Notice.due_at, Notice.id)
    waits = (Notice.envelope_key.is_(None), Notice.dropped_because.is_(None))
    current = (Notice.sunset_on == Deprecation.sunset_on) | (Notice.sunset_on == _own_day())
    conditions = {
        "": (current | Notice.envelope_key.is_not(None) | Notice.dropped_because.is_not(None),),
        "due": (*waits, current),
        "told": (Notice.envelope_key.is_not(None),),
        "dropped": (Notice.dropped_because.is_not(None),),
    }
    wanted = wanted.where(*conditions[state])
    if deprecation_id is not None:
        wanted = wanted.where(Notice.deprecation_id == deprecation_id)
    if consumer_id is not None:
        wanted = wanted.where(Notice.consumer_id == consumer_id)
    return page_of(session, wanted, page)


def windows_ahead(
    session: Session, plan_ids: Collection[int], now: datetime
) -> dict[int, tuple[Brownout, ...]]:
    """Return the brownouts that lie ahead or run, by plan."""
    return {
        plan_id: tuple(one for one in found if one.aborted_at is None and one.ends_at > now)
        for plan_id, found in brownouts(session, plan_ids).items()
    }


def _own_day() -> Any:
    """Return the last day of a notice's consumer, where it has one of its own."""
    return (
        select(Extension.until_on)
        .where(
            Extension.deprecation_id == Notice.deprecation_id,
            Extension.consumer_id == Notice.consumer_id,
            Extension.revoked_at.is_(None),
        )
        .scalar_subquery()
    )


def _loaded() -> Select[Notice]:
    plan = joinedload(Notice.deprecation)
    return select(Notice).options(
        plan.joinedload(Deprecation.api),
        plan.joinedload(Deprecation.operation),
        plan.joinedload(Deprecation.target),
        joinedload(Notice.consumer),
        joinedload(Notice.contact),
    )


def _drop_what_is_over(session: Session) -> None:
    over = select(Deprecation.id).where(Deprecation.state.in_(OVER))
    waiting = (Notice.envelope_key.is_(None), Notice.dropped_because.is_(None))
    drop = update(Notice).where(
        Notice.deprecation_id.in_(over), Notice.milestone != Milestone.CANCELLED, *waiting
    )
    session.execute(
        drop.values(dropped_because="the plan is over"), execution_options={"synchronize_session": False}
    )


def _affected(
    session: Session, reaches: Mapping[int, Sequence[int]], now: datetime
) -> dict[int, set[tuple[int, int]]]:
    """Find, for each plan, consumer and contact of everyone who is to be told."""
    reached = {one for operations in reaches.values() for one in operations}
    of = ever(session, lambda table: [table.operation_id.in_(reached)]).c
    rows = session.execute(
        select(of.operation_id, of.consumer_id, Contact.id)
        .join(Consumer, Consumer.id == of.consumer_id)
        .join(Contact, Contact.consumer_id == Consumer.id)
        .where(
            of.last_at >= now - timedelta(days=AFFECTED_DAYS),
            Consumer.is_unattributed.is_(False),
            Contact.disabled_at.is_(None),
        )
        .distinct()
    )
    callers: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for operation_id, consumer_id, contact_id in rows:
        callers[operation_id].add((consumer_id, contact_id))
    return {plan_id: {who for one in reached for who in callers[one]} for plan_id, reached in reaches.items()}


def _exempted(session: Session, now: datetime) -> set[tuple[int, int]]:
    """Return plan and consumer of those whom brownouts pass over."""
    rows = session.execute(
        select(Exemption.deprecation_id, Exemption.consumer_id).where(
            Exemption.until_at.is_(None) | (Exemption.until_at > now)
        )
    )
    return {(row[0], row[1]) for row in rows}


def _warnings(windows: Iterable[Brownout], now: datetime) -> Iterator[Due]:
    for window in windows:
        yield from still_to_tell(before_brownout(window.starts_at), now)


def known_notices(session: Session, plan_ids: Collection[int]) -> set[tuple[Any, ...]]:
    """Return the keys of all notices of some plans: plan, consumer, contact, milestone, instant."""
    columns = [getattr(Notice, name) for name in _KEY]
    rows = session.execute(select(*columns).where(Notice.deprecation_id.in_(plan_ids)))
    return {tuple(row) for row in rows}


def _dues(
    plan: Deprecation,
    end: OwnEnd,
    chosen: Mapping[int, Cadence],
    first_use_at: datetime | None,
    now: datetime,
) -> tuple[Due, ...]:
    dues = schedule(
        announced_at=plan.announced_at or (now if plan.state == State.DRAFT else plan.created_at),
        moved_at=end.moved_at,
        sunset_on=end.on,
        zone=plan.zone,
        cadence=chosen.get(plan.api_id, Cadence.USUAL),
        first_use_at=first_use_at,
    )
    return still_to_tell(dues, now)


def _first_uses(
    session: Session,
    reaches: Mapping[int, Sequence[int]],
    contacts: Mapping[int, Collection[tuple[int, int]]],
    known: Collection[tuple[Any, ...]],
) -> dict[tuple[int, int], datetime]:
    """Return when consumers began, by plan and consumer: as planned before, or from the traffic of new ones.

    Old traffic that is told of late never changes what was planned, so nobody is told twice.
    """
    met = {(row[0], row[1]) for row in known}
    began = {(row[0], row[1]): row[4] for row in known if row[3] == Milestone.FIRST_USE}
    callers = {(plan_id, consumer_id) for plan_id, found in contacts.items() for consumer_id, _ in found}
    new = callers - met
    firsts = _first_calls(session, {one for plan_id, _ in new for one in reaches[plan_id]})
    for plan_id, consumer_id in new:
        if first := earliest(firsts, reaches[plan_id], consumer_id):
            began[plan_id, consumer_id] = first
    return began


def _first_calls(session: Session, operation_ids: Collection[int]) -> dict[tuple[int, int], datetime]:
    of = ever(session, lambda table: [table.operation_id.in_(list(operation_ids))]).c
    pair = (of.operation_id, of.consumer_id)
    rows = session.execute(select(*pair, func.min(of.first_at)).group_by(*pair))
    return {(row[0], row[1]): row[2] for row in rows}


def _cancellations(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Find who was told of a plan that was cancelled lately."""
    rows = session.execute(
        select(Deprecation, Notice.consumer_id, Notice.contact_id, DeprecationEvent.at)
        .join(Notice, Notice.deprecation_id == Deprecation.id)
        .join(Contact, Contact.id == Notice.contact_id)
        .join(DeprecationEvent, DeprecationEvent.deprecation_id == Deprecation.id)
        .where(
            Deprecation.state == State.CANCELLED,
            DeprecationEvent.step == Step.CANCEL,
            DeprecationEvent.at > now - _LATELY,
            Notice.envelope_key.is_not(None),
            Contact.disabled_at.is_(None),
        )
        .distinct()
    )
    return [
        notice_row(plan, consumer_id, contact_id, Due(Milestone.CANCELLED, at), end_of(plan), now)
        for plan, consumer_id, contact_id, at in rows
    ]
