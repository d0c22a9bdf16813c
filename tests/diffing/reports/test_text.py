import re

import pytest

from diffing.finding import Hint, Level, Place, Reach
from diffing.reports.columns import WIDTH, columns, wrapped
from diffing.reports.text import render
from diffing.reports.view import View
from tests.diffing.findings import (
    GONE,
    NEW_HEADER,
    NEW_STATE,
    NEW_WORDS,
    ONE_OF_EACH,
    SHORTER_NOTE,
    WAIVED,
    comparison,
    finding,
)

WHOLE = """\
1 breaking change.
  old  a.yaml (openapi-3.0, version 1.2.0)
  new  b.yaml (openapi-3.1, version 1.3.0)
  1 breaking · 1 dangerous · 0 compatible · 0 editorial
  A major step is needed, but info.version took a minor one, 1.2.0 to 1.3.0.

POST /orders
  ✗ breaking   The longest note of an item went from 500 to 200 characters.
               {"note": "…201 characters…"} was accepted, now it is refused
               request body application/json
               a.yaml:120:9 → b.yaml:118:9
               request-property-max-length-decreased · 3f2a9c41d0be

schemas Order
  reaches 2 operations: POST /orders, GET /orders/{id}
  ! dangerous  The state of an order may now be returned.
               request body application/json, response 200 application/json
               added → b.yaml:90:13
               response-property-enum-value-added · bbbbbbbbbbbb
"""


def test_the_verdict_stands_first_and_findings_stand_under_their_operation_or_cause() -> None:
    assert render(View(comparison(SHORTER_NOTE, NEW_STATE))) == WHOLE


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ((), "Nothing changed."),
        ((NEW_WORDS,), "No breaking change."),
        ((NEW_STATE, NEW_WORDS), "No breaking change, 1 that may break a consumer."),
        ((GONE, SHORTER_NOTE), "2 breaking changes."),
        ((finding(waived=WAIVED),), "No change that counts: 1 waived."),
        ((finding(waived=WAIVED), NEW_WORDS), "No breaking change, 1 waived."),
    ],
)
def test_the_verdict_says_what_the_findings_come_to(findings: tuple, verdict: str) -> None:
    assert render(View(comparison(*findings))).splitlines()[0] == verdict


def test_what_is_hidden_is_counted_and_does_not_change_the_verdict() -> None:
    lines = render(View(comparison(NEW_STATE, NEW_WORDS), level=Level.BREAKING)).splitlines()
    assert lines[0] == "No breaking change, 1 that may break a consumer."
    assert (
        lines[3] == "  0 breaking · 0 dangerous · 0 compatible · 0 editorial · 2 not shown (--level breaking)"
    )


def test_counts_agree_with_the_findings_listed() -> None:
    report = render(View(comparison(GONE, *ONE_OF_EACH, finding(waived=WAIVED))))
    listed = re.findall(r"^  [✗!+·] (\w+) ", report, re.MULTILINE)
    assert listed.count("breaking") == 2
    assert listed.count("waived") == 1
    assert "  2 breaking · 1 dangerous · 1 compatible · 1 editorial · 1 waived" in report.splitlines()


def test_a_closed_gate_says_how_a_finding_is_approved() -> None:
    closed = render(View(comparison(SHORTER_NOTE), fail_on=Level.DANGEROUS))
    assert "Gate closed: 1 unwaived finding at or above dangerous." in closed
    assert "To approve a finding" in closed
    passed = render(View(comparison(NEW_WORDS), fail_on=Level.DANGEROUS))
    assert "Gate passed: no unwaived finding at or above dangerous." in passed
    assert "To approve a finding" not in passed


def test_colour_only_adds_to_the_text() -> None:
    view = View(comparison(*ONE_OF_EACH))
    coloured = render(View(view.comparison, colour=True))
    assert coloured != render(view)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(view)


def test_what_was_announced_stands_beside_a_removal() -> None:
    assert "Announced before: deprecated, sunset 2027-06-30" in render(View(comparison(GONE)))


def test_hints_are_offered_after_the_findings() -> None:
    report = render(View(comparison(GONE, hints=(Hint("operation-moved", "GET /a", "GET /b"),))))
    assert report.endswith("Perhaps:\n  operation moved: GET /a → GET /b\n")


def test_of_many_operations_a_dozen_are_named_and_the_rest_counted() -> None:
    operations = tuple(Reach("GET", f"/r{index}", None, "response 200") for index in range(40))
    report = render(View(comparison(finding(NEW_HEADER, operations=operations))))
    assert "reaches 40 operations: GET /r0" in report
    assert "28 more" in report
    assert "/r12" not in report


@pytest.mark.parametrize("filler", ["word " * 80, "x" * 500, "漢字" * 200, "e\u0301" * 300])
def test_no_line_is_wider_than_the_terminal(filler: str) -> None:
    wide = finding(text=filler, rule=filler, operations=(Reach("GET", f"/{filler}", None, filler),))
    report = render(View(comparison(wide), notes=(filler,)))
    assert max(columns(line) for line in report.splitlines()) <= WIDTH


def test_wrapping_loses_no_character() -> None:
    text = "short " + "x" * 250 + " end"
    assert "".join(line.strip() for line in wrapped(text, "  ", "    ")).replace(" ", "") == text.replace(
        " ", ""
    )


def test_positions_too_long_for_one_line_get_a_line_each() -> None:
    file = "specification/resources/droplets/models/droplet_create_with_all_of_its_parts.yml"
    moved = finding(old=Place("/a", 1, file, 107, 3), new=Place("/a", 2, file, 9, 3))
    lines = render(View(comparison(moved))).splitlines()
    assert f"    {file}:107:3" in lines
    assert f"    → {file}:9:3" in lines
