from xml.etree import ElementTree as ET

from diffing.finding import Level
from diffing.reports.junit import render
from diffing.reports.view import View
from tests.diffing.findings import GONE, NEW_STATE, ONE_OF_EACH, WAIVED, comparison, finding

FINDINGS = (GONE, *ONE_OF_EACH, finding(waived=WAIVED))


def report(*findings: object, fail_on: Level | None = None) -> ET.Element:
    return ET.fromstring(render(View(comparison(*findings), fail_on=fail_on)))


def test_totals_agree_with_the_cases() -> None:
    for suites in (report(*FINDINGS), report(*FINDINGS, fail_on=Level.COMPATIBLE)):
        for node in (suites, *suites.iter("testsuite")):
            assert int(node.get("tests", "")) == len(list(node.iter("testcase")))
            assert int(node.get("failures", "")) == len(list(node.iter("failure")))
            assert int(node.get("skipped", "")) == len(list(node.iter("skipped")))


def test_without_a_gate_what_breaks_fails() -> None:
    assert [node.get("type") for node in report(*FINDINGS).iter("failure")] == ["breaking", "breaking"]


def test_the_gate_decides_what_fails() -> None:
    assert len(list(report(NEW_STATE, fail_on=Level.BREAKING).iter("failure"))) == 0
    assert len(list(report(NEW_STATE, fail_on=Level.DANGEROUS).iter("failure"))) == 1


def test_a_waived_finding_is_skipped_with_its_reason() -> None:
    (skipped,) = report(finding(waived=WAIVED)).iter("skipped")
    assert skipped.get("message") == (
        "Waived by orders team, until 2027-01-31: Nobody sends more than 200 characters."
    )


def test_no_finding_is_one_passing_case() -> None:
    suites = report()
    assert suites.get("tests") == "1"
    assert [case.get("name") for case in suites.iter("testcase")] == ["Nothing changed"]
