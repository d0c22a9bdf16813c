"""Answers that ask for a decision: one on a page of its own, and the two acts that decide it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deprecations.answers import find_answer, is_asking
from deprecations.errors import AnswerNotFound, DeprecationsError
from deprecations.notice_models import Answer
from interfaces.deciding import decline_answer, grant_answer
from interfaces.gate import actor, runtime
from interfaces.pages.route import POST, Route

_REFUSED = 422
_FIELDS = ("until_on", "reason", "approved_by")


def answer(answer_id: int) -> ResponseReturnValue:
    """Show an answer, and what was decided or is to be."""
    return _page(answer_id)


def grant(answer_id: int) -> ResponseReturnValue:
    """Agree to what was asked."""
    form = request.form

    def act(session: Session) -> Answer:
        return grant_answer(
            session,
            runtime(),
            answer_id,
            until_on=date.fromisoformat(form["until_on"]) if form.get("until_on") else None,
            reason=form.get("reason", ""),
            approved_by=form.get("approved_by", "").strip(),
            by=actor(),
        )

    return _take(answer_id, "grant", act)


def decline(answer_id: int) -> ResponseReturnValue:
    """Say no to what was asked."""
    reason = request.form.get("reason", "")
    return _take(
        answer_id,
        "decline",
        lambda session: decline_answer(session, runtime(), answer_id, reason=reason, by=actor()),
    )


def _take(answer_id: int, act: str, decide: Callable[[Session], Answer]) -> ResponseReturnValue:
    try:
        with runtime().database.transaction() as session:
            decided = decide(session).decision
            by, told = find_answer(session, answer_id).by, decided and decided.envelope_key
    except AnswerNotFound:
        raise
    except DeprecationsError as error:
        return _page(answer_id, refused=act, errors={"": str(error)}), _REFUSED
    except ValueError:
        return _page(answer_id, refused=act, errors={"": "Give the day as a date."}), _REFUSED
    said = f"It is decided, and {by} is told by mail."
    flash(said if told else f"It is decided; no mail reaches {by} any more, so tell them yourself.", "good")
    return redirect(_back())


def _back() -> str:
    """Return where the form stood: the page that it names, by what it is about."""
    name, _, about = request.form.get("back", "").partition(":")
    if name == "plan" and about.isascii() and about.isdigit():
        return url_for("pages.deprecation", deprecation_id=int(about))
    if name == "consumer" and about:
        return url_for("pages.consumer", slug=about)
    return url_for("pages.home" if name == "home" else "pages.answers")


def _page(answer_id: int, **more: Any) -> str:
    with runtime().database.reading() as session:
        found = find_answer(session, answer_id)
        given = {name: request.form.get(name, "") for name in _FIELDS}
        facts = {"one": found, "asks": is_asking(session, answer_id), "refused": "", "errors": {}}
        return render_template("answers/answer.html", **facts | more, given=given)


ROUTES = (
    Route("/answers/<int:answer_id>", "answer", answer),
    Route("/answers/<int:answer_id>/grant", "grant_answer", grant, POST),
    Route("/answers/<int:answer_id>/decline", "decline_answer", decline, POST),
)
