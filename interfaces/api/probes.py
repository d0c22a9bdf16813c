"""The live check: which paths are asked, what their replies really carried, and asking at once."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from deprecations.live import probes
from interfaces.api.answers import complete, listed, page_number
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.live_check import check_now
from interfaces.views.edge import probe_facts, result_facts
from registry.apis import find_api


def list_probes(api: str) -> ResponseReturnValue:
    """List an API's probes with what they found last."""
    with runtime().database.reading() as session:
        return complete(probe_facts(one) for one in probes.probes(session, find_api(session, api).id))


def add_probe(api: str) -> ResponseReturnValue:
    """Check a path from now on."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now = around.clock()
        made = probes.add_probe(
            session,
            find_api(session, api),
            method=asked.get("method", "GET"),
            path=asked["path"],
            by=actor(),
            now=now,
        )
        record(session, actor=actor(), action="probe added", subject=f"{api} {made.path}", now=now)
        facts = probe_facts(made)
    return jsonify(facts), 201


def remove_probe(api: str, probe_id: int) -> ResponseReturnValue:
    """Check a path no more."""
    around = runtime()
    with around.database.transaction() as session:
        gone = probes.remove_probe(session, find_api(session, api), probe_id)
        record(
            session,
            actor=actor(),
            action="probe removed",
            subject=f"{api} {gone.path}",
            now=around.clock(),
        )
    return "", 204


def check_api(api: str) -> ResponseReturnValue:
    """Ask all probes of an API now."""
    around = runtime()
    with around.database.reading() as session:
        found = find_api(session, api)
    return complete(probe_facts(one) for one in check_now(around, found))


def list_probe_results(probe_id: int) -> ResponseReturnValue:
    """List what a probe found, newest first."""
    with runtime().database.reading() as session:
        found = probes.find_probe(session, probe_id)
        return listed(probes.results(session, found.id, page_number()), result_facts)


ROUTES = (
    Route("GET", "/apis/<api>/probes", Scope.READ, list_probes),
    Route("POST", "/apis/<api>/probes", Scope.MANAGE, add_probe),
    Route("DELETE", "/apis/<api>/probes/<int:probe_id>", Scope.MANAGE, remove_probe),
    Route("POST", "/apis/<api>/check", Scope.MANAGE, check_api),
    Route("GET", "/probes/<int:probe_id>/results", Scope.READ, list_probe_results),
)
