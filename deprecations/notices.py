"""Plans who is to be told what, when. `packing` puts what is due into envelopes.

Saving a plan a thousand times makes the same rows: a notice's key is deprecation, consumer, contact,
milestone, and the instant that follows from the plan's dates.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer, Contact, Usage
from deprecations.board import OVER
from deprecations.cadences import cadences
from deprecations.headers import EMITTING
from deprecations.lifecycle import Step
from deprecations.mail import AFFECTED_DAYS
from deprecations.milestones import Cadence, Due, Milestone, schedule, still_to_tell
from deprecations.models import Deprecation, DeprecationEvent, Notice, State
from storage.paging import Page, page_of
from storage.upsert import insert_missing

_KEY = ("deprecation_id", "consumer_id", "contact_id", "milestone", "due_at")
_LATELY = timedelta(days=7)


def plan_notices(session: Session, now: datetime) -> int:
    """Write the notices that are missing for every announced plan; return how many there were.

    Told are the enabled contacts of consumers that called within 90 days, from the newest milestone
    that came to the last. What was planned for a plan that is over is dropped; who was told of a plan
    that was cancelled is told that too.
    """
    _drop_what_is_over(session)
    plans = session.scalars(select(Deprecation).where(Deprecation.state.in_(EMITTING))).all()
    contacts = _affected(session, {plan.operation_id for plan in plans}, now)
    known = known_notices(session, [plan.id for plan in plans])
    began = _first_uses(session, plans, contacts, known)
    chosen = cadences(session)
    rows = [
        notice_row(plan, consumer_id, contact_id, due, now)
        for plan in plans
        for consumer_id, contact_id in contacts[plan.operation_id]
        for due in _dues(plan, chosen, began.get((plan.id, consumer_id)), now)
    ]
    return write_missing(session, [*rows, *_cancellations(session, now)], known)


def write_missing(
    session: Session, rows: Iterable[dict[str, Any]], known: Collection[tuple[Any, ...]]
) -> int:
    """Write the notices whose keys are not among the known ones; return how many."""
    missing = [row for row in rows if tuple(row[name] for name in _KEY) not in known]
    insert_missing(session, Notice, missing, _KEY)
    return len(missing)


def notice_row(
    plan: Deprecation, consumer_id: int, contact_id: int | None, due: Due, now: datetime
) -> dict[str, Any]:
    """Return a notice as a row to write."""
    return {
        "deprecation_id": plan.id,
        "consumer_id": consumer_id,
        "contact_id": contact_id,
        "milestone": due.milestone,
        "sunset_on": plan.sunset_on,
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
    current = Notice.sunset_on == Deprecation.sunset_on
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


def _loaded() -> Select[Notice]:
    plan = joinedload(Notice.deprecation)
    return select(Notice).options(
        plan.joinedload(Deprecation.api),
        plan.joinedload(Deprecation.operation),
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
    session: Session, operation_ids: Collection[int], now: datetime
) -> dict[int, list[tuple[int, int]]]:
    """Find, for each operation, consumer and contact of everyone who is to be told."""
    rows = session.execute(
        select(Usage.operation_id, Usage.consumer_id, Contact.id)
        .join(Consumer, Consumer.id == Usage.consumer_id)
        .join(Contact, Contact.consumer_id == Consumer.id)
        .where(
            Usage.operation_id.in_(operation_ids),
            Usage.last_at >= now - timedelta(days=AFFECTED_DAYS),
            Consumer.is_unattributed.is_(False),
            Contact.disabled_at.is_(None),
        )
        .distinct()
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for operation_id, consumer_id, contact_id in rows:
        found[operation_id].append((consumer_id, contact_id))
    return found


def known_notices(session: Session, plan_ids: Collection[int]) -> set[tuple[Any, ...]]:
    """Return the keys of all notices of some plans: plan, consumer, contact, milestone, instant."""
    columns = [getattr(Notice, name) for name in _KEY]
    rows = session.execute(select(*columns).where(Notice.deprecation_id.in_(plan_ids)))
    return {tuple(row) for row in rows}


def _dues(
    plan: Deprecation, chosen: Mapping[int, Cadence], first_use_at: datetime | None, now: datetime
) -> tuple[Due, ...]:
    dues = schedule(
        announced_at=plan.announced_at or plan.created_at,
        moved_at=plan.moved_at,
        sunset_on=plan.sunset_on,
        zone=plan.zone,
        cadence=chosen.get(plan.api_id, Cadence.USUAL),
        first_use_at=first_use_at,
    )
    return still_to_tell(dues, now)


def _first_uses(
    session: Session,
    plans: Iterable[Deprecation],
    contacts: Mapping[int, list[tuple[int, int]]],
    known: Collection[tuple[Any, ...]],
) -> dict[tuple[int, int], datetime]:
    """Return when consumers began, by plan and consumer: as planned before, or from the traffic of new ones.

    Old traffic that is told of late never changes what was planned, so nobody is told twice.
    """
    met = {(row[0], row[1]) for row in known}
    began = {(row[0], row[1]): row[4] for row in known if row[3] == Milestone.FIRST_USE}
    new = {
        (plan.id, consumer_id): plan.operation_id
        for plan in plans
        for consumer_id, _ in contacts[plan.operation_id]
        if (plan.id, consumer_id) not in met
    }
    firsts = _first_calls(session, set(new.values()))
    return began | {pair: firsts[operation_id, pair[1]] for pair, operation_id in new.items()}


def _first_calls(session: Session, operation_ids: Collection[int]) -> dict[tuple[int, int], datetime]:
    rows = session.execute(
        select(Usage.operation_id, Usage.consumer_id, func.min(Usage.first_at))
        .where(Usage.operation_id.in_(operation_ids))
        .group_by(Usage.operation_id, Usage.consumer_id)
    )
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
        notice_row(plan, consumer_id, contact_id, Due(Milestone.CANCELLED, at), now)
        for plan, consumer_id, contact_id, at in rows
    ]
