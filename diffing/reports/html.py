"""The report as one HTML page: no script, nothing fetched, readable offline, in the dark and on paper.

Every piece of spec text passes `_text`, which escapes it; the page forbids all that could be loaded.
"""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from diffing.contract import VERSION
from diffing.finding import Finding, Level, Side
from diffing.reports.grouping import Group, grouped, told
from diffing.reports.printable import printable
from diffing.reports.sentences import approval, ending, positions, proof, quoted, sentence, unsaid
from diffing.reports.view import View, gate, number, verdict, version_step

_GLYPH = {Level.BREAKING: "✗", Level.DANGEROUS: "!", Level.COMPATIBLE: "+", Level.EDITORIAL: "·"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(view: View) -> str:
    """Write the page."""
    style = (Path(__file__).parent / "html.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{_text(verdict(view))}: {_text(view.comparison.new.source)}</title>",
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            *_body(view),
            "</body>",
            "</html>",
            "",
        ]
    )


def _body(view: View) -> Iterator[str]:
    groups = grouped(view.findings)
    yield "<header>"
    yield f"<h1>{_text(verdict(view))}</h1>"
    yield from _sides(view)
    yield from _counts(view)
    if view.comparison.findings:
        yield f"<p>{_text(sentence(version_step(view)))}</p>"
    passed = gate(view)
    if passed:
        yield f'<p class="gate">{_text(sentence(passed))}</p>'
    yield "</header>"
    if len(groups) > 1:
        yield from _index(groups)
    yield "<main>"
    for position, group in enumerate(groups):
        yield from _group(group, position)
    yield "</main>"
    yield from _foot(view)


def _sides(view: View) -> Iterator[str]:
    yield "<dl>"
    for name, side in (("Before", view.comparison.old), ("After", view.comparison.new)):
        yield f"<div><dt>{name}</dt><dd>{_code(side.source)} {_text(_nature(side))}</dd></div>"
    yield "</dl>"


def _nature(side: Side) -> str:
    return f"{side.dialect.value}, version {side.version}" if side.version else side.dialect.value


def _counts(view: View) -> Iterator[str]:
    summary = view.summary
    yield '<ul class="counts">'
    for level in Level:
        yield f"<li>{_badge(level)} {getattr(summary, level.value)}</li>"
    if summary.waived:
        yield f'<li><span class="badge waived">✓ waived</span> {summary.waived}</li>'
    if view.hidden:
        yield f"<li>{view.hidden} below {view.level.value} not shown</li>"
    yield "</ul>"


def _index(groups: tuple[Group, ...]) -> Iterator[str]:
    yield '<nav aria-label="Findings by operation"><ul>'
    for position, group in enumerate(groups):
        worst = "".join(_badge(level) for level in Level if level is group.findings[0].level)
        label = f"{_text(group.title)} <small>{number(len(group.findings), 'finding')}</small>"
        yield f'<li><a href="#g{position}">{label}</a> {worst}</li>'
    yield "</ul></nav>"


def _group(group: Group, position: int) -> Iterator[str]:
    yield f'<section id="g{position}"><h2>{_text(group.title)}</h2>'
    if group.operations:
        reached = "".join(f"<li>{_code(each)}</li>" for each in group.operations)
        yield f"<details><summary>Reaches {number(len(group.operations), 'operation')}</summary>"
        yield f"<ul>{reached}</ul></details>"
    for finding in group.findings:
        yield from _finding(finding, told(finding, group))
    yield "</section>"


def _finding(finding: Finding, text: str) -> Iterator[str]:
    waived = ' <span class="badge waived">✓ waived</span>' if finding.waived else ""
    yield f'<article class="{finding.level.value}" id="{_text(finding.fingerprint)}">'
    yield f"<h3>{_badge(finding.level)}{waived} {_prose(text)}</h3>"
    yield f"<p>{_text(finding.why)}</p>"
    shown = proof(finding)
    if shown:
        yield f'<p class="proof">{_text(sentence(shown))}</p>'
    yield from _paragraphs((ending(finding), approval(finding)))
    if unsaid(finding):
        yield f"<p>{_text(', '.join(unsaid(finding)))}</p>"
    yield f"<p><small>{_code(positions(finding))}<br>"
    yield f"{_code(finding.rule)} {_code(finding.fingerprint)}</small></p>"
    yield "</article>"


def _paragraphs(lines: Iterable[str | None]) -> Iterator[str]:
    yield from (f"<p>{_text(sentence(line))}</p>" for line in lines if line)


def _foot(view: View) -> Iterator[str]:
    if view.comparison.hints:
        hints = (f"{each.kind}: {each.old} → {each.new}" for each in view.comparison.hints)
        yield "<section><h2>Perhaps</h2><ul>"
        yield from (f"<li>{_text(hint)}</li>" for hint in hints)
        yield "</ul></section>"
    yield "<footer>"
    yield from _paragraphs(view.notes)
    yield f"<p>Compared on {view.comparison.today.isoformat()} by sundial {VERSION}.</p>"
    yield "</footer>"


def _badge(level: Level) -> str:
    return f'<span class="badge {level.value}">{_GLYPH[level]} {level.value}</span>'


def _prose(text: str) -> str:
    return "".join(_code(part) if is_quoted else _text(part) for part, is_quoted in quoted(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    return escape(printable(text))
