"""Inclusion of patterns: decided by the languages, undecided where that is dear or not regular."""

import re
import subprocess
import sys

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffing.languages import between, includes, matches
from tests.support.processes import ROOT

pytestmark = pytest.mark.slow

PIECES = ("a", "b", "[ab]", "[^a]", ".", "\\d", "a+", "b*", "a?", "(?:ab)+", "(a|b)", "a{1,2}", "|", "^", "$")
PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
TEXTS = ("", "a", "b", "ab", "ba", "aab", "bb", "c", "1", "\n", "a\n", "abab", "ca", "é", "a1")


def holds(pattern: str, text: str) -> bool | None:
    """Answer what two engines say; None where they differ: one finds `(?:ab)+b*(?:ab)+` in "ab"."""
    one = jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid(text)
    return one if one is bool(re.search(pattern, text)) else None


@settings(max_examples=150, deadline=None)
@given(PATTERNS, PATTERNS)
def test_no_text_refutes_an_inclusion(wide: str, narrow: str) -> None:
    if includes(wide, narrow):
        assert not [text for text in TEXTS if holds(narrow, text) and holds(wide, text) is False]
    text = between(narrow, wide)
    if text is not None:
        assert holds(narrow, text) is not False
        assert holds(wide, text) is not True


@settings(max_examples=150, deadline=None)
@given(PATTERNS, st.sampled_from(TEXTS))
def test_a_text_matches_as_an_independent_validator_says(pattern: str, text: str) -> None:
    held = holds(pattern, text)
    assert held is None or matches(pattern, text) in (None, held)


def test_a_long_pattern_gives_a_text_step_by_step() -> None:
    text = between("^SM[0-9a-fA-F]{32}$", "^SM[0-9a-f]{32}$")
    assert text is not None
    assert len(text) == 34
    assert matches("^SM[0-9a-fA-F]{32}$", text)
    assert matches("[A-F]", text)
    assert between("^[a-z]{64}$", "^[b-z]{64}$") is not None


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", "(a)\\1", "\\bword", "\\s+", "a^b", "\\p{L}", "(", "[ab]*a[ab]{12}"]
)
def test_what_is_not_regular_read_in_two_ways_or_dear_is_left_open(pattern: str) -> None:
    assert includes(pattern, "a") is None
    assert between("a", pattern) is None


def test_the_text_between_two_patterns_is_the_same_whatever_order_sets_have() -> None:
    asked = "from diffing.languages import between; print(between('b', '^b+$'), between('abc', '^abc'))"
    told = {
        subprocess.run(
            [sys.executable, "-c", asked],
            cwd=ROOT,
            env={"PYTHONHASHSEED": str(seed), "PATH": ""},
            check=True,
            capture_output=True,
        ).stdout
        for seed in range(8)
    }
    assert len(told) == 1
