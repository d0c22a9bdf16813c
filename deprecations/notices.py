"""Plans who is to be told what, when. `packing` puts what is due into envelopes.

Saving a plan a thousand times makes the same rows: a notice's key is deprecation, consumer, contact,
milestone, and the instant that follows from the plan's dates.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer, Contact, Usage
from deprecations.board import OVER
from deprecations.headers import EMITTING
from deprecations.mail import AFFECTED_DAYS
from deprecations.milestones import schedule, still_to_tell
from deprecations.models import Deprecation, Notice
from storage.paging import Page, page_of
from storage.upsert import insert_missing

_KEY = ("deprecation_id", "consumer_id", "contact_id", "milestone", "due_at")


def plan_notices(session: Session, now: datetime) -> int:
    """Write the notices that are missing for every announced plan; return how many there were.

    Told are the enabled contacts of consumers that called within 90 days, from the newest milestone
    that came to the last. What was planned for a plan that is over is dropped.
    """
    _drop_what_is_over(session)
    plans = session.scalars(select(Deprecation).where(Deprecation.state.in_(EMITTING))).all()
    contacts = _affected(session, {plan.operation_id for plan in plans}, now)
    known = _known(session, [plan.id for plan in plans])
    rows = [
        row
        for plan in plans
        for row in _rows(plan, contacts[plan.operation_id], now)
        if tuple(row[name] for name in _KEY) not in known
    ]
    insert_missing(session, Notice, rows, _KEY)
    return len(rows)


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
    drop = update(Notice).where(Notice.deprecation_id.in_(over), *waiting)
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


def _known(session: Session, plan_ids: Collection[int]) -> set[tuple[Any, ...]]:
    columns = [getattr(Notice, name) for name in _KEY]
    rows = session.execute(select(*columns).where(Notice.deprecation_id.in_(plan_ids)))
    return {tuple(row) for row in rows}


def _rows(plan: Deprecation, contacts: list[tuple[int, int]], now: datetime) -> Iterator[dict[str, Any]]:
    dues = schedule(
        announced_at=plan.announced_at or plan.created_at,
        moved_at=plan.moved_at,
        sunset_on=plan.sunset_on,
        zone=plan.zone,
    )
    for due in still_to_tell(dues, now):
        for consumer_id, contact_id in contacts:
            yield {
                "deprecation_id": plan.id,
                "consumer_id": consumer_id,
                "contact_id": contact_id,
                "milestone": due.milestone,
                "sunset_on": plan.sunset_on,
                "due_at": due.at,
                "recipient": "",
                "created_at": now,
            }
