import pytest

from diffing.bump import bump, is_enough
from diffing.finding import Bump
from tests.diffing.findings import (
    NEW_HEADER,
    NEW_STATE,
    NEW_WORDS,
    ONE_OF_EACH,
    SHORTER_NOTE,
    WAIVED,
    finding,
)


@pytest.mark.parametrize(
    ("findings", "needed"),
    [
        ([], "none"),
        ([NEW_WORDS], "patch"),
        ([NEW_HEADER, NEW_WORDS], "minor"),
        ([NEW_STATE], "minor"),
        (ONE_OF_EACH, "major"),
        ([finding(SHORTER_NOTE, waived=WAIVED), NEW_WORDS], "patch"),
    ],
)
def test_the_worst_unwaived_finding_decides_the_step_needed(findings: list, needed: str) -> None:
    assert bump(findings, "1.0.0", "1.0.1").needed == needed


@pytest.mark.parametrize(
    ("old", "new", "given"),
    [
        ("1.2.3", "2.0.0", "major"),
        ("1.2.3", "1.3.0", "minor"),
        ("1.2.3", "1.2.4", "patch"),
        ("1.2.3", "1.2.3", "none"),
        ("1.2.3", "1.2.3+build.5", "none"),
        ("1.2.3", "1.2.2", "backward"),
        ("1.10.0", "1.9.0", "backward"),
        ("v1", "v2", "major"),
        ("1.2", "1.2.1", "patch"),
        ("1.0.0-rc.1", "1.0.0", "patch"),
        ("1.0.0-rc.2", "1.0.0-rc.10", "patch"),
        ("1.0.0-alpha.1", "1.0.0-alpha.beta", "patch"),
        ("1.0.0", "1.0.0-rc.1", "backward"),
        ("2025-11-17", "2026-01-01", None),
        ("1.2.3", "", None),
        ("latest", "1.2.3", None),
        ("9" * 5000, "1.0.0", None),
    ],
)
def test_the_step_given_is_read_from_both_versions(old: str, new: str, given: str | None) -> None:
    assert bump([], old, new).given == given


@pytest.mark.parametrize(
    ("needed", "given", "old", "enough"),
    [
        ("major", "major", "1.2.0", True),
        ("major", "minor", "1.2.0", False),
        ("major", "minor", "0.2.0", True),
        ("major", "patch", "0.2.0", False),
        ("minor", "major", "1.2.0", True),
        ("none", "none", "1.2.0", True),
        ("patch", "none", "1.2.0", False),
        ("none", "backward", "1.2.0", False),
        ("major", None, "2026-01-01", None),
    ],
)
def test_a_step_is_enough_when_it_is_as_large_as_the_one_needed(
    needed: str, given: str | None, old: str, enough: bool | None
) -> None:
    assert is_enough(Bump(needed, given), old) is enough
