"""What every report holds of several specs."""

import json
from xml.etree import ElementTree as ET

import pytest

from diffing.finding import Finding, Level
from diffing.reports import REPORTS, render_several
from diffing.reports.markdown import LIMIT
from diffing.reports.several import Fate, SeveralView, SpecView, worst_first
from diffing.reports.view import View
from tests.diffing.findings import (
    GONE,
    NEW_HEADER,
    NEW_WORDS,
    ONE_OF_EACH,
    SHORTER_NOTE,
    WAIVED,
    comparison,
    finding,
)
from tests.diffing.reports.test_html import Page


def spec(path: str, *findings: Finding, fate: Fate = Fate.COMPARED, **view: Level) -> SpecView:
    return SpecView(path, fate, View(comparison(*findings), **view))


def several(*specs: SpecView, **fields: object) -> SeveralView:
    return SeveralView(worst_first(list(specs)), **fields)  # type: ignore[arg-type]


GATE = {"fail_on": Level.BREAKING}
THREE = several(
    spec("quiet.yaml", **GATE),
    spec("orders.yaml", *ONE_OF_EACH, **GATE),
    spec("depots.yaml", GONE, fate=Fate.REMOVED, **GATE),
    notes=("part.yaml: passed over",),
    **GATE,
)
HOSTILE = "<script>\x1b[31m\u202e@all\r\n::error::x\n# a | b `` [x](http://evil.test) \ud800"


@pytest.fixture(params=list(REPORTS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_report_shows_every_changed_spec_with_its_findings(name: str) -> None:
    report = render_several(name, THREE)
    paths = ("orders.yaml", "depots.yaml") if name != "sarif" else ()  # which names the documents alone
    identities = [each.fingerprint for each in (GONE, *ONE_OF_EACH)] if name != "changelog" else []
    assert [text for text in (*paths, *identities) if text not in report] == []


def test_every_report_of_specs_without_changes_is_still_a_report(name: str) -> None:
    assert render_several(name, several(spec("a.yaml"), spec("b.yaml"))).strip()


def test_no_path_reaches_a_report_as_markup_or_control(name: str) -> None:
    report = render_several(name, several(spec(HOSTILE, SHORTER_NOTE), notes=(HOSTILE,)))
    report.encode("utf-8", "backslashreplace")
    assert not set("\x1b\r\u202e" if name != "json" else "\x1b\r") & set(report)
    assert "<script>" not in report or name in ("text", "json", "github", "markdown", "changelog", "sarif")
    assert not any(line.startswith("::error::x") for line in report.splitlines())


def test_specs_stand_worst_first_then_by_path() -> None:
    waived = finding(waived=WAIVED)
    order = [spec("b", NEW_HEADER), spec("c", waived), spec("a", NEW_HEADER), spec("d", GONE), spec("e")]
    assert [each.path for each in worst_first(order)] == ["d", "a", "b", "c", "e"]


def test_the_text_begins_with_a_line_for_each_spec() -> None:
    lines = render_several("text", THREE).splitlines()
    assert lines[:6] == [
        "Breaking changes in 2 of 3 specs.",
        "  ✗ depots.yaml: removed. 1 breaking change (1 breaking · 0 dangerous · 0 compatible · 0 editorial)",
        "  ✗ orders.yaml: 1 breaking change (1 breaking · 1 dangerous · 1 compatible · 1 editorial)",
        "  = quiet.yaml: Nothing changed",
        "Gate closed by 2 specs: unwaived findings at or above breaking.",
        "",
    ]
    assert lines.count("── orders.yaml") == 1
    assert "── quiet.yaml" not in lines
    assert lines[-1] == "Note: part.yaml: passed over"


def test_markdown_of_many_specs_stays_below_the_limit_and_counts_what_it_leaves_out() -> None:
    long = [finding(fingerprint=f"{number:012x}", text=f"{number} " + "words " * 200) for number in range(30)]
    many = several(*(spec(f"specs/{number:03}.yaml", *long) for number in range(40)))
    report = render_several("markdown", many)
    assert len(report.encode()) < LIMIT
    assert report.startswith("## 🔴 Breaking changes in 40 of 40 specs\n")
    assert "`specs/039.yaml`" in report
    assert "## `specs/000.yaml`" in report
    assert "Left out here for length: the reports of " in report


def test_markdown_of_very_many_specs_counts_those_that_it_does_not_name() -> None:
    many = several(*(spec(f"{'x' * 190}{number:05}", NEW_WORDS) for number in range(2_000)))
    report = render_several("markdown", many)
    assert len(report.encode()) < LIMIT
    named = sum(1 for line in report.splitlines() if line.startswith("- ⚪ `x"))
    assert f"- and {2_000 - named} specs more\n" in report


def test_junit_tells_the_suites_of_each_spec_apart() -> None:
    root = ET.fromstring(render_several("junit", THREE))
    assert (root.get("tests"), root.get("failures")) == ("6", "2")
    assert [suite.get("name") for suite in root][-1] == "quiet.yaml: sundial"
    assert {str(suite.get("name")).partition(": ")[0] for suite in root} == {
        "depots.yaml", "orders.yaml", "quiet.yaml",
    }  # fmt: skip


def test_sarif_has_one_run_and_each_rule_once() -> None:
    twice = several(spec("a.yaml", SHORTER_NOTE), spec("b.yaml", SHORTER_NOTE, GONE))
    (run,) = json.loads(render_several("sarif", twice))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [SHORTER_NOTE.rule, GONE.rule]
    assert len(run["results"]) == 3


def test_the_page_of_several_specs_has_each_address_once() -> None:
    page = Page(render_several("html", several(spec("a", *ONE_OF_EACH), spec("b", *ONE_OF_EACH), spec("c"))))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in page.attributes if name == "href" and value} <= set(ids)
    assert not page.tags & {"script", "link", "img", "iframe", "form"}


def test_github_folds_each_spec_under_its_path() -> None:
    lines = render_several("github", THREE).splitlines()
    assert [line for line in lines if line.startswith(("::group::", "::endgroup::"))] == [
        "::group::depots.yaml (removed)", "::endgroup::", "::group::orders.yaml", "::endgroup::",
    ]  # fmt: skip
