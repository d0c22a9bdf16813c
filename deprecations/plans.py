"""The verbs of a deprecation: planned, announced, moved, cancelled, removed, and carried on by time.

Each checks lifecycle and policy, changes the plan, and appends to its history.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deprecations import calendar
from deprecations import replacement as replacements
from deprecations.calendar import Span
from deprecations.errors import AlreadyPlanned, PlanRefused
from deprecations.history import record, since
from deprecations.lifecycle import Step, next_state, open_steps
from deprecations.links import checked_link
from deprecations.models import Deprecation, State
from deprecations.policies import terms_of
from deprecations.policy import check_dates, check_replacement
from registry.apis import find_operation

CLOCK = "sundial"
_LONGEST = 1000
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


def plan(
    session: Session,
    *,
    operation_id: int,
    reason: str,
    replacement: str,
    documentation: str,
    deprecated_on: date,
    sunset_on: date,
    zone: str,
    finding: str | None = None,
    by: str,
    now: datetime,
) -> Deprecation:
    """Plan the end of an operation, as a draft that nobody is told of.

    `replacement` is “GET /v2/orders/{id}”, a link or a sentence, or “none”; `finding` is a finding's
    fingerprint. Raises PolicyRefused where the plan could not be announced today, PlanRefused where it
    makes no sense, AlreadyPlanned, and the registry's NotFound.
    """
    operation = find_operation(session, operation_id)
    draft = Deprecation(
        api_id=operation.api_id,
        operation_id=operation.id,
        api=operation.api,
        operation=operation,
        state=State.DRAFT,
        reason=_reason(reason),
        replacement=_replacement(replacement),
        documentation=checked_link("The documentation", documentation),
        finding=finding,
        created_by=by,
        created_at=now,
    )
    _set_dates(draft, deprecated_on, sunset_on, zone)
    _check_policy(session, draft, now)
    _add(session, draft)
    record(session, draft, Step.PLAN, by=by, reason=draft.reason, now=now)
    return draft


def announce(session: Session, deprecation: Deprecation, *, by: str, now: datetime) -> Deprecation:
    """Announce a draft: from now on its dates are a promise, and its consumers are told."""
    _lock(session, deprecation)
    state = _next(session, deprecation, Step.ANNOUNCE, span_of(deprecation), now)
    _check_policy(session, deprecation, now)
    deprecation.state, deprecation.announced_at = state, now
    record(session, deprecation, Step.ANNOUNCE, by=by, reason=deprecation.reason, now=now)
    _carry_on(session, deprecation, now)
    return deprecation


def plan_and_announce(
    session: Session,
    *,
    operation_id: int,
    reason: str,
    replacement: str,
    documentation: str,
    deprecated_on: date,
    sunset_on: date,
    zone: str,
    finding: str | None = None,
    by: str,
    now: datetime,
) -> Deprecation:
    """Plan the end of an operation and announce it at once; raises as `plan` does."""
    draft = plan(
        session,
        operation_id=operation_id,
        reason=reason,
        replacement=replacement,
        documentation=documentation,
        deprecated_on=deprecated_on,
        sunset_on=sunset_on,
        zone=zone,
        finding=finding,
        by=by,
        now=now,
    )
    return announce(session, draft, by=by, now=now)


def move(
    session: Session,
    deprecation: Deprecation,
    *,
    deprecated_on: date,
    sunset_on: date,
    by: str,
    reason: str,
    now: datetime,
) -> Deprecation:
    """Move a plan's dates. A later last day is free; an earlier one owes the full notice from today."""
    _lock(session, deprecation)
    today = calendar.day_of(now, deprecation.zone)
    is_draft = deprecation.state == State.DRAFT
    if (deprecated_on, sunset_on) == (deprecation.deprecated_on, deprecation.sunset_on):
        raise PlanRefused("The dates are the ones that it has already.")
    if sunset_on < today:
        raise PlanRefused(f"The last day can't move to {sunset_on}: that is over already.")
    if is_draft or sunset_on < deprecation.sunset_on:
        terms = terms_of(session, deprecation.api_id)
        check_dates(terms, announced_on=today, deprecated_on=deprecated_on, sunset_on=sunset_on)
    span = _span(deprecated_on, sunset_on, deprecation.zone)
    deprecation.state = _next(session, deprecation, Step.MOVE, span, now)
    _set_dates(deprecation, deprecated_on, sunset_on, deprecation.zone)
    if not is_draft:
        deprecation.moved_at = now
    record(session, deprecation, Step.MOVE, by=by, reason=_reason(reason), now=now)
    return deprecation


