"""The verbs of a deprecation: planned, edited, announced, moved, closed, paused, cancelled, removed.

Each checks lifecycle and policy, changes the plan, and appends to its history. How a step is taken is
in `steps`; what time does by itself is `advance`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Required, TypedDict, Unpack

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from deprecations import calendar, closing, reach, targets
from deprecations.approvals import approver
from deprecations.errors import AlreadyPlanned, PlanRefused, PolicyRefused, TransitionRefused
from deprecations.history import record
from deprecations.lifecycle import PROMISED, Step
from deprecations.links import checked_link
from deprecations.models import Deprecation, PolicyException, State, SunsetBy, TargetKind
from deprecations.plan_verdict import verdict_on
from deprecations.policies import (
    AUDIENCES,
    STABILITIES,
    excepted,
    proposal,
    scope_of,
    terms_of,
)
from deprecations.policy import Rule, breaches
from deprecations.steps import Days, checked_span, days_of, lock, set_days, span_of, take, way
from deprecations.targets import Thing
from deprecations.verdict_reasons import Answer
from deprecations.wording import checked_reason, checked_replacement
from registry.models import Operation, Version

CLOCK = "sundial"


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
    exceptions = words.get("exceptions", ())
    _check_policy(session, draft, days, now, {one.rule for one in exceptions})
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
    _check_policy(session, deprecation, days, now, excepted(session, deprecation.id))
    record(session, deprecation, Step.EDIT, by=by, reason=deprecation.reason, now=now)
    return deprecation


def announce(session: Session, deprecation: Deprecation, *, by: str, now: datetime) -> Deprecation:
    """Announce a draft: from now on its dates are a promise, and its consumers are told."""
    lock(session, deprecation)
    state = way(session, deprecation, Step.ANNOUNCE, span_of(deprecation), now)
    exceptions = excepted(session, deprecation.id)
    _check_policy(session, deprecation, days_of(deprecation), now, exceptions)
    approved_by = _approver(session, deprecation, exceptions)
    deprecation.state, deprecation.announced_at = state, now
    record(
        session,
        deprecation,
        Step.ANNOUNCE,
        by=by,
        reason=deprecation.reason,
        approved_by=approved_by,
        now=now,
    )
    _carry_on(session, deprecation, now)
    return deprecation


def plan_and_announce(session: Session, *, by: str, now: datetime, **words: Unpack[Words]) -> Deprecation:
    """Plan the end of a thing and announce it at once; raises as `plan` does."""
    return announce(session, plan(session, by=by, now=now, **words), by=by, now=now)


def move(
    session: Session,
    deprecation: Deprecation,
    *,
    deprecated_on: date,
    sunset_on: date,
    closes_on: date | None = None,
    sunset_by: SunsetBy | None = None,
    sunset_version: str = "",
    by: str,
    reason: str,
    now: datetime,
) -> Deprecation:
    """Move a plan's days. Later ones are free and told; an earlier one owes more than that.

    An earlier last day, or an earlier close to new consumers, needs somebody else's approval, the full
    notice from today, and a correction to everyone told, which the history marks. Without `closes_on` that
    day stays; without `sunset_by` what ends it stays.
    """
    lock(session, deprecation)
    old = days_of(deprecation)
    kind = sunset_by or old.by
    version = sunset_version.strip() or (old.version if kind == old.by else "")
    days = replace(
        old,
        deprecated_on=deprecated_on,
        sunset_on=sunset_on,
        closes_on=closes_on or old.closes_on,
        by=kind,
        version=version,
    )
    _check_move(deprecation, old, days, now)
    span = replace(checked_span(days), closed_at=deprecation.closed_at)
    state = way(session, deprecation, Step.MOVE, span, now)
    is_earlier = _is_earlier(old, days)
    exceptions = excepted(session, deprecation.id)
    # Nobody loses by a later day, so that only has to keep clear of what is frozen.
    later = {Rule.FREEZE} if days.sunset_on != old.sunset_on else set()
    owed = set(Rule) if deprecation.state == State.DRAFT or is_earlier else later
    _check_policy(session, deprecation, days, now, (set(Rule) - owed) | set(exceptions))
    approved_by = ""
    if is_earlier and deprecation.state != State.DRAFT:
        approved_by = approver(
            session, deprecation, Step.MOVE, deprecated_on=deprecated_on, sunset_on=sunset_on, author=by
        )
    set_days(deprecation, days)
    deprecation.state = state
    if state != State.DRAFT:
        deprecation.moved_at = now
    if state == State.ANNOUNCED and deprecation.closed_at is not None:
        closing.thaw(session, deprecation)
    record(
        session,
        deprecation,
        Step.MOVE,
        by=by,
        reason=checked_reason(reason),
        approved_by=approved_by,
        correction=bool(approved_by),
        now=now,
    )
    return deprecation


def close(session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime) -> Deprecation:
    """Close it to new consumers: who called so far may go on, whoever calls later is a new adopter."""
    take(session, deprecation, Step.CLOSE, by=by, reason=checked_reason(reason), now=now)
    closing.freeze(session, deprecation, now)
    return deprecation


def reopen(session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime) -> Deprecation:
    """Let new consumers in again; the day that closed it is taken out of the plan."""
    lock(session, deprecation)
    deprecation.state = way(session, deprecation, Step.REOPEN, span_of(deprecation), now)
    deprecation.closes_on = deprecation.closes_at = None
    closing.thaw(session, deprecation)
    record(session, deprecation, Step.REOPEN, by=by, reason=checked_reason(reason), now=now)
    return deprecation


def brown_out(
    session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime
) -> Deprecation:
    """Note that its brownouts have begun; their windows are kept elsewhere."""
    return take(session, deprecation, Step.BROWN_OUT, by=by, reason=checked_reason(reason), now=now)


def recover(
    session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime
) -> Deprecation:
    """Note that its brownouts are over, or were called off: it goes back to where it was."""
    return take(session, deprecation, Step.RECOVER, by=by, reason=checked_reason(reason), now=now)


def pause(session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime) -> Deprecation:
    """Halt a plan: headers and notices stop, and time carries it nowhere until it is resumed."""
    take(session, deprecation, Step.PAUSE, by=by, reason=checked_reason(reason), now=now)
    deprecation.paused_at = now
    return deprecation


def resume(
    session: Session,
    deprecation: Deprecation,
    *,
    sunset_on: date | None = None,
    by: str,
    reason: str,
    now: datetime,
) -> Deprecation:
    """Go on with a paused plan, with a later last day if one is given.

    Nobody moves away from what was halted, so the days that were left when it was paused are owed again:
    PolicyRefused with the rule `notice-after-pause` names the earliest last day.
    """
    lock(session, deprecation)
    days = replace(days_of(deprecation), sunset_on=sunset_on or deprecation.sunset_on)
    span = replace(checked_span(days), closed_at=deprecation.closed_at)
    state = way(session, deprecation, Step.RESUME, _as_if_running(span, days, now), now)
    earliest = earliest_resumed(deprecation, now)
    if days.sunset_on < earliest:
        raise PolicyRefused(
            f"The last day can't be {days.sunset_on}: while it was paused nobody moved away, and the days "
            f"that were left then are owed again. The earliest last day is {earliest}.",
            rule="notice-after-pause",
            asked=days.sunset_on,
            earliest=earliest,
        )
    if days.sunset_on != deprecation.sunset_on:
        deprecation.moved_at = now
    set_days(deprecation, days)
    deprecation.state, deprecation.paused_at = state, None
    record(session, deprecation, Step.RESUME, by=by, reason=checked_reason(reason), now=now)
    return deprecation


def earliest_resumed(deprecation: Deprecation, now: datetime) -> date:
    """Return the earliest last day of a paused plan that goes on today."""
    today = calendar.day_of(now, deprecation.zone)
    paused_on = calendar.day_of(deprecation.paused_at or now, deprecation.zone)
    return today + max(deprecation.sunset_on - paused_on, timedelta(0))


def cancel(session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime) -> Deprecation:
    """Take a plan back: the operation stays, and headers and notices stop."""
    take(session, deprecation, Step.CANCEL, by=by, reason=checked_reason(reason), now=now)
    deprecation.paused_at = None
    return deprecation


def revive(session: Session, deprecation: Deprecation, *, by: str, reason: str, now: datetime) -> Deprecation:
    """Take a cancelled plan up again, as the draft that it once was."""
    lock(session, deprecation)
    state = way(session, deprecation, Step.REVIVE, span_of(deprecation), now)
    try:
        with session.begin_nested():
            deprecation.state = state
            session.flush()
    except IntegrityError as error:
        session.refresh(deprecation, ["state"])
        raise AlreadyPlanned("It has another plan by now: change that one, or cancel it first.") from error
    deprecation.announced_at = deprecation.moved_at = deprecation.arrived_at = None
    closing.thaw(session, deprecation)
    record(session, deprecation, Step.REVIVE, by=by, reason=checked_reason(reason), now=now)
    return deprecation


def remove(
    session: Session,
    deprecation: Deprecation,
    *,
    despite_verdict: bool = False,
    by: str,
    reason: str,
    now: datetime,
) -> Deprecation:
    """Note that it is gone. Where the verdict isn't safe, somebody answers for that: `despite_verdict`.

    The history keeps what the verdict was.
    """
    lock(session, deprecation)
    state = way(session, deprecation, Step.REMOVE, span_of(deprecation), now)
    verdict = verdict_on(session, deprecation, now=now).worst
    word = verdict.answer.replace("_", " ")
    if verdict.answer is not Answer.SAFE and not despite_verdict:
        against = next(one.sentence for one in verdict.reasons if one.weighs is verdict.answer)
        raise TransitionRefused(
            f"The verdict on {verdict.target} is {word}: {against} Wait, or say that you remove it all "
            "the same, and answer for that."
        )
    told = f"{checked_reason(reason)} The verdict was {word}."
    deprecation.state = state
    record(session, deprecation, Step.REMOVE, by=by, reason=told, now=now)
    return deprecation


def advance(session: Session, now: datetime) -> int:
    """Carry every plan on whose day or version came; return how many steps were taken."""
    arrived = sum(_arrive(session, plan, now) for plan in _waiting_for_version(session))
    due = select(Deprecation).where(_is_due(now)).order_by(Deprecation.id).with_for_update()
    return arrived + sum(_carry_on(session, plan, now) for plan in session.scalars(due).all())


def _is_due(now: datetime) -> ColumnElement[bool]:
    begun = and_(Deprecation.state == State.ANNOUNCED, Deprecation.deprecated_at <= now)
    closes = and_(Deprecation.state == State.DEPRECATED, Deprecation.closes_at <= now)
    is_fixed = or_(Deprecation.sunset_by == SunsetBy.DATE, Deprecation.arrived_at.is_not(None))
    runs = Deprecation.state.in_((State.DEPRECATED, State.CLOSED, State.BROWNOUT))
    return or_(begun, closes, and_(runs, is_fixed, Deprecation.sunset_at < now))


def _carry_on(session: Session, plan: Deprecation, now: datetime) -> int:
    taken = 0
    if plan.state == State.ANNOUNCED and plan.deprecated_at <= now:
        take(session, plan, Step.DEPRECATE, by=CLOCK, reason="Its first day has begun.", now=now)
        taken += 1
    span = span_of(plan)
    is_over = span.is_fixed and span.sunset_at < now
    closes_at = plan.closes_at
    if plan.state == State.DEPRECATED and closes_at is not None and closes_at <= now and not is_over:
        take(session, plan, Step.CLOSE, by=CLOCK, reason="Its day to close has begun.", now=now)
        closing.freeze(session, plan, closes_at)
        taken += 1
    if plan.state in (State.DEPRECATED, State.CLOSED, State.BROWNOUT) and is_over:
        take(session, plan, Step.SUNSET, by=CLOCK, reason="Its last day is over.", now=now)
        taken += 1
    return taken


def _waiting_for_version(session: Session) -> Iterator[Deprecation]:
    wanted = select(Deprecation).where(
        Deprecation.sunset_by == SunsetBy.VERSION,
        Deprecation.arrived_at.is_(None),
        Deprecation.state.in_(PROMISED),
    )
    yield from session.scalars(wanted.order_by(Deprecation.id).with_for_update()).all()


def _arrive(session: Session, plan: Deprecation, now: datetime) -> int:
    """Note that the version which ends a plan was published: `3` is it, and so are `3.0.1` and `v3`."""
    wanted = plan.sunset_version.removeprefix("v")
    labels = session.scalars(select(Version.label).where(Version.api_id == plan.api_id)).all()
    found = next((one for one in labels if _is_version(one.removeprefix("v"), wanted)), None)
    if found is None:
        return 0
    plan.arrived_at = now
    record(session, plan, Step.ARRIVE, by=CLOCK, reason=f"Version {found} was published.", now=now)
    return 1


def _is_version(label: str, wanted: str) -> bool:
    return label == wanted or label.startswith(f"{wanted}.")


def _as_if_running(span: calendar.Span, days: Days, now: datetime) -> calendar.Span:
    """Let a last day that is over be refused by the notice that is owed, which says the earliest one."""
    return replace(span, is_fixed=False) if days.sunset_on < calendar.day_of(now, days.zone) else span


def _check_move(plan: Deprecation, old: Days, days: Days, now: datetime) -> None:
    if days == old:
        raise PlanRefused("The dates are the ones that it has already.")
    if days.sunset_on < calendar.day_of(now, plan.zone):
        raise PlanRefused(f"The last day can't move to {days.sunset_on}: that is over already.")


def _is_earlier(old: Days, new: Days) -> bool:
    """Tell whether anything comes sooner than it was promised.

    Naming the day of what was “not before”, or what a version ends, is no earlier day than that promise.
    """
    closes_sooner = old.closes_on is not None and new.closes_on is not None and new.closes_on < old.closes_on
    return new.sunset_on < old.sunset_on or closes_sooner


def _check_policy(
    session: Session, plan: Deprecation, days: Days, now: datetime, excused: Collection[str]
) -> None:
    """Raise the first rule that a plan with these days breaks and isn't let off."""
    terms = terms_of(session, plan.api_id, scope_of(plan))
    for breach in breaches(terms, proposal(session, plan, days, now)):
        if breach.rule not in excused:
            raise breach


def _approver(session: Session, plan: Deprecation, excused: Collection[str]) -> str:
    """Return who approved an announcement, "" where policy asks for nobody."""
    if not terms_of(session, plan.api_id, scope_of(plan)).approval_required or Rule.APPROVAL in excused:
        return ""
    return approver(
        session,
        plan,
        Step.ANNOUNCE,
        deprecated_on=plan.deprecated_on,
        sunset_on=plan.sunset_on,
        author=plan.created_by,
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
            f"{draft.target.label} has a plan already: change that one, or cancel it first."
        ) from error
