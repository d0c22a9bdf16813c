"""The configuration of gateways, as files for a program to put in place."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from deprecations import rules
from deprecations.exporters.edges import as_json
from interfaces.api.law import query
from interfaces.api.route import Route
from interfaces.gate import runtime
from registry.apis import find_api


def export_edge(edge: str) -> ResponseReturnValue:
    """Answer a gateway's files for one API."""
    around = runtime()
    with around.database.reading() as session:
        api = find_api(session, query()["api"])
        found = rules.ruleset(session, api_id=api.id, now=around.clock())
    return jsonify(as_json(edge, found))


ROUTES = (Route("GET", "/edge/<edge>", Scope.READ, export_edge),)
