"""A team's own ruling on findings: other levels for some, waivers for others.

Findings in, findings out: nothing is dropped. `policy_file` reads a policy from text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from diffing.bump import bump
from diffing.finding import Comparison, Direction, Finding, Level, Reach, Waived
from diffing.path_glob import matches
from diffing.summary import is_at_least, order

STABLE = "stable"
"""The stability of an operation that states none."""

Stability = Mapping[tuple[str, str], str]
"""What operations, by method and path, state as `x-stability-level`; the old document goes first."""


@dataclass(frozen=True, slots=True)
class Override:
    """A level for the findings that all given criteria select; `rule` and `path` may hold `*` and `**`."""

    level: Level
    rule: str | None
    direction: Direction | None
    path: str | None
    stability: str | None
    reason: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approval of the findings that all given criteria select, through the day it expires."""

    reason: str
    owner: str
    expires_on: date
    fingerprint: str | None
    rule: str | None
    pointer: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Overrides, of which the last that selects a finding holds, and waivers, of which the first does."""

    file: str
    overrides: tuple[Override, ...]
    waivers: tuple[Waiver, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings as the policy leaves them, and what it has to say about itself."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def govern(
    policy: Policy, comparison: Comparison, stability: Stability
) -> tuple[Comparison, tuple[str, ...]]:
    """Apply a policy to a comparison: findings and the needed version step; the policy's notes beside it."""
    outcome = apply(policy, comparison.findings, today=comparison.today, stability=stability)
    step = bump(outcome.findings, comparison.old.version, comparison.new.version)
    return replace(comparison, findings=outcome.findings, bump=step), outcome.notes


def apply(policy: Policy, findings: Iterable[Finding], *, today: date, stability: Stability) -> Outcome:
    """Set levels, then waive; findings come back sorted by level, then place.

    A finding that the caller has waived already keeps that waiver. A waiver whose last day lies
    before `today` waives nothing and is named in the notes.
    """
    live = [waiver for waiver in policy.waivers if waiver.expires_on >= today]
    judged = [_waive(_override(policy, finding, stability), live) for finding in findings]
    judged.sort(key=order)
    expired = [waiver for waiver in policy.waivers if waiver.expires_on < today]
    return Outcome(tuple(judged), tuple(_epitaph(policy, waiver, judged) for waiver in expired))


def asks_stability(policy: Policy) -> bool:
    """Does any override select by stability?"""
    return any(override.stability for override in policy.overrides)


def _override(policy: Policy, finding: Finding, stability: Stability) -> Finding:
    for override in reversed(policy.overrides):
        if _selects(override, finding, stability):
            return _judged_anew(finding, override, policy.file)
    return finding


def _judged_anew(finding: Finding, override: Override, file: str) -> Finding:
    if override.level is finding.level:
        return finding
    because = f": {override.reason}" if override.reason else ""
    ruling = f"{file}:{override.line} makes it {override.level.value}, not {finding.level.value}{because}"
    return replace(finding, level=override.level, why=f"{finding.why.rstrip('.')}. The policy at {ruling}")


def _selects(override: Override, finding: Finding, stability: Stability) -> bool:
    if override.rule and not matches(override.rule, finding.rule):
        return False
    if override.direction and override.direction is not finding.direction:
        return False
    if not (override.path or override.stability):
        return True
    fits = [_fits(override, reach, stability) for reach in finding.operations]
    # What reaches several operations is lowered only where all of them agree, and raised where one asks.
    raises = is_at_least(override.level, finding.level)
    return bool(fits) and (any(fits) if raises else all(fits))


def _fits(override: Override, reach: Reach, stability: Stability) -> bool:
    if override.path and not matches(override.path, reach.path):
        return False
    return not override.stability or override.stability == stability.get((reach.method, reach.path), STABLE)


def _waive(finding: Finding, waivers: Iterable[Waiver]) -> Finding:
    if finding.waived:
        return finding
    waiver = next((each for each in waivers if _covers(each, finding)), None)
    if waiver is None:
        return finding
    return replace(finding, waived=Waived(waiver.reason, waiver.owner, waiver.expires_on))


def _covers(waiver: Waiver, finding: Finding) -> bool:
    if waiver.fingerprint and waiver.fingerprint != finding.fingerprint:
        return False
    if waiver.rule and not matches(waiver.rule, finding.rule):
        return False
    pointers = [place.pointer for place in (finding.old, finding.new) if place]
    return waiver.pointer is None or any(matches(waiver.pointer, pointer) for pointer in pointers)


def _epitaph(policy: Policy, waiver: Waiver, findings: Iterable[Finding]) -> str:
    subject = waiver.fingerprint or " at ".join(filter(None, (waiver.rule, waiver.pointer)))
    standing = sum(1 for finding in findings if _covers(waiver, finding) and not finding.waived)
    advice = (
        f"findings that stand again: {standing}; renew it or undo the change" if standing else "delete it"
    )
    ended = f"the waiver of {subject} by {waiver.owner} expired on {waiver.expires_on.isoformat()}"
    return f"{policy.file}:{waiver.line}: {ended} and no longer applies; {advice}"
