"""The report for a pull request: GitHub's Markdown, verdict first, never too long for one comment.

Spec text is data: no markup, link, image, mention or reference of it takes effect.
"""

import re
from collections.abc import Iterator, Mapping

from diffing.finding import Finding, Level
from diffing.reports.grouping import Group, grouped, told
from diffing.reports.printable import printable
from diffing.reports.sentences import approval, ending, positions, proof_parts, quoted, ruling, unsaid
from diffing.reports.several import Fate, SeveralView, SpecView, gate_of_all, line_of, verdict_of_all
from diffing.reports.view import View, counts_line, gate, number, verdict, version_step
from diffing.summary import summarise

LIMIT = 65_536
"""Hosts refuse a comment of more characters. UTF-8 bytes are counted here, which are never fewer."""

_ROOM_FOR_REST = 3_000
_ROOM_FOR_SUMMARY = 16_000
_LEAST = 40
_LEAST_REPORT = 4_000
_MOST_HINTS = 10
_MOST_OPERATIONS = 10
_LONGEST_LINE = 1_500
_SHORT = 200
_ICON = {Level.BREAKING: "🔴", Level.DANGEROUS: "🟡", Level.COMPATIBLE: "🟢", Level.EDITORIAL: "⚪"}

_MARKUP = {character: f"\\{character}" for character in "\\`*_{}[]()|^$"}
_MARKUP |= {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_ESCAPES = str.maketrans(_MARKUP)
_APART = "&#8203;"
# What hosts turn into links, mentions or emoji is broken by a space of no width after its first sign.
_SIGNS = re.compile(r"[@#!~%:](?=\S)|\b(?:www|GH)(?=[.-])|\b[0-9a-fA-F](?=[0-9a-fA-F]{6})")
# What would open a list or underline a title.
_OPENING = re.compile(r"^(?:(?=[-+=])|\d+(?=[.)](?:\s|$)))")


def render(view: View) -> str:
    """Write the report in less than `LIMIT` characters; the mildest findings give way and are counted."""
    return _written(view, LIMIT)


def render_several(several: SeveralView) -> str:
    """Write a summary, then the changed specs, together in less than `LIMIT` characters.

    Room goes to the mildest first, since they need least; specs that get too little are told in the summary.
    """
    head, foot = _summary(several), "".join(f"\n> {escaped(note[:_SHORT])}\n" for note in several.notes[:10])
    room = LIMIT - _size(head) - _size(foot) - _SHORT  # the last is for the line on what is left out
    reports: list[str] = []
    for left, spec in zip(range(len(several.changed), 0, -1), reversed(several.changed), strict=True):
        title, share = f"\n---\n\n{_title(spec)}\n\n", room // left
        report = title + _written(spec.view, share - _size(title))
        if share >= _LEAST_REPORT and _size(report) < share:
            reports.append(report)
            room -= _size(report)
    missing = len(several.changed) - len(reports)
    told = f"\nLeft out here for length: the reports of {number(missing, 'spec')}.\n" if missing else ""
    return f"{head}{''.join(reversed(reports))}{told}{foot}"


def _title(spec: SpecView) -> str:
    fate = "" if spec.fate is Fate.COMPARED else f" ({spec.fate.value})"
    return f"## {code(_short(spec.path))}{fate}"


def _summary(several: SeveralView) -> str:
    worst = several.specs[0].worst
    lines = [f"## {_ICON[worst] if worst else '✅'} {verdict_of_all(several)}", ""]
    for spec in several.specs:
        icon = _ICON[spec.worst] if spec.worst else "✅"
        lines.append(f"- {icon} {code(_short(spec.path))}: {escaped(line_of(spec))}")
        if sum(map(_size, lines)) > _ROOM_FOR_SUMMARY:
            break
    unnamed = len(several.specs) + 2 - len(lines)
    lines += [f"- and {number(unnamed, 'spec')} more"] if unnamed else []
    passed = gate_of_all(several)
    lines += ["", f"**{passed}.**"] if passed else []
    return "\n".join([*lines, ""])


def _written(view: View, limit: int) -> str:
    head, foot = "\n".join(_head(view)), "\n".join(_foot(view))
    shown = _fitting(view, limit - _ROOM_FOR_REST - _size(head) - _size(foot))
    return f"{head}{_body(shown, view.hits)}{_rest(view.findings[len(shown) :])}{foot}"


def _body(findings: tuple[Finding, ...], hits: Mapping[str, str]) -> str:
    return "".join(_group(group, hits) for group in grouped(findings))


def _fitting(view: View, room: int) -> tuple[Finding, ...]:
    """Return as many of the worst findings as fit, found by halving; none takes less than `_LEAST`."""
    findings = view.findings
    fits, most = 0, min(len(findings), room // _LEAST)
    while fits < most:
        tried = (fits + most + 1) // 2
        if _size(_body(findings[:tried], view.hits)) <= room:
            fits = tried
        else:
            most = tried - 1
    return findings[:fits]


def _size(text: str) -> int:
    return len(text.encode())


def escaped(text: str) -> str:
    """Return spec text as it reads in running Markdown, on one line, no longer than a long sentence."""
    line = printable(text).strip()
    if len(line) > _LONGEST_LINE:
        line = f"{line[:_LONGEST_LINE]} …"
    marked = _SIGNS.sub(lambda match: f"{match[0]}\0", line).translate(_ESCAPES)
    marked = marked.replace("#", "\\#").replace("~", "\\~").replace("\0", _APART)
    return _OPENING.sub(lambda match: f"{match[0]}\\", marked)


def prose(text: str) -> str:
    """Return a finding's sentence: what it quotes in backticks as code, all else escaped."""
    return "".join(code(part) if is_quoted else _inner(part) for part, is_quoted in quoted(text))


def _inner(text: str) -> str:
    # White space at the edges belongs to the sentence.
    start = " " if text[:1] == " " else ""
    end = " " if text[-1:] == " " and text.strip() else ""
    return f"{start}{escaped(text)}{end}"


def code(text: str) -> str:
    """Return spec text as a code span, in which nothing is markup."""
    line = printable(text)[:_LONGEST_LINE] or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def _head(view: View) -> Iterator[str]:
    unwaived = [each.level for each in view.comparison.findings if not each.waived]
    icon = _ICON[min(unwaived, key=list(Level).index)] if unwaived else "✅"
    yield f"### {icon} {verdict(view)}"
    yield ""
    old, new = view.comparison.old, view.comparison.new
    yield f"{code(_short(old.source))} → {code(_short(new.source))} · {counts_line(view)}"
    yield ""
    if view.comparison.findings:
        yield f"{escaped(version_step(view))}."
    passed = gate(view)
    if passed:
        yield f"**{passed}.**"
    if view.impact:
        hit, basis = view.impact
        yield f"**{escaped(hit)}.** {escaped(basis)}"
    yield ""


def _group(group: Group, hits: Mapping[str, str]) -> str:
    heading = f"\n#### {code(_short(group.title))}\n\n"
    if group.operations:
        names = [code(_short(each)) for each in group.operations[:_MOST_OPERATIONS]]
        more = len(group.operations) - len(names)
        names += [f"{more} more"] if more else []
        heading += f"Reaches {number(len(group.operations), 'operation')}: {', '.join(names)}\n\n"
    return heading + "".join(_finding(finding, told(finding, group), hits) for finding in group.findings)


def _finding(finding: Finding, text: str, hits: Mapping[str, str]) -> str:
    icon, word = ("☑️", "waived") if finding.waived else (_ICON[finding.level], finding.level.value)
    lines = [f"- {icon} **{word}** {prose(text)}"]
    lines += [f"  {line}" for line in _details(finding, hits)]
    return "  \n".join(lines) + "\n"


def _details(finding: Finding, hits: Mapping[str, str]) -> Iterator[str]:
    if finding.fingerprint in hits:
        yield f"Consumers: {escaped(hits[finding.fingerprint])}"
    shown = proof_parts(finding)
    if shown:
        yield f"{code(shown[0])} {shown[1]}"
    yield from (escaped(line) for line in (ruling(finding), ending(finding), approval(finding)) if line)
    where = ", ".join(unsaid(finding)[:4])
    yield " · ".join(filter(None, (escaped(where), code(positions(finding)))))
    yield f"{code(finding.rule)} {code(finding.fingerprint)}"


def _rest(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return ""
    summary = summarise(findings)
    counts = {**{level.value: getattr(summary, level.value) for level in Level}, "waived": summary.waived}
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    rules: dict[str, int] = {}
    for finding in findings:
        rules[finding.rule] = rules.get(finding.rule, 0) + 1
    most = sorted(rules.items(), key=lambda item: -item[1])[:10]
    named = "".join(f"- {count} × {code(rule[:80])}\n" for rule, count in most)
    return f"\n#### Left out here for length: {number(len(findings), 'finding')}\n\n{told}\n\n{named}"


def _foot(view: View) -> Iterator[str]:
    hints = view.comparison.hints[:_MOST_HINTS]
    if hints:
        yield "\n#### Perhaps\n"
    for hint in hints:
        yield f"- {escaped(hint.kind.replace('-', ' '))}: {code(_short(hint.old))} → {code(_short(hint.new))}"
    for note in view.notes[:_MOST_HINTS]:
        yield f"\n> {escaped(note[:_SHORT])}"
    if view.blocking:
        yield "\nTo approve a finding, give its fingerprint with reason, owner and expires_on under `waivers`"
        yield "in the policy file."
    yield ""


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT]} …"
