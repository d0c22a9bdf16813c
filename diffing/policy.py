"""A team's own ruling on findings: other levels for some, waivers for others.

Findings in, findings out: nothing is dropped. `policy_file` reads a policy from text.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from diffing.bump import bump
from diffing.finding import Comparison, Direction, Finding, Level, Reach, Waived
from diffing.path_glob import matches
from diffing.policy_facts import STABLE, Statement, Statements
from diffing.summary import is_at_least, order
from diffing.wording import RULING

_MOST_STRANGERS = 3


@dataclass(frozen=True, slots=True)
class Override:
    """A level for the findings that all given criteria select; `rule` and `path` may hold `*` and `**`."""

    level: Level
    rule: str | None
    direction: Direction | None
    path: str | None
    stability: str | None
    audience: str | None
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
    """Overrides, of which the last that selects a finding holds, and waivers, of which the first does.

    `earlier` are the levels of rules in the rule set that the policy was made for, where they differ today.
    """

    file: str
    overrides: tuple[Override, ...]
    waivers: tuple[Waiver, ...]
    earlier: Mapping[str, Level] = field(default_factory=dict)


def govern(policy: Policy, comparison: Comparison, stated: Statements) -> Comparison:
    """Apply a policy to a comparison: its findings, and with them the version step that they need."""
    findings = apply(policy, comparison.findings, today=comparison.today, stated=stated)
    step = bump(findings, comparison.old.version, comparison.new.version)
    return comparison._replace(findings=findings, bump=step)


def apply(
    policy: Policy, findings: Iterable[Finding], *, today: date, stated: Statements
) -> tuple[Finding, ...]:
    """Set levels, then waive; findings come back sorted by level, then place.

    A finding that the caller has waived already keeps that waiver. A waiver whose last day lies
    before `today` waives nothing.
    """
    live = [waiver for waiver in policy.waivers if waiver.expires_on >= today]
    judged = [_waive(_override(policy, finding, stated), live) for finding in findings]
    return tuple(sorted(judged, key=order))


def epitaphs(policy: Policy, findings: Sequence[Finding], *, today: date) -> tuple[str, ...]:
    """Name each waiver that has expired and say what stands again; `findings` are the policy's outcome."""
    expired = (waiver for waiver in policy.waivers if waiver.expires_on < today)
    return tuple(_epitaph(policy, waiver, findings) for waiver in expired)


def strangers(policy: Policy, rules: Collection[str]) -> tuple[str, ...]:
    """Name the rows that select nothing whatever comes, since no rule is called as they say."""
    named = [(row.line, row.rule) for row in policy.overrides]
    named += [(row.line, row.rule) for row in policy.waivers]
    rows = [(line, name) for line, name in named if name and not _names_one(name, rules)]
    said = [
        f"{policy.file}:{line}: no rule is called {name}, so this row selects nothing; "
        "correct it by docs/rules.md or delete it"
        for line, name in rows[:_MOST_STRANGERS]
    ]
    more = len(rows) - len(said)
    return (*said, f"{policy.file}: rows that name no rule: {more} more") if more else tuple(said)


def _names_one(pattern: str, rules: Collection[str]) -> bool:
    return pattern in rules or ("*" in pattern and any(matches(pattern, rule) for rule in rules))


def asks_statements(policy: Policy) -> bool:
    """Does any override select by what operations state of themselves?"""
    return any(override.stability or override.audience for override in policy.overrides)


def _override(policy: Policy, finding: Finding, stated: Statements) -> Finding:
    finding = _as_before(policy, finding)
    for override in reversed(policy.overrides):
        if _selects(override, finding, stated):
            return _judged_anew(finding, override, policy.file)
    return finding


def _as_before(policy: Policy, finding: Finding) -> Finding:
    """Give a finding the level of the rule set that the policy was made for."""
    level = policy.earlier.get(finding.rule, finding.level)
    if level is finding.level:
        return finding
    ruling = f"The rule set that {policy.file} names has it {level.value}, not {finding.level.value}"
    return finding._replace(level=level, why=f"{finding.why.rstrip('.')}. {ruling}")


def _judged_anew(finding: Finding, override: Override, file: str) -> Finding:
    if override.level is finding.level:
        return finding
    because = f": {override.reason}" if override.reason else ""
    ruling = f"{file}:{override.line} makes it {override.level.value}, not {finding.level.value}{because}"
    return finding._replace(level=override.level, why=f"{finding.why.rstrip('.')}. {RULING}{ruling}")


def _selects(override: Override, finding: Finding, stated: Statements) -> bool:
    if override.rule and not matches(override.rule, finding.rule):
        return False
    if override.direction and override.direction is not finding.direction:
        return False
    if not (override.path or override.stability or override.audience):
        return True
    fits = [_fits(override, reach, stated) for reach in finding.operations]
    # What reaches several operations is lowered only where all of them agree, and raised where one asks.
    raises = is_at_least(override.level, finding.level)
    return bool(fits) and (any(fits) if raises else all(fits))


def _fits(override: Override, reach: Reach, stated: Statements) -> bool:
    if override.path and not matches(override.path, reach.path):
        return False
    said = stated.get((reach.method, reach.path), Statement())
    if override.stability and override.stability != (said.stability or STABLE):
        return False
    return not override.audience or override.audience == said.audience


def _waive(finding: Finding, waivers: Iterable[Waiver]) -> Finding:
    if finding.waived:
        return finding
    waiver = next((each for each in waivers if _covers(each, finding)), None)
    if waiver is None:
        return finding
    return finding._replace(waived=Waived(waiver.reason, waiver.owner, waiver.expires_on))


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
