"""Deciding about an answer that asks for it: the verb with its line in the audit trail, for every way in."""

from datetime import date

from sqlalchemy.orm import Session

from access.audit import record
from deprecations import decisions
from deprecations.answers import find_answer
from deprecations.notice_models import Answer, AnswerKind
from interfaces.answerable import answerable
from interfaces.mail import desk
from interfaces.runtime import Runtime


def grant_answer(
    session: Session,
    runtime: Runtime,
    answer_id: int,
    *,
    until_on: date | None = None,
    reason: str,
    approved_by: str = "",
    by: str,
) -> Answer:
    """Agree to what a reader asked; return its answer with the decision."""
    answer, now = find_answer(session, answer_id), runtime.clock()
    decisions.grant(
        session,
        answer,
        until_on=until_on,
        reason=reason,
        approved_by=answerable(session, approved_by, by) if answer.kind == AnswerKind.MORE_TIME else by,
        by=by,
        desk=desk(runtime),
        now=now,
    )
    return _decided(session, runtime, answer, "request granted", by)


def decline_answer(session: Session, runtime: Runtime, answer_id: int, *, reason: str, by: str) -> Answer:
    """Say no to what a reader asked; return its answer with the decision."""
    answer, now = find_answer(session, answer_id), runtime.clock()
    decisions.decline(session, answer, reason=reason, by=by, desk=desk(runtime), now=now)
    return _decided(session, runtime, answer, "request declined", by)


def _decided(session: Session, runtime: Runtime, answer: Answer, action: str, by: str) -> Answer:
    plan = answer.deprecation
    detail = f"{answer.kind} of {answer.by} for {answer.consumer.slug}"
    record(
        session,
        actor=by,
        action=action,
        subject=f"{plan.api.slug} {plan.target.label}",
        detail=detail,
        now=runtime.clock(),
    )
    session.expire_all()
    return find_answer(session, answer.id)
