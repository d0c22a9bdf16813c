"""Brownouts of a plan: announced, aborted, reported on; who is passed over; and the freeze calendar."""

from datetime import datetime

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from access.tokens import Scope
from consumers import directory
from deprecations import board
from deprecations.brownouts import exemptions, freezes, windows
from deprecations.brownouts.ramps import RAMPS, Window, lay_out
from deprecations.brownouts.report import report
from deprecations.models import Deprecation
from interfaces.api.answers import complete, listed, page_number
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.brownouts import aborted, announced, exempted
from interfaces.gate import actor, runtime
from interfaces.views.edge import brownout_facts, exemption_facts, freeze_facts, report_facts
from interfaces.views.facts import Facts
from registry.apis import find_api


def list_brownouts(deprecation_id: int) -> ResponseReturnValue:
    """List a plan's windows in order of time."""
    with runtime().database.reading() as session:
        return complete(_windows(session, board.find(session, deprecation_id)))


def announce_brownouts(deprecation_id: int) -> ResponseReturnValue:
    """Announce a ramp, or windows one by one."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        plan = board.find(session, deprecation_id)
        status, reason = asked.get("status", 503), asked.get("reason", "")
        chosen = [_window(one, status) for one in asked.get("windows", ())]
        if "ramp" in asked:
            first_at = datetime.fromisoformat(asked["first_at"])
            chosen += lay_out(RAMPS[asked["ramp"]], first_at=first_at, zone=plan.zone, status=status)
        announced(session, plan, chosen, by=actor(), reason=reason, now=around.clock())
        session.flush()
        made = list(_windows(session, plan))
    return jsonify(items=made, page=1, pages=1, total=len(made)), 201


def abort_brownouts(deprecation_id: int) -> ResponseReturnValue:
    """Stop the window that runs, and those ahead."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        plan = board.find(session, deprecation_id)
        only, reason = asked.get("brownout"), asked["reason"]
        aborted(session, plan, only=only, by=actor(), reason=reason, now=around.clock())
        made = list(_windows(session, plan))
    return jsonify(items=made, page=1, pages=1, total=len(made))


def report_brownout(brownout_id: int) -> ResponseReturnValue:
    """Tell what a window did: who was hit, who reacted, usage before and after."""
    now = runtime().clock()
    with runtime().database.reading() as session:
        one = windows.find_brownout(session, brownout_id)
        plan = board.find(session, one.deprecation_id)
        frozen = freezes.freezes_of(session, plan.api_id)
        facts = report_facts(report(session, plan, one, now=now))
        return jsonify(brownout=brownout_facts(one, windows.phase(one, frozen, now)), **facts)


def list_exemptions(deprecation_id: int) -> ResponseReturnValue:
    """List the consumers that a plan's brownouts pass over."""
    with runtime().database.reading() as session:
        found = exemptions.exemptions(session, board.find(session, deprecation_id).id)
        return complete(exemption_facts(one) for one in found)


def exempt_consumer(deprecation_id: int) -> ResponseReturnValue:
    """Let a plan's brownouts pass over a consumer."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        made = exempted(
            session,
            board.find(session, deprecation_id),
            directory.find(session, asked["consumer"]),
            until_at=datetime.fromisoformat(asked["until_at"]) if "until_at" in asked else None,
            reason=asked["reason"],
            by=actor(),
            now=around.clock(),
        )
        facts = exemption_facts(made)
    return jsonify(facts), 201


def end_exemption(deprecation_id: int, slug: str) -> ResponseReturnValue:
    """Let brownouts reach a consumer again."""
    around = runtime()
    with around.database.transaction() as session:
        plan, consumer = board.find(session, deprecation_id), directory.find(session, slug)
        now = around.clock()
        exemptions.end_exemption(session, plan, consumer, by=actor(), reason="by the API", now=now)
        record(session, actor=actor(), action="exemption ended", subject=slug, now=now)
    return "", 204


def list_freezes() -> ResponseReturnValue:
    """List the freezes, the latest first."""
    with runtime().database.reading() as session:
        return listed(freezes.freezes(session, page=page_number()), freeze_facts)


def add_freeze() -> ResponseReturnValue:
    """Freeze one API, or all."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now = around.clock()
        made = freezes.freeze(
            session,
            find_api(session, asked["api"]) if "api" in asked else None,
            starts_at=datetime.fromisoformat(asked["starts_at"]),
            ends_at=datetime.fromisoformat(asked["ends_at"]),
            zone=asked.get("zone", "UTC"),
            reason=asked["reason"],
            by=actor(),
            now=now,
        )
        subject = asked.get("api", "all APIs")
        record(session, actor=actor(), action="freeze added", subject=subject, detail=made.reason, now=now)
        facts = freeze_facts(made)
    return jsonify(facts), 201


def remove_freeze(freeze_id: int) -> ResponseReturnValue:
    """Remove a freeze."""
    around = runtime()
    with around.database.transaction() as session:
        gone = freezes.thaw(session, freeze_id)
        subject = gone.api.slug if gone.api else "all APIs"
        record(session, actor=actor(), action="freeze removed", subject=subject, now=around.clock())
    return "", 204


def _window(asked: Facts, status: int) -> Window:
    return Window(
        starts_at=datetime.fromisoformat(asked["starts_at"]),
        ends_at=datetime.fromisoformat(asked["ends_at"]),
        percent=asked.get("percent", 100),
        status=status,
    )


def _windows(session: Session, plan: Deprecation) -> list[Facts]:
    frozen, now = freezes.freezes_of(session, plan.api_id), runtime().clock()
    found = windows.brownouts(session, [plan.id])[plan.id]
    return [brownout_facts(one, windows.phase(one, frozen, now)) for one in found]


ROUTES = (
    Route("GET", "/deprecations/<int:deprecation_id>/brownouts", Scope.READ, list_brownouts),
    Route("POST", "/deprecations/<int:deprecation_id>/brownouts", Scope.MANAGE, announce_brownouts),
    Route("POST", "/deprecations/<int:deprecation_id>/brownouts/abort", Scope.MANAGE, abort_brownouts),
    Route("GET", "/deprecations/<int:deprecation_id>/exemptions", Scope.READ, list_exemptions),
    Route("POST", "/deprecations/<int:deprecation_id>/exemptions", Scope.MANAGE, exempt_consumer),
    Route("DELETE", "/deprecations/<int:deprecation_id>/exemptions/<slug>", Scope.MANAGE, end_exemption),
    Route("GET", "/brownouts/<int:brownout_id>/report", Scope.READ, report_brownout),
    Route("GET", "/freezes", Scope.READ, list_freezes),
    Route("POST", "/freezes", Scope.MANAGE, add_freeze),
    Route("DELETE", "/freezes/<int:freeze_id>", Scope.MANAGE, remove_freeze),
)