def cancel(session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime) -> Deprecation:
    """Take a plan back: the operation stays, and headers and notices stop."""
    return _step(session, deprecation, Step.CANCEL, by, _reason(reason), now)


def remove(session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime) -> Deprecation:
    """Note that the operation is gone. Whether it may go is `verdict`'s business."""
    return _step(session, deprecation, Step.REMOVE, by, _reason(reason), now)


def advance(session: Session, now: datetime) -> int:
    """Carry every plan on whose first or last day came; return how many steps were taken."""
    due = select(Deprecation).where(_is_due(now)).order_by(Deprecation.id).with_for_update()
    return sum(_carry_on(session, deprecation, now) for deprecation in session.scalars(due).all())


def span_of(deprecation: Deprecation) -> Span:
    """Return the instants of a plan."""
    return Span(deprecation.deprecated_at, deprecation.sunset_at)


def _is_due(now: datetime) -> ColumnElement[bool]:
    begun = and_(Deprecation.state == State.ANNOUNCED, Deprecation.deprecated_at <= now)
    over = and_(Deprecation.state == State.DEPRECATED, Deprecation.sunset_at < now)
    return or_(begun, over)


def _carry_on(session: Session, deprecation: Deprecation, now: datetime) -> int:
    taken = 0
    if deprecation.state == State.ANNOUNCED and deprecation.deprecated_at <= now:
        _step(session, deprecation, Step.DEPRECATE, CLOCK, "Its first day has begun.", now)
        taken += 1
    if deprecation.state == State.DEPRECATED and deprecation.sunset_at < now:
        _step(session, deprecation, Step.SUNSET, CLOCK, "Its last day is over.", now)
        taken += 1
    return taken


def _lock(session: Session, deprecation: Deprecation) -> None:
    # Read anew and held until the transaction ends: two people may press two buttons at once.
    columns = ["state", "deprecated_on", "sunset_on", "deprecated_at", "sunset_at", "zone"]
    session.refresh(deprecation, attribute_names=columns, with_for_update=True)


def _step(
    session: Session, deprecation: Deprecation, step: Step, by: str, reason: str, now: datetime
) -> Deprecation:
    _lock(session, deprecation)
    deprecation.state = _next(session, deprecation, step, span_of(deprecation), now)
    record(session, deprecation, step, by=by, reason=reason, now=now)
    return deprecation


def _next(session: Session, deprecation: Deprecation, step: Step, span: Span, now: datetime) -> State:
    is_open = step in open_steps(deprecation.state, span, now)
    return next_state(
        deprecation.state, step, span, now, since="" if is_open else since(session, deprecation)
    )


def _check_policy(session: Session, deprecation: Deprecation, now: datetime) -> None:
    terms = terms_of(session, deprecation.api_id)
    check_replacement(terms, replacement=deprecation.replacement)
    check_dates(
        terms,
        announced_on=calendar.day_of(now, deprecation.zone),
        deprecated_on=deprecation.deprecated_on,
        sunset_on=deprecation.sunset_on,
    )


def _set_dates(deprecation: Deprecation, deprecated_on: date, sunset_on: date, zone: str) -> None:
    span = _span(deprecated_on, sunset_on, zone)
    deprecation.zone = zone
    deprecation.deprecated_on, deprecation.sunset_on = deprecated_on, sunset_on
    deprecation.deprecated_at, deprecation.sunset_at = span.deprecated_at, span.sunset_at


def _span(deprecated_on: date, sunset_on: date, zone: str) -> Span:
    if sunset_on < deprecated_on:
        raise PlanRefused(f"The last day, {sunset_on}, can't come before the deprecation on {deprecated_on}.")
    if sunset_on.year > _LAST_YEAR or deprecated_on.year < _FIRST_YEAR:
        raise PlanRefused(f"From {deprecated_on} to {sunset_on} can't be meant: mind the years.")
    return calendar.span(deprecated_on, sunset_on, zone)


def _add(session: Session, draft: Deprecation) -> None:
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError as error:
        raise AlreadyPlanned(
            f"{draft.operation.label} has a plan already: change that one, or cancel it first."
        ) from error


def _reason(text: str) -> str:
    if not text.strip():
        raise PlanRefused("Say why: the reason is what consumers and your successors read.")
    return text.strip()


def _replacement(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > _LONGEST:
        raise PlanRefused(f"The replacement is too long: {len(words)} characters, {_LONGEST} at most.")
    named = replacements.read(words)
    return f"{named.method} {named.path}" if named else words
