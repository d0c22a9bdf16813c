"""Operations: which there are, who calls each, how often and when last."""

from datetime import timedelta

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from consumers.relying import relying_on
from consumers.usage import callers, daily, last_calls
from consumers.used_names import names_in_use
from deprecations.board import live_plan
from interfaces.api.answers import complete, days, listed, page_number
from interfaces.api.law import query
from interfaces.api.route import Route
from interfaces.gate import runtime
from interfaces.views.apis import operation_facts
from interfaces.views.consumers import relying_facts
from interfaces.views.deprecations import deprecation_facts
from interfaces.views.facts import instant, plain
from interfaces.views.usage import caller_facts, name_facts
from registry import apis

MOST_CALLERS = 20  # of a name, where not one name alone is asked for


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
            "contracts": [relying_facts(one) for one in relying_on(session, found)],
        }
    return jsonify(facts)


def list_names(operation_id: int) -> ResponseReturnValue:
    """List the query parameters and media types that an operation's calls use, and who uses each."""
    now, asked = runtime().clock(), query()
    since, name = now - timedelta(days=days()), asked.get("name")
    with runtime().database.reading() as session:
        found = apis.find_operation(session, operation_id)
        uses = names_in_use(session, found.id, kind=asked.get("kind"), name=name, since=since, until=now)
    return complete(name_facts(use, None if name else MOST_CALLERS) for use in uses)


ROUTES = (
    Route("GET", "/apis/<api>/operations", Scope.READ, list_operations),
    Route("GET", "/operations/<int:operation_id>", Scope.READ, show_operation),
    Route("GET", "/operations/<int:operation_id>/names", Scope.READ, list_names),
)
