"""The report for test runners: JUnit's XML, a suite for each operation or shared cause.

Each finding is a case. It fails at or above the gate's floor, or, where no gate was set,
when it breaks. A waived one is skipped.
"""

from xml.sax.saxutils import escape, quoteattr

from diffing.finding import Finding, Level
from diffing.reports.grouping import Group, grouped
from diffing.reports.printable import printable
from diffing.reports.sentences import approval, ending, positions, proof
from diffing.reports.several import SeveralView
from diffing.reports.view import View, verdict
from diffing.summary import blocking


def render(view: View) -> str:
    """Write the report; where nothing was found it holds one passing case."""
    return _document([("", view)], view.fail_on)


def render_several(several: SeveralView) -> str:
    """Write the suites of all specs; each suite and class begins with the path of its spec."""
    return _document([(f"{spec.path}: ", spec.view) for spec in several.specs], several.fail_on)


def _document(views: list[tuple[str, View]], fail_on: Level | None) -> str:
    floor = fail_on or Level.BREAKING
    suites: list[str] = []
    findings: list[Finding] = []
    cases = 0
    for prefix, view in views:
        groups = grouped(view.findings)
        suites += [_suite(group, floor, prefix) for group in groups] or [_nothing(view, prefix)]
        findings += view.findings
        cases += len(view.findings) or 1
    head = f'<testsuites name="sundial" {_totals(tuple(findings), floor, cases)}>'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _suite(group: Group, floor: Level, prefix: str) -> str:
    totals = _totals(group.findings, floor, len(group.findings))
    title = f"{prefix}{group.title}"
    cases = [_case(finding, title, floor) for finding in group.findings]
    return "\n".join([f"<testsuite name={_attribute(title)} {totals}>", *cases, "</testsuite>"])


def _nothing(view: View, prefix: str) -> str:
    name = _attribute(f"{prefix}sundial")
    case = f'<testcase classname={name} name={_attribute(verdict(view))} time="0"/>'
    return f"<testsuite name={name} {_totals((), Level.BREAKING, 1)}>\n{case}\n</testsuite>"


def _totals(findings: tuple[Finding, ...], floor: Level, tests: int) -> str:
    failures = len(blocking(findings, floor))
    skipped = sum(1 for finding in findings if finding.waived)
    return f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}" time="0"'


def _case(finding: Finding, suite: str, floor: Level) -> str:
    name = _attribute(f"{finding.rule} {finding.fingerprint}: {finding.text}")
    opening = f'<testcase classname={_attribute(suite)} name={name} time="0"'
    if finding.waived:
        return f"{opening}><skipped message={_attribute(approval(finding) or '')}/></testcase>"
    if not blocking([finding], floor):
        return f"{opening}/>"
    details = filter(None, (finding.why, proof(finding), ending(finding), positions(finding)))
    body = escape("\n".join(printable(line) for line in details))
    failure = f'<failure type="{finding.level.value}" message={_attribute(finding.text)}>'
    return f"{opening}>{failure}{body}</failure></testcase>"


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
