"""What the API's team decides about answers that ask for it: more time, and “not mine”.

Who asked is told by mail at once, as a person would reply. That mail takes the place of the notice that a
granted extension would bring the same reader.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Contact
from deprecations import extensions
from deprecations.answers import is_asking
from deprecations.dates_in_words import day
from deprecations.decision_mail import post_decision
from deprecations.errors import PlanRefused
from deprecations.models import Extension
from deprecations.notice_models import Answer, AnswerKind, Decision
from deprecations.packing import Desk
from deprecations.unreachable import NOT_THEIRS
from deprecations.wording import checked_reason


def grant(
    session: Session,
    answer: Answer,
    *,
    until_on: date | None = None,
    reason: str,
    approved_by: str = "",
    by: str,
    desk: Desk,
    now: datetime,
) -> Decision:
    """Agree to what a reader asked.

    More time becomes an extension, up to the day that was asked for unless `until_on` says another. Who
    said “not mine” is told no more, as long as somebody else is. Raises PlanRefused where that can't be.
    """
    _check_asks(session, answer)
    because = checked_reason(reason)
    until_on = until_on or answer.on
    if answer.kind == AnswerKind.MORE_TIME:
        if until_on is None:
            raise PlanRefused("Say up to which day.")
        _extend(session, answer, until_on, because, approved_by or by, by, now)
    else:
        until_on = None
        _excuse(session, answer, now)
    return _decide(session, answer, True, until_on, because, by, desk, now)


def decline(session: Session, answer: Answer, *, reason: str, by: str, desk: Desk, now: datetime) -> Decision:
    """Say no to what a reader asked, and why: the words are what it reads."""
    _check_asks(session, answer)
    return _decide(session, answer, False, None, checked_reason(reason), by, desk, now)


def _check_asks(session: Session, answer: Answer) -> None:
    if not is_asking(session, answer.id):
        raise PlanRefused(
            "This answer asks for no decision: it was decided, its reader answered anew, or the plan is over."
        )


def _decide(
    session: Session,
    answer: Answer,
    is_granted: bool,
    until_on: date | None,
    reason: str,
    by: str,
    desk: Desk,
    now: datetime,
) -> Decision:
    made = Decision(
        answer_id=answer.id, is_granted=is_granted, until_on=until_on, reason=reason, by=by, at=now
    )
    made.envelope_key = post_decision(session, answer, made, desk=desk, now=now)
    session.add(made)
    session.flush()
    session.expire(answer, ["decision"])
    return made


def _extend(
    session: Session, answer: Answer, until_on: date, reason: str, approved_by: str, by: str, now: datetime
) -> None:
    """Grant an extension, in place of one that gave less."""
    standing = session.scalar(
        select(Extension).where(
            Extension.deprecation_id == answer.deprecation_id,
            Extension.consumer_id == answer.consumer_id,
            Extension.revoked_at.is_(None),
        )
    )
    if standing is not None and standing.until_on == until_on:
        return
    if standing is not None and standing.until_on > until_on:
        raise PlanRefused(f"{answer.consumer.name} has until {day(standing.until_on)} already.")
    if standing is not None:
        standing = extensions.find_extension(session, standing.id)
        extensions.revoke(
            session, answer.deprecation, standing, reason=f"It has until {day(until_on)} now.", by=by, now=now
        )
        session.flush()
    extensions.grant(
        session,
        answer.deprecation,
        answer.consumer,
        until_on=until_on,
        reason=reason,
        approved_by=approved_by,
        by=by,
        now=now,
    )


def _excuse(session: Session, answer: Answer, now: datetime) -> None:
    """Tell a contact no more about its consumer; somebody else must be told."""
    contact = session.get(Contact, answer.contact_id) if answer.contact_id else None
    if contact is None or contact.disabled_at is not None:
        return
    others = select(Contact.id).where(
        Contact.consumer_id == contact.consumer_id, Contact.id != contact.id, Contact.disabled_at.is_(None)
    )
    if session.scalar(others.limit(1)) is None:
        raise PlanRefused(
            f"Nobody else is told what concerns {answer.consumer.name}: add another contact first."
        )
    contact.disabled_at = now
    contact.disabled_reason = f"{NOT_THEIRS}{answer.words or 'somebody else'} looks after it"
    session.flush()
