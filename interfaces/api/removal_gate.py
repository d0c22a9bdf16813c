"""The gate: may this document take the place of the newest one? And what people thought of its alarms."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from access.audit import record
from access.tokens import Scope
from deprecations import gate
from deprecations.gate_models import EndingSettings
from interfaces.api.answers import listed, page_number
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.body import whole_body
from interfaces.gate import actor, runtime
from interfaces.publishing import Upload
from interfaces.removal_gate import ask_gate, rate_facts, removal_facts, run_facts
from registry.apis import find_api

_NAMES = {"application/json": "openapi.json"}


def ask_removal_gate(api: str) -> ResponseReturnValue:
    """Ask about a document; nothing is published."""
    name = query().get("name") or _NAMES.get(request.mimetype, "openapi.yaml")
    upload = Upload(name=name, data=whole_body(), origin="api", by=actor())
    facts = ask_gate(runtime(), api, upload, {})
    with runtime().database.reading() as session:
        rate = gate.alarm_rate(session, find_api(session, api).id)
    return jsonify({**facts, "alarms": rate_facts(rate)})


def list_gate_runs(api: str) -> ResponseReturnValue:
    """List what the gate was asked about an API, newest first."""
    with runtime().database.reading() as session:
        return listed(gate.runs(session, find_api(session, api).id, page_number()), run_facts)


def show_ending_settings(api: str) -> ResponseReturnValue:
    """Show what an API shows and enforces of its endings, and how true the gate's alarms were."""
    with runtime().database.reading() as session:
        found = find_api(session, api)
        return jsonify(_settings(gate.settings_of(session, found.id), gate.alarm_rate(session, found.id)))


def change_ending_settings(api: str) -> ResponseReturnValue:
    """Change what an API shows and enforces of its endings; what is left out stays."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        found = find_api(session, api)
        changed = gate.change_settings(session, found.id, **asked)
        detail = ", ".join(f"{name}: {value}" for name, value in asked.items())
        record(
            session,
            actor=actor(),
            action="endings changed",
            subject=api,
            detail=detail,
            now=around.clock(),
        )
        return jsonify(_settings(changed, gate.alarm_rate(session, found.id)))


def override_removal(removal_id: int) -> ResponseReturnValue:
    """Let a removal pass whatever its verdict says."""
    around = runtime()
    with around.database.transaction() as session:
        found = gate.override(session, removal_id, reason=body()["reason"], by=actor())
        record(session, actor=actor(), action="gate overridden", subject=found.label, now=around.clock())
    return jsonify(removal_facts(found))


def mark_removal(removal_id: int) -> ResponseReturnValue:
    """Say whether an alarm was right."""
    around = runtime()
    with around.database.transaction() as session:
        found = gate.mark(session, removal_id, mark=body()["mark"], by=actor(), now=around.clock())
    return jsonify(removal_facts(found))


def _settings(found: EndingSettings, rate: gate.AlarmRate) -> dict[str, object]:
    return {
        "is_public": found.is_public,
        "gate_enforces": found.gate_enforces,
        "alarms": rate_facts(rate),
    }


ROUTES = (
    Route("POST", "/apis/<api>/gate", Scope.PUBLISH, ask_removal_gate),
    Route("GET", "/apis/<api>/gate", Scope.READ, list_gate_runs),
    Route("GET", "/apis/<api>/ending-settings", Scope.READ, show_ending_settings),
    Route("PATCH", "/apis/<api>/ending-settings", Scope.MANAGE, change_ending_settings),
    Route("POST", "/gate-removals/<int:removal_id>/override", Scope.MANAGE, override_removal),
    Route("POST", "/gate-removals/<int:removal_id>/mark", Scope.MANAGE, mark_removal),
)
