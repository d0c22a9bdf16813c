"""Brownouts, exemptions, freezes, and what checks at the edge found."""

from deprecations.brownouts.report import Report
from deprecations.edge_models import Brownout, Exemption, Freeze
from deprecations.live.models import Probe, ProbeResult
from interfaces.views.facts import Facts, instant, plain


def brownout_facts(one: Brownout, phase: str) -> Facts:
    """A window, and how far it is."""
    return {
        "id": one.id,
        "deprecation": one.deprecation_id,
        "phase": phase,
        "starts_at": instant(one.starts_at),
        "ends_at": instant(one.ends_at),
        "percent": one.percent,
        "status": one.status,
        "created_by": one.created_by,
        "aborted_at": instant(one.aborted_at),
        "aborted_by": one.aborted_by,
        "aborted_because": one.aborted_because,
    }


def report_facts(report: Report) -> Facts:
    """What a window did; rates are calls a day, to two places."""
    facts: Facts = plain(report)
    for one in facts["hits"]:
        one["consumer"] = one.pop("slug")
    rounded = [
        {key: round(value, 2) if isinstance(value, float) else value for key, value in one.items()}
        for one in (facts, *facts["hits"])
    ]
    return {**rounded[0], "hits": rounded[1:], "hit": report.hit, "reacted": report.reacted}


def exemption_facts(one: Exemption) -> Facts:
    """A consumer that brownouts pass over."""
    return {
        "consumer": one.consumer.slug,
        "name": one.consumer.name,
        "until_at": instant(one.until_at),
        "reason": one.reason,
        "created_by": one.created_by,
        "created_at": instant(one.created_at),
    }


def freeze_facts(one: Freeze) -> Facts:
    """A freeze; `api` is null for all."""
    return {
        "id": one.id,
        "api": one.api.slug if one.api else None,
        "starts_at": instant(one.starts_at),
        "ends_at": instant(one.ends_at),
        "zone": one.zone,
        "reason": one.reason,
        "created_by": one.created_by,
    }


def probe_facts(one: Probe) -> Facts:
    """A probe, with what it found last."""
    return {
        "id": one.id,
        "api": one.api.slug,
        "method": one.method,
        "path": one.path,
        "next_at": instant(one.next_at),
        "last_at": instant(one.last_at),
        "status": one.last_status,
        "drifts": one.drifts,
    }


def result_facts(one: ProbeResult) -> Facts:
    """What a probe found."""
    return {"at": instant(one.at), "status": one.status, "drifts": one.drifts}
