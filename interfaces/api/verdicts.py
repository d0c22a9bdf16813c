"""May this operation be removed?"""

from datetime import date

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from deprecations import board, verdict
from deprecations.plan_verdict import verdict_on
from interfaces.api.answers import days
from interfaces.api.law import query
from interfaces.api.route import Route
from interfaces.gate import runtime
from interfaces.views.verdicts import MOST_OPERATIONS, plan_verdict_facts, verdict_facts
from registry.apis import find_api, operation_named


def can_remove() -> ResponseReturnValue:
    """Answer the verdict on one operation, with everything that it rests on."""
    around, asked = runtime(), query()
    with around.database.reading() as session:
        operation = operation_named(session, find_api(session, asked["api"]), asked["operation"])
        on = date.fromisoformat(asked["on"]) if "on" in asked else None
        found = verdict.can_remove(session, operation.id, on=on, window_days=days(), now=around.clock())
    return jsonify(verdict_facts(found))


def show_verdict(deprecation_id: int) -> ResponseReturnValue:
    """Answer the verdict on what a plan ends."""
    around, asked = runtime(), query()
    with around.database.reading() as session:
        on = date.fromisoformat(asked["on"]) if "on" in asked else None
        plan = board.find(session, deprecation_id)
        found = verdict_on(session, plan, on=on, window_days=days(), most=MOST_OPERATIONS, now=around.clock())
        return jsonify(plan_verdict_facts(plan, found))


ROUTES = (
    Route("GET", "/deprecations/<int:deprecation_id>/verdict", Scope.READ, show_verdict),
    Route("GET", "/can-remove", Scope.READ, can_remove),
)
