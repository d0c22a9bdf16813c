import re
from datetime import date

from diffing.compare import compare
from diffing.finding import Place
from diffing.load import load
from diffing.reports.github import render
from diffing.reports.view import View
from tests.diffing.findings import GONE, ONE_OF_EACH, SHORTER_NOTE, WAIVED, comparison, finding


def annotations(*findings: object) -> list[str]:
    return [line for line in render(View(comparison(*findings))).splitlines() if line.startswith("::")]


def test_levels_become_commands() -> None:
    lines = annotations(*ONE_OF_EACH, finding(waived=WAIVED))
    assert [re.match(r"::(\w+) ", line)[1] for line in lines] == [
        "error", "warning", "notice", "notice", "notice",
    ]  # fmt: skip


def test_an_annotation_stands_at_the_line_of_the_new_file() -> None:
    (line,) = annotations(SHORTER_NOTE)
    assert line == (
        "::error file=b.yaml,line=118,col=9,title=breaking%3A request-property-max-length-decreased::"
        "The longest note of an item went from 500 to 200 characters. Before: a.yaml:120:9. "
        '{"note": "…201 characters…"} was accepted, now it is refused. [3f2a9c41d0be]'
    )


def test_what_was_removed_is_told_on_the_new_file_without_a_line() -> None:
    (line,) = annotations(GONE)
    assert line.startswith(
        "::error file=b.yaml,title=breaking%3A api-removed-without-deprecation::GET /orders"
    )
    assert "Before: a.yaml:30:5." in line


def test_what_was_removed_is_told_where_it_stood() -> None:
    old, new = (
        b'openapi: 3.0.3\ninfo: {title: t, version: "1"}\npaths:\n  /a:\n    get: {responses: {}}\n' + more
        for more in (b"    post: {responses: {}}\n  /b:\n    get: {responses: {}}\n", b"")
    )
    found = compare(load(old, "a.yaml"), load(new, "b.yaml"), today=date(2026, 11, 22)).findings
    lines = annotations(*found)
    assert [re.search(r"file=b.yaml,line=(\d+),", line)[1] for line in lines] == ["4", "3"]


def test_text_ends_no_annotation_and_starts_none() -> None:
    place = Place("/x", 1, "a,line=1b%.yaml", 3, 1)
    (line,) = annotations(finding(text="100% of\n::error::it\r\nis, gone: ok", new=place, old=None))
    assert "file=a%2Cline=1b%25.yaml,line=3," in line
    assert "::100%25 of ::error::it is, gone: ok" in line
