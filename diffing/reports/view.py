"""What a reader asked to see of a comparison: the findings shown, the gate, the verdict in words.

All reports start from a view, so that they agree on counts and on what stands in the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from diffing.bump import is_enough
from diffing.finding import Comparison, Finding, Level
from diffing.summary import Summary, blocking, shown, summarise


@dataclass(frozen=True, slots=True)
class View:
    """A comparison as one reader is to see it.

    `level` is the least severe level shown; `fail_on` the gate's floor, None where the gate is
    open; `notes` are remarks on the policy; `colour` is for terminals only; `template` is the
    name and text of a changelog's own template. Whoever knows the consumers says in `impact` how
    many are hit, what that rests on, and in `hits` whom each finding hits, by fingerprint.
    """

    comparison: Comparison
    level: Level = Level.EDITORIAL
    fail_on: Level | None = None
    notes: tuple[str, ...] = ()
    colour: bool = False
    template: tuple[str, str] | None = None
    impact: tuple[str, str] | None = None
    hits: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings to list, worst first."""
        return shown(self.comparison.findings, self.level)

    @property
    def summary(self) -> Summary:
        """Counts of the findings to list."""
        return summarise(self.findings)

    @property
    def hidden(self) -> int:
        """How many findings lie below the level shown."""
        return len(self.comparison.findings) - len(self.findings)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stands in the way at the gate, whether it is shown or not."""
        return blocking(self.comparison.findings, self.fail_on)


def verdict(view: View) -> str:
    """Say in one sentence, without a full stop, what the comparison comes to."""
    return verdict_of(summarise(view.comparison.findings))


def verdict_of(counts: Summary) -> str:
    """Say in one sentence, without a full stop, what that many findings come to."""
    if not counts.total:
        return "Nothing changed"
    if counts.breaking:
        return f"{number(counts.breaking, 'breaking change')}"
    unwaived = counts.total - counts.waived
    waived = f", {counts.waived} waived" if counts.waived else ""
    if counts.dangerous:
        return f"No breaking change{waived}, {counts.dangerous} that may break a consumer"
    if not unwaived:
        return f"No change that counts: {counts.waived} waived"
    return f"No breaking change{waived}"


def gate(view: View) -> str | None:
    """Say whether the gate lets this pass and why; None where no gate was set."""
    if view.fail_on is None:
        return None
    if not view.blocking:
        return f"Gate passed: no unwaived finding at or above {view.fail_on.value}"
    return f"Gate closed: {number(len(view.blocking), 'unwaived finding')} at or above {view.fail_on.value}"


_EARLY = "major", "minor", "and"


def version_step(view: View) -> str:
    """Say which version step is needed and which was taken, in one sentence without a full stop."""
    needed = view.comparison.bump.needed
    call = "No new version is needed" if needed == "none" else f"A {needed} step is needed"
    return f"{call}{_step_taken(view.comparison)}"


def _step_taken(comparison: Comparison) -> str:
    step, old, new = comparison.bump, comparison.old.version, comparison.new.version
    if step.given is None:
        return "; info.version does not tell which was taken"
    contrast = "and" if is_enough(step, old) else "but"
    if step.given == "backward":
        return f", {contrast} info.version went backward, {old} to {new}"
    if step.given == "none":
        return f", {contrast} info.version stayed at {new}"
    early = ", which is enough below 1.0.0" if (step.needed, step.given, contrast) == _EARLY else ""
    return f", {contrast} info.version took a {step.given} one, {old} to {new}{early}"


def counts_line(view: View) -> str:
    """Count the findings shown, by level, and say how many are not."""
    summary = view.summary
    parts = [f"{getattr(summary, level.value)} {level.value}" for level in Level]
    parts += [f"{summary.waived} waived"] if summary.waived else []
    parts += [f"{view.hidden} not shown (--level {view.level.value})"] if view.hidden else []
    return " · ".join(parts)


def number(count: int, noun: str) -> str:
    """Write a count with its noun: "1 finding", "2 findings"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
