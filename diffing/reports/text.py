"""The report for a terminal: verdict first, findings by operation or root cause, 100 columns wide."""

from collections.abc import Iterator

from diffing.finding import Finding, Level
from diffing.reports.columns import WIDTH, columns, wrapped
from diffing.reports.grouping import Group, grouped, told
from diffing.reports.printable import printable
from diffing.reports.sentences import approval, ending, positions, proof, ruling, unsaid
from diffing.reports.several import SeveralView, gate_of_all, line_of, verdict_of_all
from diffing.reports.view import View, counts_line, gate, number, verdict, version_step

_MARK = {Level.BREAKING: "✗", Level.DANGEROUS: "!", Level.COMPATIBLE: "+", Level.EDITORIAL: "·"}
_STYLE = {Level.BREAKING: "1;31", Level.DANGEROUS: "33", Level.COMPATIBLE: "32", Level.EDITORIAL: "2"}
_LABEL = 13
_INDENT = " " * (_LABEL + 2)
_MOST_OPERATIONS = 12


def render(view: View) -> str:
    """Write the report; styles only where the view asks for colour."""
    lines = [*_head(view)]
    for group in grouped(view.findings):
        lines += ["", *_group(group, view.colour)]
    lines += _foot(view)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def render_several(several: SeveralView) -> str:
    """Write a line for each spec, then the report of each that changed."""
    worst = several.specs[0].worst
    lines = [_styled(f"{verdict_of_all(several)}.", _STYLE[worst] if worst else "1", several.colour)]
    for spec in several.specs:
        mark = _MARK[spec.worst] if spec.worst else "="
        lines += wrapped(printable(f"{spec.path}: {line_of(spec)}"), f"  {mark} ", " " * 6)
    passed = gate_of_all(several)
    lines += wrapped(f"{passed}.", "", "  ") if passed else []
    for spec in several.changed:
        title = wrapped(printable(spec.path), "── ", "   ")
        lines += ["", *(_styled(line, "1", several.colour) for line in title), render(spec.view).rstrip("\n")]
    lines += [line for note in several.notes for line in ("", *wrapped(printable(f"Note: {note}"), "", "  "))]
    return "\n".join(lines) + "\n"


def _head(view: View) -> Iterator[str]:
    worst = next((each for each in Level if view.comparison.findings and _stands(view, each)), None)
    yield _styled(f"{verdict(view)}.", _STYLE[worst] if worst else "1", view.colour)
    for name, side in (("old", view.comparison.old), ("new", view.comparison.new)):
        version = f", version {side.version}" if side.version else ""
        yield from wrapped(
            printable(f"{side.source} ({side.dialect.value}{version})"), f"  {name}  ", " " * 7
        )
    if view.comparison.findings:
        yield from wrapped(counts_line(view), "  ", "  ")
        yield from wrapped(printable(f"{version_step(view)}."), "  ", "  ")
    passed = gate(view)
    if passed:
        yield from wrapped(f"{passed}.", "  ", "  ")


def _stands(view: View, level: Level) -> bool:
    return any(each.level is level and not each.waived for each in view.comparison.findings)


def _group(group: Group, colour: bool) -> Iterator[str]:
    yield from (_styled(line, "1", colour) for line in wrapped(printable(group.title), "", "  "))
    if group.operations:
        yield from wrapped(_reached(group.operations), "  ", "  ")
    for finding in group.findings:
        yield from _finding(finding, told(finding, group), colour)


def _reached(operations: tuple[str, ...]) -> str:
    names = [printable(each) for each in operations[:_MOST_OPERATIONS]]
    more = len(operations) - len(names)
    names += [f"{more} more"] if more else []
    return f"reaches {number(len(operations), 'operation')}: {', '.join(names)}"


def _finding(finding: Finding, text: str, colour: bool) -> Iterator[str]:
    word = "waived" if finding.waived else finding.level.value
    label = f"{_MARK[finding.level]} {word}".ljust(_LABEL)
    first, *rest = wrapped(printable(text), f"  {label}", _INDENT)
    style = "2" if finding.waived else _STYLE[finding.level]
    yield f"  {_styled(label, style, colour)}{first[len(label) + 2 :]}"
    yield from rest
    details = [line for detail in _details(finding) for line in wrapped(detail, _INDENT, _INDENT + "  ")]
    for line in (*details, *_positions(finding), *_identity(finding)):
        yield _styled(line, "2", colour)


def _details(finding: Finding) -> Iterator[str]:
    yield from filter(None, (proof(finding), ruling(finding), ending(finding), approval(finding)))
    places = unsaid(finding)
    if places:
        yield printable(", ".join(places[:4]) + (f" and {len(places) - 4} more" if len(places) > 4 else ""))


def _identity(finding: Finding) -> list[str]:
    return wrapped(f"{printable(finding.rule)} · {finding.fingerprint}", _INDENT, _INDENT)


def _positions(finding: Finding) -> list[str]:
    """Keep each position on one line wherever it fits: terminals open what they can recognise."""
    together = positions(finding)
    if columns(_INDENT + together) <= WIDTH:
        return [_INDENT + together]
    before, after = together.split(" → ", 1)
    return [*wrapped(before, "    ", "    "), *wrapped(f"→ {after}", "    ", "    ")]


def _foot(view: View) -> Iterator[str]:
    if view.comparison.hints:
        yield ""
        yield "Perhaps:"
    for hint in view.comparison.hints:
        yield from wrapped(printable(f"{hint.kind.replace('-', ' ')}: {hint.old} → {hint.new}"), "  ", "    ")
    for note in view.notes:
        yield from wrapped(printable(f"Note: {note}"), "", "  ")
    if view.blocking:
        yield ""
        yield from wrapped(
            "To approve a finding, give its fingerprint with reason, owner and expires_on under "
            "`waivers` in the file that --policy names.",
            "",
            "",
        )


def _styled(text: str, style: str, colour: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text.strip() else text
