"""The report as one HTML page: no script, nothing fetched, readable offline, in the dark and on paper.

Every piece of spec text passes `_text`, which escapes it; the page forbids all that could be loaded.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from diffing.contract import VERSION
from diffing.finding import Finding, Level, Side
from diffing.reports.grouping import Group, grouped, told
from diffing.reports.printable import printable
from diffing.reports.sentences import approval, ending, positions, proof_parts, quoted, sentence, unsaid
from diffing.reports.several import Fate, SeveralView, gate_of_all, line_of, verdict_of_all
from diffing.reports.view import View, gate, number, verdict, version_step

_GLYPH = {Level.BREAKING: "✗", Level.DANGEROUS: "!", Level.COMPATIBLE: "+", Level.EDITORIAL: "·"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class _Frame:
    """How a comparison stands in its page: what its ids begin with, its first heading's rank, its frame."""

    prefix: str
    top: int
    list_in: str


_ALONE = _Frame("", 1, "main")


def render(view: View) -> str:
    """Write the page."""
    title = f"{verdict(view)}: {view.comparison.new.source}"
    return _page(title, [*_body(view, _ALONE), *_foot(view), _made(view)])


def render_several(several: SeveralView) -> str:
    """Write one page: the specs in a list, then the report of each that changed."""
    return _page(verdict_of_all(several), [*_list_of_specs(several), *_reports(several)])


def _list_of_specs(several: SeveralView) -> Iterator[str]:
    yield f"<header><h1>{_text(verdict_of_all(several))}</h1>"
    passed = gate_of_all(several)
    if passed:
        yield f'<p class="gate">{_text(sentence(passed))}</p>'
    yield "</header>"
    yield '<nav aria-label="Specs"><ul>'
    for position, spec in enumerate(several.specs):
        badge = _badge(spec.worst) if spec.worst else ""
        name = _code(spec.path)
        linked = f'<a href="#s{position}">{name}</a>' if spec.view.comparison.findings else name
        yield f"<li>{badge} {linked} {_text(line_of(spec))}</li>"
    yield "</ul></nav>"


def _reports(several: SeveralView) -> Iterator[str]:
    yield "<main>"
    for position, spec in enumerate(several.specs):
        if not spec.view.comparison.findings:
            continue
        fate = "" if spec.fate is Fate.COMPARED else f" {_text(spec.fate.value)}"
        yield f'<section id="s{position}"><h2>{_code(spec.path)}{fate}</h2>'
        yield from _body(spec.view, _Frame(f"s{position}-", 3, "div"))
        yield from _foot(spec.view)
        yield "</section>"
    yield "</main>"
    yield from _paragraphs(several.notes)
    yield _made(several.specs[0].view)


def _page(title: str, body: list[str]) -> str:
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
            f"<title>{_text(title)}</title>",
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


def _body(view: View, frame: _Frame) -> Iterator[str]:
    groups = grouped(view.findings)
    yield "<header>"
    yield _heading(0, frame, _text(verdict(view)))
    yield from _sides(view)
    yield from _counts(view)
    if view.comparison.findings:
        yield f"<p>{_text(sentence(version_step(view)))}</p>"
    passed = gate(view)
    if passed:
        yield f'<p class="gate">{_text(sentence(passed))}</p>'
    if view.impact:
        hit, basis = view.impact
        yield f"<p><strong>{_text(sentence(hit))}</strong> {_text(basis)}</p>"
    yield "</header>"
    if len(groups) > 1:
        yield from _index(groups, frame)
    yield f"<{frame.list_in}>"
    for position, group in enumerate(groups):
        yield from _group(group, f"{frame.prefix}g{position}", frame, view.hits)
    yield f"</{frame.list_in}>"


def _heading(depth: int, frame: _Frame, inner: str) -> str:
    return f"<h{frame.top + depth}>{inner}</h{frame.top + depth}>"


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


def _index(groups: tuple[Group, ...], frame: _Frame) -> Iterator[str]:
    yield '<nav aria-label="Findings by operation"><ul>'
    for position, group in enumerate(groups):
        worst = "".join(_badge(level) for level in Level if level is group.findings[0].level)
        label = f"{_text(group.title)} <small>{number(len(group.findings), 'finding')}</small>"
        yield f'<li><a href="#{frame.prefix}g{position}">{label}</a> {worst}</li>'
    yield "</ul></nav>"


def _group(group: Group, name: str, frame: _Frame, hits: Mapping[str, str]) -> Iterator[str]:
    yield f'<section id="{name}">{_heading(1, frame, _text(group.title))}'
    if group.operations:
        reached = "".join(f"<li>{_code(each)}</li>" for each in group.operations)
        yield f"<details><summary>Reaches {number(len(group.operations), 'operation')}</summary>"
        yield f"<ul>{reached}</ul></details>"
    for finding in group.findings:
        yield from _finding(finding, told(finding, group), frame, hits.get(finding.fingerprint))
    yield "</section>"


def _finding(finding: Finding, text: str, frame: _Frame, hit: str | None) -> Iterator[str]:
    waived = ' <span class="badge waived">✓ waived</span>' if finding.waived else ""
    yield f'<article class="{finding.level.value}" id="{frame.prefix}{_text(finding.fingerprint)}">'
    yield _heading(2, frame, f"{_badge(finding.level)}{waived} {_prose(text)}")
    yield f"<p>{_text(finding.why)}</p>"
    if hit:
        yield f"<p><strong>Consumers:</strong> {_text(sentence(hit))}</p>"
    shown = proof_parts(finding)
    if shown:
        yield f'<p class="proof">{_code(shown[0])} {sentence(shown[1])}</p>'
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
        hints = (f"{each.kind.replace('-', ' ')}: {each.old} → {each.new}" for each in view.comparison.hints)
        yield "<section><h2>Perhaps</h2><ul>"
        yield from (f"<li>{_text(hint)}</li>" for hint in hints)
        yield "</ul></section>"
    yield from _paragraphs(view.notes)


def _made(view: View) -> str:
    day = view.comparison.today.isoformat()
    return f"<footer><p>Compared on {day} by sundial {VERSION}.</p></footer>"


def _badge(level: Level) -> str:
    return f'<span class="badge {level.value}">{_GLYPH[level]} {level.value}</span>'


def _prose(text: str) -> str:
    return "".join(_code(part) if is_quoted else _text(part) for part, is_quoted in quoted(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    return escape(printable(text))
