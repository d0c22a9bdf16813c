"""Asks the gate about a document: examined in a child process, judged, and the answer kept."""

from collections.abc import Mapping

import orjson

from access.audit import record
from deprecations import gate
from deprecations.gate_models import GateRemoval, GateRun
from deprecations.removed_parts import has_planned_parts, removed_parts
from interfaces.publishing import Upload, examined, named
from interfaces.runtime import Runtime
from interfaces.views.facts import Facts, instant
from registry.apis import document_of, find_api, newest_version
from registry.bundle import Bundle
from registry.publish import shape
from registry.workbench import compare


def ask_gate(runtime: Runtime, slug: str, upload: Upload, overrides: Mapping[str, str]) -> Facts:
    """Judge every removal that a document would bring to an API; return what was said.

    So is that of every part of an operation that a plan names. Nothing is published. Raises as publishing
    does, and PlanRefused for an override of what stays.
    """
    with runtime.database.reading() as session:
        api_id = find_api(session, slug).id
        version = newest_version(session, api_id) if has_planned_parts(session, api_id) else None
        old = document_of(session, version) if version is not None else None
    bundle, found = examined(runtime, upload)
    findings = _findings(runtime, old, bundle) if old is not None else []
    kept = {(one.method, shape(one.full_paths[0])) for one in found.operations}
    with runtime.database.transaction() as session:
        now, api = runtime.clock(), find_api(session, slug)
        removed = gate.removed_by(session, api.id, kept)
        parts = removed_parts(session, version, findings) if version is not None else ()
        subject = f"{upload.name} {found.version}".strip()
        run = gate.ask(
            session, api.id, removed, parts, subject=subject, overrides=overrides, by=upload.by, now=now
        )
        if overrides:
            record(session, actor=upload.by, action="gate overridden", subject=f"{slug} {subject}", now=now)
        return run_facts(run)


def change_endings(runtime: Runtime, slug: str, by: str, **asked: bool) -> None:
    """Change what an API shows (`is_public`) and enforces (`gate_enforces`) of its endings."""
    with runtime.database.transaction() as session:
        gate.change_settings(session, find_api(session, slug).id, **asked)
        detail = ", ".join(f"{name}: {value}" for name, value in asked.items())
        now = runtime.clock()
        record(session, actor=by, action="endings changed", subject=slug, detail=detail, now=now)


def _findings(runtime: Runtime, old: Bundle, new: Bundle) -> list[Facts]:
    report = compare(named(old, "old"), named(new, "new"), runtime.clock().date(), runtime.limits)
    findings: list[Facts] = orjson.loads(report)["findings"]
    return findings


def run_facts(run: GateRun) -> Facts:
    """What the gate was asked, and what it said."""
    return {
        "id": run.id,
        "subject": run.subject,
        "enforced": run.enforced,
        "open": gate.is_open(run),
        "passes": all(map(gate.passes, run.removals)),
        "by": run.by,
        "at": instant(run.at),
        "removals": [removal_facts(one) for one in run.removals],
    }


def removal_facts(removal: GateRemoval) -> Facts:
    """One removal, its verdict, and what people said of it."""
    return {
        "id": removal.id,
        "operation": removal.label,
        "deprecation": removal.deprecation_id,
        "passes": gate.passes(removal),
        "answer": removal.answer,
        "because": removal.because,
        "overridden_by": removal.overridden_by,
        "override_reason": removal.override_reason,
        "mark": removal.mark,
        "marked_by": removal.marked_by,
    }


def rate_facts(rate: gate.AlarmRate) -> Facts:
    """How the gate's alarms were judged."""
    return {"alarms": rate.alarms, "marked": rate.marked, "false": rate.false, "false_alarm_rate": rate.rate}
