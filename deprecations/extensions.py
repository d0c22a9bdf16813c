"""One consumer's later last day: granted with reason and approver, revoked, and expiring by itself."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from consumers.models import Consumer
from deprecations import calendar
from deprecations.dates_in_words import day
from deprecations.errors import DeprecationNotFound, PlanRefused
from deprecations.history import record
from deprecations.lifecycle import PROMISED, Step
from deprecations.models import Deprecation, Extension, State
from deprecations.wording import checked_reason

MOST_MORE: Final = timedelta(days=2 * 366)
"""How much longer than its plan's last day one consumer may be given, and may ask for."""


def grant(
    session: Session,
    plan: Deprecation,
    consumer: Consumer,
    *,
    until_on: date,
    reason: str,
    approved_by: str,
    by: str,
    now: datetime,
) -> Extension:
    """Let one consumer use what ends until the end of a later day, in the plan's zone.

    `approved_by` is the person who takes the responsibility, who may be the one who acts. Raises
    PlanRefused for a day that isn't later than the plan's own, or more than two years later, and where
    there is one already.
    """
    if plan.state not in (*PROMISED, State.PAUSED):
        raise PlanRefused("Only an announced plan has a last day to extend.")
    if until_on <= plan.sunset_on:
        raise PlanRefused(
            f"{day(until_on)} gives {consumer.name} no more time: the last day is {day(plan.sunset_on)}."
        )
    if until_on - plan.sunset_on > MOST_MORE:
        raise PlanRefused(
            f"{day(until_on)} is more than two years after the last day: the latest is "
            f"{day(plan.sunset_on + MOST_MORE)}. For longer, move the plan."
        )
    if until_on < calendar.day_of(now, plan.zone):
        raise PlanRefused(f"{day(until_on)} is over already.")
    if not approved_by.strip():
        raise PlanRefused("Say who approves it: a person who answers for the longer time.")
    made = Extension(
        deprecation_id=plan.id,
        consumer_id=consumer.id,
        consumer=consumer,
        until_on=until_on,
        until_at=calendar.sunset_at(until_on, plan.zone),
        reason=checked_reason(reason),
        approved_by=approved_by.strip(),
        granted_by=by,
        granted_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise PlanRefused(f"{consumer.name} has an extension already: revoke that one first.") from error
    told = f"{consumer.name} may go on until {day(until_on)}: {made.reason}"
    record(session, plan, Step.EXTEND, by=by, reason=told, approved_by=made.approved_by, now=now)
    return made


def revoke(
    session: Session, plan: Deprecation, extension: Extension, *, reason: str, by: str, now: datetime
) -> Extension:
    """Take an extension back: the plan's own last day holds for the consumer again."""
    if extension.revoked_at is not None:
        raise PlanRefused("It was revoked already.")
    extension.revoked_at, extension.revoked_by = now, by
    extension.revoked_because = checked_reason(reason)
    told = f"The longer time of {extension.consumer.name} is taken back: {extension.revoked_because}"
    record(session, plan, Step.EXTEND, by=by, reason=told, now=now)
    return extension


def find_extension(session: Session, extension_id: int) -> Extension:
    """Return an extension with its consumer."""
    found = session.scalar(_loaded().where(Extension.id == extension_id))
    if found is None:
        raise DeprecationNotFound(f"there is no extension {extension_id}")
    return found


def extensions(session: Session, plan_id: int) -> tuple[Extension, ...]:
    """Return every extension that a plan ever had, newest first, with consumers."""
    wanted = _loaded().where(Extension.deprecation_id == plan_id)
    return tuple(session.scalars(wanted.order_by(Extension.id.desc())))


def in_force(session: Session, plan_ids: Collection[int], now: datetime) -> dict[tuple[int, int], Extension]:
    """Return the extensions that give more time than their plan does, by plan and consumer."""
    wanted = (
        _loaded()
        .join(Deprecation, Deprecation.id == Extension.deprecation_id)
        .where(
            Extension.deprecation_id.in_(plan_ids),
            Extension.revoked_at.is_(None),
            Extension.until_at >= now,
            Extension.until_at > Deprecation.sunset_at,
        )
    )
    return {(one.deprecation_id, one.consumer_id): one for one in session.scalars(wanted)}


def _loaded() -> Select[Extension]:
    return select(Extension).options(joinedload(Extension.consumer))
