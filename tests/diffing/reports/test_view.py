import pytest

from diffing.finding import Bump, Level
from diffing.reports.view import View, gate, number, version_step
from tests.diffing.findings import NEW_STATE, SHORTER_NOTE, WAIVED, comparison, finding


@pytest.mark.parametrize(
    ("step", "old", "new", "sentence"),
    [
        (
            Bump("major", "minor"),
            "1.2.0",
            "1.3.0",
            "A major step is needed, but info.version took a minor one, 1.2.0 to 1.3.0",
        ),
        (
            Bump("minor", "major"),
            "1.2.0",
            "2.0.0",
            "A minor step is needed, and info.version took a major one, 1.2.0 to 2.0.0",
        ),
        (
            Bump("patch", "none"),
            "1.2.0",
            "1.2.0",
            "A patch step is needed, but info.version stayed at 1.2.0",
        ),
        (
            Bump("none", "none"),
            "1.2.0",
            "1.2.0",
            "No new version is needed, and info.version stayed at 1.2.0",
        ),
        (
            Bump("none", "backward"),
            "1.0.0",
            "1.0.0-RC1",
            "No new version is needed, but info.version went backward, 1.0.0 to 1.0.0-RC1",
        ),
        (
            Bump("major", "minor"),
            "0.3.0",
            "0.4.0",
            "A major step is needed, and info.version took a minor one, 0.3.0 to 0.4.0, "
            "which is enough below 1.0.0",
        ),
        (
            Bump("major", None),
            "2025-11-17",
            "2026-01-01",
            "A major step is needed; info.version does not tell which was taken",
        ),
    ],
)
def test_the_step_needed_stands_beside_the_step_taken(step: Bump, old: str, new: str, sentence: str) -> None:
    made = comparison(SHORTER_NOTE, bump=step)
    made = made._replace(old=made.old._replace(version=old), new=made.new._replace(version=new))
    assert version_step(View(made)) == sentence


def test_the_gate_counts_what_stands_in_the_way_though_it_is_not_shown() -> None:
    view = View(comparison(NEW_STATE), level=Level.BREAKING, fail_on=Level.DANGEROUS)
    assert view.findings == ()
    assert gate(view) == "Gate closed: 1 unwaived finding at or above dangerous"


def test_waived_findings_close_no_gate() -> None:
    view = View(comparison(finding(waived=WAIVED)), fail_on=Level.COMPATIBLE)
    assert gate(view) == "Gate passed: no unwaived finding at or above compatible"


def test_without_a_gate_nothing_is_said_of_one() -> None:
    assert gate(View(comparison(SHORTER_NOTE))) is None


def test_a_count_agrees_with_its_noun() -> None:
    assert [number(count, "finding") for count in (0, 1, 2)] == ["0 findings", "1 finding", "2 findings"]
