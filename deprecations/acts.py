"""What people do to a plan that has its days: close it, halt it, take it back, note that it is gone."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deprecations import closing
from deprecations.errors import AlreadyPlanned, TransitionRefused
from deprecations.history import record
from deprecations.lifecycle import Step
from deprecations.models import Deprecation
from deprecations.plan_verdict import verdict_on
from deprecations.steps import lock, span_of, standing, take, way
from deprecations.verdict_reasons import Answer
from deprecations.wording import checked_reason


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
        raise AlreadyPlanned(
            f"It has another plan by now, number {standing(session, deprecation.target_id)}: change that "
            "one, or cancel it first."
        ) from error
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
