"""Asks the gate about a document: examined in a child process, judged, and the answer kept."""

from collections.abc import Mapping

from access.audit import record
from deprecations import gate
from deprecations.gate_models import GateRemoval, GateRun
from interfaces.publishing import Upload, examined
from interfaces.runtime import Runtime
from interfaces.views.facts import Facts, instant
from registry.apis import find_api
from registry.publish import shape


def ask_gate(runtime: Runtime, slug: str, upload: Upload, overrides: Mapping[str, str]) -> Facts:
    """Judge every removal that a document would bring to an API; return what was said.

    Nothing is published. Raises as publishing does, and PlanRefused for an override of what stays.
    """
    with runtime.database.reading() as session:
        find_api(session, slug)
    _bundle, found = examined(runtime, upload)
    kept = {(one.method, shape(one.full_paths[0])) for one in found.operations}
    with runtime.database.transaction() as session:
        now, api = runtime.clock(), find_api(session, slug)
        removed = gate.removed_by(session, api.id, kept)
        subject = f"{upload.name} {found.version}".strip()
        run = gate.ask(session, api.id, removed, subject=subject, overrides=overrides, by=upload.by, now=now)
        if overrides:
            record(session, actor=upload.by, action="gate overridden", subject=f"{slug} {subject}", now=now)
        return run_facts(run)


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
