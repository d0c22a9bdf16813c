"""Operations: which there are, who calls each, how often and when last."""

from datetime import timedelta

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from consumers.usage import callers, daily, last_calls
from deprecations.board import live_plan
from interfaces.api.answers import days, listed, page_number
from interfaces.api.route import Route
from interfaces.gate import runtime
from interfaces.views import caller_facts, deprecation_facts, instant, operation_facts, plain
from registry import apis


def list_operations(api: str) -> ResponseReturnValue:
    """List an API's operations by path, those of earlier versions included."""
    with runtime().database.reading() as session:
        return listed(
            apis.operations(session, apis.find_api(session, api).id, page_number()), operation_facts
        )


def show_operation(operation_id: int) -> ResponseReturnValue:
    """Show an operation with its callers, its calls day by day, and the plan for its end."""
    now = runtime().clock()
    since = now - timedelta(days=days())
    with runtime().database.reading() as session:
        found = apis.find_operation(session, operation_id)
        plan = live_plan(session, operation_id)
        facts = {
            **operation_facts(found),
            "api": found.api.slug,
            "last_call_at": instant(last_calls(session, [found.id]).get(found.id)),
            "callers": [caller_facts(one) for one in callers(session, found.id, since=since, until=now)],
            "daily": plain(daily(session, operation_id=found.id, since=since, until=now)),
            "deprecation": deprecation_facts(plan) if plan else None,
        }
    return jsonify(facts)


ROUTES = (
    Route("GET", "/apis/<api>/operations", Scope.READ, list_operations),
    Route("GET", "/operations/<int:operation_id>", Scope.READ, show_operation),
)
