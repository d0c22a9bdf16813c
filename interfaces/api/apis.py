"""APIs: registering them and finding them."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from interfaces.api.answers import listed, made, page_number
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.removal import remove_api as remove_whole_api
from interfaces.views.apis import api_facts
from registry import apis


def list_apis() -> ResponseReturnValue:
    """List the APIs by name."""
    with runtime().database.reading() as session:
        return listed(apis.apis(session, page_number()), api_facts)


def register_api() -> ResponseReturnValue:
    """Register an API."""
    around = runtime()
    with around.database.transaction() as session:
        now = around.clock()
        api = apis.register(session, **body(), now=now)
        record(session, actor=actor(), action="api registered", subject=api.slug, now=now)
    return made(api_facts(api), "show_api", api=api.slug)


def show_api(api: str) -> ResponseReturnValue:
    """Show an API."""
    with runtime().database.reading() as session:
        return jsonify(api_facts(apis.find_api(session, api)))


def change_api(api: str) -> ResponseReturnValue:
    """Change an API's name, description or owner; what is left out stays."""
    around = runtime()
    with around.database.transaction() as session:
        found = apis.find_api(session, api)
        facts = {"name": found.name, "description": found.description, "owner": found.owner, **body()}
        apis.change(session, found, **facts)
        record(session, actor=actor(), action="api changed", subject=api, now=around.clock())
    return jsonify(api_facts(found))


def remove_api(api: str) -> ResponseReturnValue:
    """Take an API away with all that hangs on it."""
    around = runtime()
    with around.database.transaction() as session:
        now, found = around.clock(), apis.find_api(session, api)
        name = found.name
        remove_whole_api(session, found, now)
        record(session, actor=actor(), action="api removed", subject=api, detail=name, now=now)
    return "", 204


ROUTES = (
    Route("GET", "/apis", Scope.READ, list_apis),
    Route("POST", "/apis", Scope.MANAGE, register_api),
    Route("GET", "/apis/<api>", Scope.READ, show_api),
    Route("PATCH", "/apis/<api>", Scope.MANAGE, change_api),
    Route("DELETE", "/apis/<api>", Scope.MANAGE, remove_api),
)
