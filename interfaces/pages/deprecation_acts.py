"""What is done to an ending: announced, moved, cancelled, removed. A refusal is said beside its form."""

from collections.abc import Callable
from datetime import date, datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers import directory
from consumers.errors import ConsumersError
from deprecations import acts, approvals, board, extensions, moving, plans
from deprecations.errors import DeprecationNotFound, DeprecationsError, PolicyRefused
from deprecations.lifecycle import Step
from deprecations.models import Deprecation, SunsetBy
from interfaces.answerable import answerable, exemption
from interfaces.gate import actor, runtime
from interfaces.pages.deprecation import page
from interfaces.pages.route import POST, Route

Act = Callable[[Session, Deprecation, datetime], object]
_REFUSED = 422
_FIELDS = ("deprecated_on", "sunset_on", "closes_on", "reason", "consumer", "until_on", "approved_by")


def announce(deprecation_id: int) -> ResponseReturnValue:
    """Announce a draft; with a day in the form, move its last day there first."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        if request.form.get("sunset_on"):
            moved_on = date.fromisoformat(request.form["sunset_on"])
            reason = "The notice period, counted from the announcement."
            moving.move(
                session,
                plan,
                deprecated_on=plan.deprecated_on,
                sunset_on=moved_on,
                by=actor(),
                reason=reason,
                now=now,
            )
        plans.announce(session, plan, by=actor(), now=now)

    return _take(deprecation_id, Step.ANNOUNCE, "announced", act)


def move(deprecation_id: int) -> ResponseReturnValue:
    """Move a plan's days."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        moving.move(
            session,
            plan,
            deprecated_on=date.fromisoformat(request.form.get("deprecated_on", "")),
            sunset_on=date.fromisoformat(request.form.get("sunset_on", "")),
            closes_on=_date("closes_on"),
            sunset_by=SunsetBy(request.form["sunset_by"]) if request.form.get("sunset_by") else None,
            sunset_version=request.form.get("sunset_version", ""),
            by=actor(),
            reason=request.form.get("reason", ""),
            now=now,
        )

    return _take(deprecation_id, Step.MOVE, "moved", act)


def approve(deprecation_id: int) -> ResponseReturnValue:
    """Agree to a step that somebody else is to take."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        approvals.approve(
            session,
            plan,
            Step(request.form.get("step", "")),
            deprecated_on=_date("deprecated_on") or plan.deprecated_on,
            sunset_on=_date("sunset_on") or plan.sunset_on,
            reason=request.form.get("reason", ""),
            by=actor(),
            now=now,
        )

    return _take(deprecation_id, Step.APPROVE, "approved", act)


def resume(deprecation_id: int) -> ResponseReturnValue:
    """Go on with a paused plan."""
    reason = request.form.get("reason", "")

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        moving.resume(session, plan, sunset_on=_date("sunset_on"), by=actor(), reason=reason, now=now)

    return _take(deprecation_id, Step.RESUME, "resumed", act)


def remove(deprecation_id: int) -> ResponseReturnValue:
    """Note that it is gone; the form says what the verdict is, and its box that somebody answers for that."""
    reason, despite = request.form.get("reason", ""), "despite_verdict" in request.form
    return _take(
        deprecation_id,
        Step.REMOVE,
        "removed",
        lambda session, plan, now: acts.remove(
            session, plan, despite_verdict=despite, by=actor(), reason=reason, now=now
        ),
    )


def _because(step: Step, done: str, verb: Callable[..., object]) -> Callable[[int], ResponseReturnValue]:
    """Make the act of a step that takes nothing but its reason."""

    def take(deprecation_id: int) -> ResponseReturnValue:
        reason = request.form.get("reason", "")
        return _take(
            deprecation_id,
            step,
            done,
            lambda session, plan, now: verb(session, plan, by=actor(), reason=reason, now=now),
        )

    return take


def make_exception(deprecation_id: int) -> ResponseReturnValue:
    """Let a plan off one rule of its policy."""
    words = {name: request.form.get(name, "") for name in ("rule", "reason", "approved_by")}

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        asked = exemption(session, **words, by=actor())
        plans.make_exception(session, plan, asked, by=actor(), now=now)

    return _take(deprecation_id, Step.EXCEPT, "excepted", act)


def grant(deprecation_id: int) -> ResponseReturnValue:
    """Give one consumer a later last day."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        extensions.grant(
            session,
            plan,
            directory.find(session, request.form.get("consumer", "")),
            until_on=date.fromisoformat(request.form.get("until_on", "")),
            reason=request.form.get("reason", ""),
            approved_by=answerable(session, request.form.get("approved_by", ""), actor()),
            by=actor(),
            now=now,
        )

    return _take(deprecation_id, Step.EXTEND, "extended", act)


