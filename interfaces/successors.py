"""Compares what ends with what is to be called instead, in the child process, ahead of the mails."""

from dataclasses import replace

import structlog

from deprecations.models import Deprecation
from deprecations.successors import Found, Pair, documents, keep, kept, pair_of
from interfaces.runtime import Runtime
from registry.bundle import Bundle
from registry.errors import RegistryError
from registry.workbench import beside, parts_beside

_log = structlog.get_logger("sundial.successors")


def compare_successor(runtime: Runtime, plan_id: int) -> bool:
    """Compare a plan's operation with its successor and keep what differs; True where there was work.

    What was compared already is not compared again, whatever versions came since without touching it.
    """
    with runtime.database.reading() as session:
        plan = session.get(Deprecation, plan_id)
        if plan is None:
            return False
        pair, found = pair_of(session, plan), kept(session, plan)
        basis = pair.basis if pair else ""
        is_due = pair is not None and (found is None or found.basis != basis)
        bundles = documents(session, pair) if pair and is_due else None
        now_found = found if found is not None and found.basis == basis else Found(basis)
        named = plan.replacement
    if pair and bundles:
        now_found = _compared(runtime, plan_id, pair, *bundles)
    with runtime.database.transaction() as session:
        keep(session, plan_id, replace(now_found, replacement=named), runtime.clock())
    return is_due


def _compared(runtime: Runtime, plan_id: int, pair: Pair, old: Bundle, new: Bundle) -> Found:
    try:
        return pair.told(_report(runtime, pair, old, new))
    except (
        RegistryError,
        RuntimeError,
    ) as fault:  # the child's own faults too: the next plan must have its turn
        _log.warning("successor not compared", plan=plan_id, fault=str(fault))
        return Found(pair.basis, error=str(fault))


def _report(runtime: Runtime, pair: Pair, old: Bundle, new: Bundle) -> bytes:
    today = runtime.clock().date()
    if pair.parts is not None:
        return parts_beside(old, new, pair.parts.old, pair.parts.new, today, runtime.limits)
    ours, theirs = (pair.old.method, pair.old.path), (pair.new.method, pair.new.path)
    return beside(old, new, ours, theirs, (pair.old.method, pair.path), today, runtime.limits)
