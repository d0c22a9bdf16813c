"""A look ahead: what would be told of an ending, when, and in which words."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from deprecations import board
from deprecations.dry_run import dry_run, forecast
from interfaces.api.answers import listed, page_number
from interfaces.api.route import Route
from interfaces.gate import runtime
from interfaces.mail import desk
from interfaces.views.dry_run import coming_facts, forecast_facts
from storage.paging import page_within


def list_coming_notices(deprecation_id: int) -> ResponseReturnValue:
    """List what is still to be told of an ending, soonest first."""
    around = runtime()
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        found = dry_run(session, plan, desk=desk(around), now=around.clock())
        stopped = sum(bool(one.stopped_by) for one in found)
        return listed(page_within(found, page_number()), coming_facts, stopped=stopped)


def show_coming_mail(deprecation_id: int, contact_id: int, milestone: str) -> ResponseReturnValue:
    """Show one mail as it would be sent."""
    around = runtime()
    with around.database.reading() as session:
        plan = board.find(session, deprecation_id)
        found = forecast(session, plan, contact_id, milestone, desk=desk(around), now=around.clock())
        return jsonify(forecast_facts(found))


ROUTES = (
    Route("GET", "/deprecations/<int:deprecation_id>/dry-run", Scope.READ, list_coming_notices),
    Route(
        "GET",
        "/deprecations/<int:deprecation_id>/dry-run/<int:contact_id>/<milestone>",
        Scope.READ,
        show_coming_mail,
    ),
)