def revoke(deprecation_id: int, extension_id: int) -> ResponseReturnValue:
    """Take an extension back."""
    reason = request.form.get("reason", "")

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        found = extensions.find_extension(session, extension_id)
        extensions.revoke(session, plan, found, reason=reason, by=actor(), now=now)

    return _take(deprecation_id, Step.EXTEND, "extension revoked", act)


def _date(field: str) -> date | None:
    text = request.form.get(field, "")
    return date.fromisoformat(text) if text else None


def _take(deprecation_id: int, step: Step, done: str, act: Act) -> ResponseReturnValue:
    around = runtime()
    try:
        with around.database.transaction() as session:
            now = around.clock()
            plan = board.find(session, deprecation_id)
            act(session, plan, now)
            subject = f"{plan.api.slug} {plan.target.label}"
            record(session, actor=actor(), action=f"deprecation {done}", subject=subject, now=now)
    except DeprecationNotFound:
        raise
    except (ConsumersError, DeprecationsError) as error:
        return _again(deprecation_id, step, error)
    except ValueError:
        return _again(deprecation_id, step, ValueError("Give days as dates, and choose from the list."))
    flash(_SAID[step], "good")
    return redirect(url_for("pages.deprecation", deprecation_id=deprecation_id))


def _again(deprecation_id: int, step: Step, error: Exception) -> ResponseReturnValue:
    given = {field: request.form.get(field, "") for field in _FIELDS}
    earliest = error.earliest if isinstance(error, PolicyRefused) else None
    with runtime().database.reading() as session:
        plan = board.find(session, deprecation_id)
        return page(
            session, plan, refused=step, errors={"": str(error)}, earliest=earliest, given=given
        ), _REFUSED


_SAID = {
    Step.ANNOUNCE: "It is announced: its dates are a promise now, and its consumers are told.",
    Step.APPROVE: "Your approval is kept; somebody else can take the step now.",
    Step.EXCEPT: "It is let off that rule; the history says why.",
    Step.EXTEND: "It is noted, in the history too.",
    Step.MOVE: "Its days are moved.",
    Step.CLOSE: "It is closed to new consumers; whoever calls it first from now on raises an alarm.",
    Step.REOPEN: "It is open to new consumers again.",
    Step.PAUSE: "It is paused: headers and notices stop until it is resumed.",
    Step.RESUME: "It goes on.",
    Step.CANCEL: "The plan is cancelled: the operation stays.",
    Step.REVIVE: "It is a draft again, and can be edited and announced.",
    Step.REMOVE: "It is noted as removed.",
}

_ACTS: tuple[tuple[str, Callable[..., ResponseReturnValue]], ...] = (
    ("announce", announce),
    ("approve", approve),
    ("move", move),
    ("close", _because(Step.CLOSE, "closed", acts.close)),
    ("reopen", _because(Step.REOPEN, "reopened", acts.reopen)),
    ("pause", _because(Step.PAUSE, "paused", acts.pause)),
    ("except", make_exception),
    ("resume", resume),
    ("cancel", _because(Step.CANCEL, "cancelled", acts.cancel)),
    ("revive", _because(Step.REVIVE, "taken up again", acts.revive)),
    ("remove", remove),
)
ROUTES = (
    *(
        Route(f"/deprecations/<int:deprecation_id>/{word}", f"{word}_deprecation", act, POST)
        for word, act in _ACTS
    ),
    Route("/deprecations/<int:deprecation_id>/extensions", "grant_extension", grant, POST),
    Route(
        "/deprecations/<int:deprecation_id>/extensions/<int:extension_id>/revoke",
        "revoke_extension",
        revoke,
        POST,
    ),
)
