"""What an API's replies may carry, and gateways' configuration as files for a program to put in place."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from deprecations import rules
from deprecations.edge_terms import edge_terms, set_edge_terms
from deprecations.exporters.edges import as_json
from deprecations.headers import EdgeTerms
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.views.facts import plain
from registry.apis import find_api


def show_edge_terms(api: str) -> ResponseReturnValue:
    """Show what an API's replies may carry."""
    with runtime().database.reading() as session:
        return jsonify(plain(edge_terms(session, find_api(session, api).id)))


def change_edge_terms(api: str) -> ResponseReturnValue:
    """Change what an API's replies may carry."""
    around = runtime()
    with around.database.transaction() as session:
        terms = set_edge_terms(session, find_api(session, api).id, EdgeTerms(**body()))
        record(
            session,
            actor=actor(),
            action="edge settings changed",
            subject=api,
            detail=str(terms),
            now=around.clock(),
        )
    return jsonify(plain(terms))


def export_edge(edge: str) -> ResponseReturnValue:
    """Answer a gateway's files for one API."""
    around = runtime()
    with around.database.reading() as session:
        api = find_api(session, query()["api"])
        found = rules.ruleset(session, api_id=api.id, now=around.clock())
    return jsonify(as_json(edge, found))


ROUTES = (
    Route("GET", "/apis/<api>/edge", Scope.READ, show_edge_terms),
    Route("PUT", "/apis/<api>/edge", Scope.MANAGE, change_edge_terms),
    Route("GET", "/edge/<edge>", Scope.READ, export_edge),
)
