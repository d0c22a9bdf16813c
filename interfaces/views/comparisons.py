"""Comparisons, their findings, and whom they hurt."""

from deprecations.impact_record import FindingImpact, Impact
from deprecations.models import (
    ImpactSnapshot,
)
from interfaces.views.facts import Facts, instant, plain
from registry.models import (
    StoredComparison,
    StoredFinding,
)


def comparison_facts(comparison: StoredComparison) -> Facts:
    """A stored comparison, without its findings."""
    return {
        "id": comparison.id,
        "api": comparison.api.slug,
        "old": comparison.old_version.label,
        "new": comparison.new_version.label,
        "state": comparison.state,
        "error": comparison.error,
        "summary": {
            "breaking": comparison.breaking,
            "dangerous": comparison.dangerous,
            "compatible": comparison.compatible,
            "editorial": comparison.editorial,
        },
        "bump_needed": comparison.bump_needed,
        "compared_at": instant(comparison.compared_at),
    }


def finding_facts(finding: StoredFinding) -> Facts:
    """A finding: its entry in the public contract, and the number it goes by here."""
    return {"id": finding.id, "comparison": finding.comparison_id, **finding.facts}


def finding_impact_facts(found: FindingImpact) -> Facts:
    """Whom one finding hits."""
    facts: Facts = plain(found)
    del facts["level"], facts["text"]
    return {**facts, "standing": found.standing}


def impact_facts(impact: Impact) -> Facts:
    """Whom a comparison hits: as the report's `impact`, instants written as elsewhere in the API."""
    facts: Facts = plain(impact)
    return {**facts, "hit": impact.hit, "total": impact.total}


def snapshot_facts(snapshot: ImpactSnapshot) -> Facts:
    """An impact that was kept, its counts alone."""
    return {
        "id": snapshot.id,
        "at": instant(snapshot.taken_at),
        "by": snapshot.taken_by,
        "since": instant(snapshot.since),
        "counts": {
            "hurt": snapshot.hurt,
            "at-risk": snapshot.at_risk,
            "unknown": snapshot.unknown,
            "not-hurt": snapshot.not_hurt,
        },
    }
