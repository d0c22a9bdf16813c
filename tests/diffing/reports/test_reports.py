"""What holds for every report, and first of all: spec text is data."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from diffing.finding import Comparison, Hint, Level, Lifecycle, Place, Reach, Waived, Witness
from diffing.policy import Override, Policy, apply
from diffing.reports import REPORTS, render
from diffing.reports.view import View
from tests.diffing.findings import (
    GONE,
    ONE_OF_EACH,
    SHORTER_NOTE,
    TODAY,
    WAIVED,
    comparison,
    finding,
)

FULL = comparison(GONE, *ONE_OF_EACH, finding(waived=WAIVED))
HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.test/i.png) [y](http://evil.test) @everyone #12 \x1b[31m\x07"
    " ::error::x\n::warning::y\r\n# Title\n| a | b |\n--- \u202e\u2066 {0} %0A ]]> \ud800 `` ` ``` \"'&amp;"
)


def hostile() -> Comparison:
    place = Place(f"/{HOSTILE}", HOSTILE, HOSTILE, 1, 1)
    nasty = finding(
        rule=HOSTILE,
        kind=HOSTILE,
        text=HOSTILE,
        why=HOSTILE,
        old=place,
        new=place,
        operations=(
            Reach(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
            Reach("GET", f"/x/{HOSTILE}", None, HOSTILE),
        ),
        witness=Witness({HOSTILE: HOSTILE[:50]}, "old", "new"),
        lifecycle=Lifecycle(True, HOSTILE),
    )
    waived = nasty._replace(waived=Waived(HOSTILE, HOSTILE, TODAY), operations=(), new=None)
    made = comparison(nasty, waived, hints=(Hint(HOSTILE, HOSTILE, HOSTILE),))
    side = made.old._replace(source=HOSTILE, version=HOSTILE)
    return made._replace(old=side, new=side)


@pytest.fixture(params=[each for each in REPORTS if each != "changelog"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_report_names_every_finding_that_is_shown(name: str) -> None:
    report = render(name, View(FULL))
    for each in FULL.findings:
        assert each.fingerprint in report
        assert each.rule in report


def test_every_report_leaves_out_what_lies_below_the_level_shown(name: str) -> None:
    report = render(name, View(FULL, level=Level.DANGEROUS))
    assert "bbbbbbbbbbbb" in report
    assert "cccccccccccc" not in report
    assert "dddddddddddd" not in report


def test_every_report_of_no_finding_is_still_a_report(name: str) -> None:
    assert render(name, View(comparison())).strip()


def test_every_report_shows_a_waived_finding_as_waived(name: str) -> None:
    report = render(name, View(comparison(finding(waived=WAIVED))))
    assert SHORTER_NOTE.fingerprint in report
    assert "orders team" in report
    assert "Nobody sends more than 200 characters." in report


def test_every_report_of_the_same_comparison_is_the_same(name: str) -> None:
    assert render(name, View(FULL)) == render(name, View(FULL))


def test_every_report_survives_hostile_text_and_passes_no_control_character_on(name: str) -> None:
    report = render(name, View(hostile(), notes=(HOSTILE,), fail_on=Level.BREAKING))
    report.encode("utf-8")
    unwanted = "\x1b\x07\r\u202e\u2066" if name != "json" else "\x1b\x07\r"
    assert not set(unwanted) & set(report)


@pytest.mark.parametrize("wanted", ["json", "sarif"])
def test_a_report_in_json_can_be_read_whatever_it_holds(wanted: str) -> None:
    assert json.loads(render(wanted, View(hostile())))


def test_a_report_in_xml_can_be_read_whatever_it_holds() -> None:
    assert ET.fromstring(render("junit", View(hostile()))).tag == "testsuites"


def test_each_report_has_a_row_and_a_file_of_its_own() -> None:
    assert all(module == f"diffing.reports.{name}" for name, module in REPORTS.items())


@pytest.mark.parametrize("name", ["text", "markdown", "github", "html"])
def test_the_row_of_a_policy_that_set_a_level_is_named(name: str) -> None:
    row = Override(Level.COMPATIBLE, "request-*", None, None, None, None, "Agreed.", 9)
    ruled = apply(Policy("p.yaml", (row,), ()), [SHORTER_NOTE], today=TODAY, stated={})

    report = re.sub(r"\s+", " ", render(name, View(comparison(*ruled))).replace("&#8203;", ""))

    assert "The policy at p.yaml:9 makes it compatible, not breaking: Agreed." in report
