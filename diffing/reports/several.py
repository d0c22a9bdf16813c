"""What a reader asked to see of several specs compared in one call, one comparison each.

Every kind of report starts from it, as it does from a `View` for one spec.
"""

from dataclasses import dataclass
from enum import StrEnum

from diffing.finding import Level
from diffing.reports.view import View, counts_line, number, verdict
from diffing.summary import Summary, summarise


class Fate(StrEnum):
    """What became of a spec: it stands on both sides, or on one."""

    COMPARED = "compared"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class SpecView:
    """One spec of several, by its path."""

    path: str
    fate: Fate
    view: View

    @property
    def worst(self) -> Level | None:
        """The most severe level at which an unwaived finding stands."""
        counts = summarise(self.view.comparison.findings)
        return next((level for level in Level if getattr(counts, level.value)), None)


@dataclass(frozen=True, slots=True)
class SeveralView:
    """Several specs, worst first, then by path; `notes` are on the policy and on files passed over."""

    specs: tuple[SpecView, ...]
    fail_on: Level | None = None
    notes: tuple[str, ...] = ()
    colour: bool = False

    @property
    def summary(self) -> Summary:
        """Counts of the listed findings of all specs."""
        return summarise(finding for spec in self.specs for finding in spec.view.findings)

    @property
    def hidden(self) -> int:
        """How many findings lie below the level shown."""
        return sum(spec.view.hidden for spec in self.specs)

    @property
    def changed(self) -> tuple[SpecView, ...]:
        """The specs that have a report of their own in reports for people: something changed in them."""
        return tuple(spec for spec in self.specs if spec.view.comparison.findings)

    @property
    def blocked(self) -> tuple[SpecView, ...]:
        """The specs in which a finding closes the gate."""
        return tuple(spec for spec in self.specs if spec.view.blocking)


def worst_first(specs: list[SpecView]) -> tuple[SpecView, ...]:
    """Sort specs by their worst level, then path."""
    levels = [*Level, None]
    return tuple(sorted(specs, key=lambda spec: (levels.index(spec.worst), spec.path)))


def verdict_of_all(several: SeveralView) -> str:
    """Say in one sentence, without a full stop, what the comparisons come to."""
    breaking = sum(1 for spec in several.specs if spec.worst is Level.BREAKING)
    every = number(len(several.specs), "spec")
    if breaking:
        return f"Breaking changes in {breaking} of {every}"
    return f"No breaking change in {every}" if several.changed else f"Nothing changed in {every}"


def gate_of_all(several: SeveralView) -> str | None:
    """Say whether the gate lets all specs pass; None where no gate was set."""
    if several.fail_on is None:
        return None
    if not several.blocked:
        return f"Gate passed: no unwaived finding at or above {several.fail_on.value}"
    count = len(several.blocked)
    return f"Gate closed by {number(count, 'spec')}: unwaived findings at or above {several.fail_on.value}"


def line_of(spec: SpecView) -> str:
    """Say what the comparison of one spec of several comes to."""
    fate = "" if spec.fate is Fate.COMPARED else f"{spec.fate.value}. "
    if not spec.view.comparison.findings:
        return f"{fate}{verdict(spec.view)}"
    return f"{fate}{verdict(spec.view)} ({counts_line(spec.view)})"
