"""How a plan begins: drafted, edited, let off a rule of its policy, announced.

Each checks lifecycle and policy, changes the plan, and appends to its history. Other days for it are in
`moving`, what else people do to it in `acts`, what time does by itself in `advance`, how a step is taken
in `steps`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Required, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from deprecations import reach, targets
from deprecations.advance import carry_on, check_awaited
from deprecations.approvals import approver
from deprecations.errors import AlreadyPlanned, PlanRefused
from deprecations.history import history, record
from deprecations.lifecycle import PROMISED, Step
from deprecations.links import checked_link
from deprecations.models import Deprecation, PolicyException, State, SunsetBy, TargetKind
from deprecations.policies import (
    AUDIENCES,
    STABILITIES,
    check_policy,
    excepted,
    scope_of,
    terms_of,
)
from deprecations.policy import Rule
from deprecations.steps import Days, days_of, lock, set_days, span_of, standing, way
from deprecations.targets import Thing
from deprecations.wording import checked_reason, checked_replacement
from registry.models import Operation


@dataclass(frozen=True, slots=True)
class Exemption:
    """A rule of its policy that a plan need not keep: why, and who answers for it."""

    rule: str
    reason: str
    approved_by: str


class Said(TypedDict, total=False):
    """What a plan says. `replacement` is “GET /v2/orders/{id}”, a link or a sentence, or “none”."""

    reason: Required[str]
    replacement: Required[str]
    documentation: Required[str]
    deprecated_on: Required[date]
    sunset_on: Required[date]
    zone: Required[str]
    closes_on: date | None
    sunset_by: SunsetBy
    sunset_version: str
    stability: str
    audience: str


class Words(Said, total=False):
    """What a plan is made of. One of `operation_id` and `thing` says what ends.

    `finding` is a finding's fingerprint; `reaches` are operations that the thing is known to reach, beside
    those that are computed.
    """

    operation_id: int
    thing: Thing
    reaches: tuple[int, ...]
    finding: str | None
    exceptions: tuple[Exemption, ...]


class Changes(TypedDict, total=False):
    """What of a draft may be edited; what is left out stays."""

    reason: str
    replacement: str
    documentation: str
    deprecated_on: date
    sunset_on: date
    zone: str
    closes_on: date | None
    sunset_by: SunsetBy
    sunset_version: str
    stability: str
    audience: str


def plan(session: Session, *, by: str, now: datetime, **words: Unpack[Words]) -> Deprecation:
    """Plan the end of a thing, as a draft that nobody is told of.

    Raises PolicyRefused where the plan could not be announced today, PlanRefused where it makes no sense,
    AlreadyPlanned, and the registry's NotFound.
    """
    thing = words.get("thing") or Thing(TargetKind.OPERATION, operation_id=words.get("operation_id"))
    target = targets.ensure(session, thing)
    reached = reach.settle(session, target, words.get("reaches", ()))
    first = target.operation_id or reached[0]
    operation = session.scalars(
        select(Operation).where(Operation.id == first).options(joinedload(Operation.api))
    ).one()
    draft = Deprecation(
        api_id=target.api_id,
        target_id=target.id,
        operation_id=operation.id,
        api=operation.api,
        target=target,
        operation=operation,
        state=State.DRAFT,
        reason=checked_reason(words["reason"]),
        replacement=checked_replacement(words["replacement"]),
        documentation=checked_link("The documentation", words["documentation"]),
        finding=words.get("finding"),
        stability=_one_of(words.get("stability", "stable"), STABILITIES),
        audience=_one_of(words.get("audience", "public"), AUDIENCES),
        created_by=by,
        created_at=now,
    )
    days = Days(
        words["deprecated_on"],
        words["sunset_on"],
        words["zone"],
        words.get("closes_on"),
        words.get("sunset_by", SunsetBy.DATE),
        words.get("sunset_version", "").strip(),
    )
    set_days(draft, days)
    check_awaited(session, draft.api_id, days.version)
    exceptions = words.get("exceptions", ())
    check_policy(session, draft, days, now, {one.rule for one in exceptions})
    _add(session, draft)
    record(session, draft, Step.PLAN, by=by, reason=draft.reason, now=now)
    for one in exceptions:
        make_exception(session, draft, one, by=by, now=now)
    return draft


def make_exception(
    session: Session, deprecation: Deprecation, exemption: Exemption, *, by: str, now: datetime
) -> PolicyException:
    """Let a plan off one rule of its policy; somebody other than who asks answers for it."""
    if exemption.rule not in set(Rule):
        raise PlanRefused(f"No policy has a rule “{exemption.rule}”: {', '.join(Rule)}.")
    if exemption.rule == Rule.APPROVAL:
        raise PlanRefused("Nobody is let off a colleague's approval: ask one to give it, for these days.")
    approved_by = exemption.approved_by.strip()
    if not approved_by or approved_by == by:
        raise PlanRefused("Say who answers for the exception: somebody other than you.")
    if exemption.rule in excepted(session, deprecation.id):
        raise PlanRefused(f"It is let off the rule “{exemption.rule}” already.")
    way(session, deprecation, Step.EXCEPT, span_of(deprecation), now)
    made = PolicyException(
        deprecation_id=deprecation.id,
        rule=exemption.rule,
        reason=checked_reason(exemption.reason),
        approved_by=approved_by,
        by=by,
        at=now,
    )
    session.add(made)
    told = f"Need not keep {exemption.rule}: {made.reason}"
    record(session, deprecation, Step.EXCEPT, by=by, reason=told, approved_by=approved_by, now=now)
    return made


def edit(
    session: Session, deprecation: Deprecation, *, by: str, now: datetime, **changes: Unpack[Changes]
) -> Deprecation:
    """Change what a draft says: reason, replacement, documentation, days. What was announced can be moved."""
    lock(session, deprecation)
    deprecation.state = way(session, deprecation, Step.EDIT, span_of(deprecation), now)
    old = days_of(deprecation)
    days = Days(
        changes.get("deprecated_on", old.deprecated_on),
        changes.get("sunset_on", old.sunset_on),
        changes.get("zone", old.zone),
        changes.get("closes_on", old.closes_on),
        changes.get("sunset_by", old.by),
        changes.get("sunset_version", old.version).strip(),
    )
    set_days(deprecation, days)
    deprecation.reason = checked_reason(changes.get("reason", deprecation.reason))
    deprecation.replacement = checked_replacement(changes.get("replacement", deprecation.replacement))
    deprecation.documentation = checked_link(
        "The documentation", changes.get("documentation", deprecation.documentation)
    )
    deprecation.stability = _one_of(changes.get("stability", deprecation.stability), STABILITIES)
    deprecation.audience = _one_of(changes.get("audience", deprecation.audience), AUDIENCES)
    check_policy(session, deprecation, days, now, excepted(session, deprecation.id))
    record(session, deprecation, Step.EDIT, by=by, reason=deprecation.reason, now=now)
    return deprecation


def announce(session: Session, deprecation: Deprecation, *, by: str, now: datetime) -> Deprecation:
    """Announce a draft: from now on its dates are a promise, and its consumers are told.

    A draft that was promised to last longer before it was cancelled needs somebody else's approval, as any
    earlier day does, and the history marks it as a correction.
    """
    lock(session, deprecation)
    state = way(session, deprecation, Step.ANNOUNCE, span_of(deprecation), now)
    exceptions = excepted(session, deprecation.id)
    check_policy(session, deprecation, days_of(deprecation), now, exceptions)
    is_earlier = _is_earlier_than_promised(session, deprecation)
    approved_by = _approver(session, deprecation, exceptions, by if is_earlier else "")
    deprecation.state, deprecation.announced_at = state, now
    record(
        session,
        deprecation,
        Step.ANNOUNCE,
        by=by,
        reason=deprecation.reason,
        approved_by=approved_by,
        correction=is_earlier,
        now=now,
    )
    carry_on(session, deprecation, now)
    return deprecation


def plan_and_announce(session: Session, *, by: str, now: datetime, **words: Unpack[Words]) -> Deprecation:
    """Plan the end of a thing and announce it at once; raises as `plan` does."""
    return announce(session, plan(session, by=by, now=now, **words), by=by, now=now)


def _is_earlier_than_promised(session: Session, plan: Deprecation) -> bool:
    """Tell whether a plan that was announced before, and cancelled, would end sooner than it said then."""
    said = (event.sunset_on for event in reversed(history(session, plan)) if event.state in PROMISED)
    return plan.sunset_on < next(said, plan.sunset_on)


def _approver(session: Session, plan: Deprecation, excused: Collection[str], hurried_by: str) -> str:
    """Return who approved an announcement, "" where nobody has to; `hurried_by` makes a day earlier."""
    asked = terms_of(session, plan.api_id, scope_of(plan)).approval_required and Rule.APPROVAL not in excused
    if not asked and not hurried_by:
        return ""
    return approver(
        session,
        plan,
        Step.ANNOUNCE,
        deprecated_on=plan.deprecated_on,
        sunset_on=plan.sunset_on,
        author=hurried_by or plan.created_by,
    )


def _one_of(word: str, known: Collection[str]) -> str:
    if not word or word not in known:
        raise PlanRefused(f"“{word}” is none of {', '.join(filter(None, known))}.")
    return word


def _add(session: Session, draft: Deprecation) -> None:
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError as error:
        raise AlreadyPlanned(
            f"{draft.target.label} has a plan already, number {standing(session, draft.target_id)}: change "
            "that one, or cancel it first."
        ) from error
