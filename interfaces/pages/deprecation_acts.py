"""What is done to an ending: announced, moved, cancelled, removed. A refusal is said beside its form."""

from collections.abc import Callable
from datetime import date, datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from deprecations import board, plans
from deprecations.errors import DeprecationNotFound, DeprecationsError, PolicyRefused
from deprecations.lifecycle import Step
from deprecations.models import Deprecation
from interfaces.gate import actor, runtime
from interfaces.pages.deprecation import page
from interfaces.pages.route import POST, Route

Act = Callable[[Session, Deprecation, datetime], object]
_REFUSED = 422
_FIELDS = ("deprecated_on", "sunset_on", "reason")


def announce(deprecation_id: int) -> ResponseReturnValue:
    """Announce a draft; with a day in the form, move its last day there first."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        if request.form.get("sunset_on"):
            moved_on = date.fromisoformat(request.form["sunset_on"])
            reason = "The notice period, counted from the announcement."
            plans.move(
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
        plans.move(
            session,
            plan,
            deprecated_on=date.fromisoformat(request.form.get("deprecated_on", "")),
            sunset_on=date.fromisoformat(request.form.get("sunset_on", "")),
            by=actor(),
            reason=request.form.get("reason", ""),
            now=now,
        )

    return _take(deprecation_id, Step.MOVE, "moved", act)


def cancel(deprecation_id: int) -> ResponseReturnValue:
    """Take a plan back."""
    reason = request.form.get("reason", "")
    return _take(
        deprecation_id,
        Step.CANCEL,
        "cancelled",
        lambda session, plan, now: plans.cancel(session, plan, by=actor(), reason=reason, now=now),
    )


def remove(deprecation_id: int) -> ResponseReturnValue:
    """Note that the operation is gone."""
    reason = request.form.get("reason", "")
    return _take(
        deprecation_id,
        Step.REMOVE,
        "removed",
        lambda session, plan, now: plans.remove(session, plan, by=actor(), reason=reason, now=now),
    )


def _take(deprecation_id: int, step: Step, done: str, act: Act) -> ResponseReturnValue:
    around = runtime()
    try:
        with around.database.transaction() as session:
            now = around.clock()
            plan = board.find(session, deprecation_id)
            act(session, plan, now)
            subject = f"{plan.api.slug} {plan.operation.label}"
            record(session, actor=actor(), action=f"deprecation {done}", subject=subject, now=now)
    except DeprecationNotFound:
        raise
    except DeprecationsError as error:
        return _again(deprecation_id, step, error)
    except ValueError:
        return _again(deprecation_id, step, ValueError("Give both days as dates."))
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
    Step.MOVE: "Its days are moved.",
    Step.CANCEL: "The plan is cancelled: the operation stays.",
    Step.REMOVE: "It is noted as removed.",
}

ROUTES = (
    Route("/deprecations/<int:deprecation_id>/announce", "announce_deprecation", announce, POST),
    Route("/deprecations/<int:deprecation_id>/move", "move_deprecation", move, POST),
    Route("/deprecations/<int:deprecation_id>/cancel", "cancel_deprecation", cancel, POST),
    Route("/deprecations/<int:deprecation_id>/remove", "remove_deprecation", remove, POST),
)
