"""Count findings and say which of them stand in the way: the numbers that every report agrees on.

Levels are ordered here; what a finding's level is was decided by the law and the policy.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from diffing.finding import Direction, Finding, Level

_SEVERITY = {level: rank for rank, level in enumerate(Level)}


class Summary(NamedTuple):
    """How many findings stand at each level, and how many stand under a waiver instead."""

    breaking: int
    dangerous: int
    compatible: int
    editorial: int
    waived: int

    @property
    def total(self) -> int:
        """Every finding, waived ones included."""
        return self.breaking + self.dangerous + self.compatible + self.editorial + self.waived


def summarise(findings: Iterable[Finding]) -> Summary:
    """Count findings by level; a waived one counts as waived and nowhere else."""
    counts = dict.fromkeys([*Level, "waived"], 0)
    for finding in findings:
        counts["waived" if finding.waived else finding.level] += 1
    return Summary(**{str(name): count for name, count in counts.items()})


def is_at_least(level: Level, floor: Level) -> bool:
    """Is `level` as severe as `floor`, or more?"""
    return _SEVERITY[level] <= _SEVERITY[floor]


def order(finding: Finding) -> tuple[object, ...]:
    """Return what findings are sorted by: level, then place in the old document, else in the new one."""
    place = finding.old or finding.new
    at = (place.file, place.line, place.column, place.pointer) if place else ("", 0, 0, "")
    later = finding.direction is Direction.RESPONSE
    return _SEVERITY[finding.level], *at, finding.rule, later, finding.fingerprint


def shown(findings: Iterable[Finding], level: Level) -> tuple[Finding, ...]:
    """Return the findings as severe as `level` or more, waived ones among them."""
    return tuple(finding for finding in findings if is_at_least(finding.level, level))


def blocking(findings: Sequence[Finding], floor: Level | None) -> tuple[Finding, ...]:
    """Return the unwaived findings at or above `floor`; none where no floor is set."""
    if floor is None:
        return ()
    return tuple(f for f in findings if not f.waived and is_at_least(f.level, floor))
