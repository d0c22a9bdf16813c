"""Brownouts on the page of an ending: announced, aborted, whom they pass over; and the report of each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers import directory
from deprecations import board
from deprecations.brownouts import exemptions, freezes, windows
from deprecations.brownouts.ramps import RAMPS, Window, lay_out
from deprecations.brownouts.report import report
from deprecations.calendar import clock_time
from deprecations.errors import DeprecationsError
from deprecations.models import Deprecation
from interfaces.brownouts import aborted, announced, exempted
from interfaces.gate import actor, runtime
from interfaces.pages.deprecation import page
from interfaces.pages.route import POST, Route

_REFUSED = 422
_SINGLE = "single"
Act = Callable[[Session, Deprecation, datetime], object]


def announce_brownouts(deprecation_id: int) -> ResponseReturnValue:
    """Announce a ramp, or a single window."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        asked = request.form
        status = int(asked.get("status", ""))
        start = clock_time(datetime.fromisoformat(asked.get("first_at", "")), plan.zone)
        if asked.get("ramp") == _SINGLE:
            end = start + timedelta(minutes=int(asked.get("minutes", "")))
            chosen: tuple[Window, ...] = (Window(start, end, int(asked.get("percent", "")), status),)
        else:
            chosen = lay_out(RAMPS[asked["ramp"]], first_at=start, zone=plan.zone, status=status)
        announced(session, plan, chosen, by=actor(), reason=asked.get("reason", ""), now=now)

    said = "They are announced. Gateways and services know them by their next poll."
    return _take(deprecation_id, "announce-brownouts", said, act)


def abort_brownouts(deprecation_id: int) -> ResponseReturnValue:
    """Stop the window that runs, and those ahead."""
    reason = request.form.get("reason", "")

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        aborted(session, plan, only=None, by=actor(), reason=reason, now=now)

    said = "They are aborted: edges answer as usual by their next poll, within about a minute."
    return _take(deprecation_id, "abort-brownouts", said, act)


def exempt_consumer(deprecation_id: int) -> ResponseReturnValue:
    """Let brownouts pass over a consumer."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        asked = request.form
        who = directory.find(session, asked.get("consumer", ""))
        until_at = (
            clock_time(datetime.fromisoformat(asked["until"]), plan.zone) if asked.get("until") else None
        )
        exempted(session, plan, who, until_at=until_at, reason=asked.get("reason", ""), by=actor(), now=now)

    return _take(deprecation_id, "exempt", "Brownouts pass over it by the edges' next poll.", act)


def end_exemption(deprecation_id: int) -> ResponseReturnValue:
    """Let brownouts reach a consumer again."""

    def act(session: Session, plan: Deprecation, now: datetime) -> None:
        slug, reason = request.args.get("consumer", ""), request.form.get("reason", "")
        who = directory.find(session, slug)
        exemptions.end_exemption(session, plan, who, by=actor(), reason=reason, now=now)
        record(session, actor=actor(), action="exemption ended", subject=slug, detail=reason, now=now)

    return _take(deprecation_id, "exempt", "Brownouts reach it again by the edges' next poll.", act)


def brownout(brownout_id: int) -> ResponseReturnValue:
    """Show what a window did."""
    now = runtime().clock()
    with runtime().database.reading() as session:
        one = windows.find_brownout(session, brownout_id)
        plan = board.find(session, one.deprecation_id)
        frozen = freezes.freezes_of(session, plan.api_id)
        return render_template(
            "deprecation/brownout.html",
            one=one,
            plan=plan,
            phase=windows.phase(one, frozen, now),
            report=report(session, plan, one, now=now),
        )


def _take(deprecation_id: int, form: str, said: str, act: Act) -> ResponseReturnValue:
    """Take an act, and go back to the windows; one that is refused comes back with what was written."""
    around = runtime()
    try:
        with around.database.transaction() as session:
            act(session, board.find(session, deprecation_id), around.clock())
    except (DeprecationsError, ValueError, KeyError) as error:
        told = str(error) if isinstance(error, DeprecationsError) else "Fill in every field, times as such."
        with around.database.reading() as session:
            plan = board.find(session, deprecation_id)
            more: dict[str, Any] = {"refused": form, "errors": {"": told}, "given": request.form}
            return page(session, plan, **more), _REFUSED
    flash(said, "good")
    return redirect(url_for("pages.deprecation", deprecation_id=deprecation_id, _anchor="brownouts"))


ROUTES = (
    Route("/deprecations/<int:deprecation_id>/brownouts", "announce_brownouts", announce_brownouts, POST),
    Route("/deprecations/<int:deprecation_id>/brownouts/abort", "abort_brownouts", abort_brownouts, POST),
    Route("/deprecations/<int:deprecation_id>/exemptions", "exempt_consumer", exempt_consumer, POST),
    Route("/deprecations/<int:deprecation_id>/exemptions/end", "end_exemption", end_exemption, POST),
    Route("/brownouts/<int:brownout_id>", "brownout", brownout),
)
