"""What the newest step of each API does to one consumer, as it was worked out last."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from deprecations.impact_record import Party
from deprecations.snapshots import latest
from deprecations.standing import HITTING, Standing, rank
from interfaces.overview import newest_versions, steps_to
from registry import comparisons
from registry.models import StoredComparison

_MOST_APIS = 20


@dataclass(frozen=True, slots=True)
class ComingHit:
    """A step that hits a consumer: how, and by which findings, as (fingerprint, text, party)."""

    comparison: StoredComparison
    standing: Standing
    findings: tuple[tuple[str, str, Party], ...]


def coming_hits(session: Session, slug: str, api_ids: Collection[int]) -> tuple[ComingHit, ...]:
    """Return the newest steps of some APIs that hit a consumer, worst first."""
    newest = newest_versions(session, sorted(api_ids)[:_MOST_APIS])
    steps = steps_to(session, [version.id for version in newest.values()])
    found = (_hit(session, slug, step.id) for step in steps.values())
    return tuple(sorted((one for one in found if one is not None), key=lambda one: rank(one.standing)))


def _hit(session: Session, slug: str, comparison_id: int) -> ComingHit | None:
    impact = latest(session, comparison_id, lambda _fingerprint, party: party["consumer"] == slug)
    mine = next((one for one in impact.consumers if one.consumer == slug), None) if impact else None
    if impact is None or mine is None or mine.standing not in HITTING:
        return None
    met = [
        (finding.fingerprint, finding.text, party)
        for finding in impact.findings
        for party in finding.parties
        if party.standing in HITTING
    ]
    return ComingHit(comparisons.find(session, comparison_id), mine.standing, tuple(met))
