"""By which attributes an API's callers are told apart."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from consumers.identity_order import (
    attribute,
    attributes_of,
    has_own_order,
    reset_attributes,
    set_attributes,
)
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.views.consumers import identity_facts
from registry.apis import find_api


def show_identity(api: str) -> ResponseReturnValue:
    """Show an API's attributes, surest first."""
    with runtime().database.reading() as session:
        found = find_api(session, api)
        facts = identity_facts(attributes_of(session, found.id), own=has_own_order(session, found.id))
    return jsonify(facts)


def set_identity(api: str) -> ResponseReturnValue:
    """Give an API an order of its own."""
    around = runtime()
    asked = [attribute(one["kind"], one.get("confidence")) for one in body()["attributes"]]
    with around.database.transaction() as session:
        set_attributes(session, find_api(session, api).id, asked)
        detail, now = ", ".join(one.kind for one in asked), around.clock()
        record(session, actor=actor(), action="identity changed", subject=api, detail=detail, now=now)
    return jsonify(identity_facts(asked, own=True))


def reset_identity(api: str) -> ResponseReturnValue:
    """Let the usual order hold for an API again."""
    around = runtime()
    with around.database.transaction() as session:
        reset_attributes(session, find_api(session, api).id)
        record(session, actor=actor(), action="identity reset", subject=api, now=around.clock())
    return "", 204


ROUTES = (
    Route("GET", "/apis/<api>/identity", Scope.READ, show_identity),
    Route("PUT", "/apis/<api>/identity", Scope.MANAGE, set_identity),
    Route("DELETE", "/apis/<api>/identity", Scope.MANAGE, reset_identity),
)
