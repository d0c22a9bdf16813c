"""The report for a GitHub Actions log: one annotation for each finding, at its file and line.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. GitHub shows ten of each kind
for a step; the log holds all.
"""

from collections.abc import Iterator

from diffing.finding import Comparison, Finding, Level
from diffing.reports.printable import printable
from diffing.reports.sentences import approval, ending, position, proof, ruling, sentence
from diffing.reports.several import Fate, SeveralView, gate_of_all, verdict_of_all
from diffing.reports.sources import repository_path
from diffing.reports.view import View, counts_line, gate, verdict

_COMMAND = {
    Level.BREAKING: "error",
    Level.DANGEROUS: "warning",
    Level.COMPATIBLE: "notice",
    Level.EDITORIAL: "notice",
}


def render(view: View) -> str:
    """Write the verdict as plain lines, then the annotations, worst first."""
    lines = [f"{verdict(view)}.", counts_line(view)]
    passed = gate(view)
    lines += [f"{passed}."] if passed else []
    lines += [_annotation(finding, view.comparison) for finding in view.findings]
    return "\n".join(lines) + "\n"


def render_several(several: SeveralView) -> str:
    """Write the verdict as plain lines, then each changed spec's report, foldable under its path."""
    lines = [f"{verdict_of_all(several)}."]
    passed = gate_of_all(several)
    lines += [f"{passed}."] if passed else []
    for spec in several.changed:
        fate = "" if spec.fate is Fate.COMPARED else f" ({spec.fate.value})"
        lines += [f"::group::{_data(spec.path)}{fate}", render(spec.view).rstrip("\n"), "::endgroup::"]
    return "\n".join(lines) + "\n"


def _annotation(finding: Finding, comparison: Comparison) -> str:
    command = "notice" if finding.waived else _COMMAND[finding.level]
    properties = ",".join(f"{name}={_property(text)}" for name, text in _properties(finding, comparison))
    return f"::{command} {properties}::{_data(' '.join(_sentences(finding)))}"


def _properties(finding: Finding, comparison: Comparison) -> Iterator[tuple[str, str]]:
    # A line that was removed can't be annotated: what stood around it is, or the new file as a whole.
    place = finding.new or finding.near
    yield "file", repository_path((place and place.file) or comparison.new.source)
    if place:
        yield "line", str(place.line)
        yield "col", str(place.column)
    yield "title", f"{'waived' if finding.waived else finding.level.value}: {finding.rule}"


def _sentences(finding: Finding) -> Iterator[str]:
    yield finding.text
    if finding.old:
        yield f"Before: {position(finding.old)}."
    said = (proof(finding), ruling(finding), ending(finding), approval(finding))
    yield from (sentence(line) for line in said if line)
    yield f"[{finding.fingerprint}]"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
