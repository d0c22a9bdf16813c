"""Real specs: every document is itself, every pair that changed says so, what did not change is quiet."""

from datetime import date
from pathlib import Path

import pytest

from diffing import ground, sameness
from diffing.compare import compare
from diffing.document import Document
from tests.diffing.specs_of_corpus import UNCHANGED, history_files, openapi_pairs, read, side

TODAY = date(2026, 11, 22)
SAMPLE = ("08", "18", "19", "25", "43", "45")


def assert_quiet(old: Document, new: Document) -> None:
    assert compare(old, new, today=TODAY).findings == ()


@pytest.mark.parametrize("number", SAMPLE)
def test_small_pairs_say_what_changed(number: str, corpus: Path) -> None:
    row = next(row for row in openapi_pairs(corpus) if row["id"].startswith(number))
    old, new = side(corpus, row, "old"), side(corpus, row, "new")
    findings = compare(old, new, today=TODAY).findings
    assert all(finding.level == "editorial" for finding in findings) == (number in UNCHANGED)
    assert_quiet(old, side(corpus, row, "old"))


@pytest.mark.parametrize(
    "numbers",
    [("08", "43"), pytest.param((*SAMPLE, "36", "54", "75"), marks=pytest.mark.slow)],
    ids=["two", "many"],
)
def test_a_document_walked_to_its_last_node_is_still_itself(
    numbers: tuple[str, ...], corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the short cut for equal parts, the walk itself must find nothing."""

    class Blind(sameness.Sameness):
        def unchanged(self, old: object, new: object) -> bool:
            return False

    monkeypatch.setattr(ground, "Sameness", Blind)
    for row in openapi_pairs(corpus):
        if row["id"][:2] in numbers:
            document = side(corpus, row, "new")
            assert_quiet(document, document)


@pytest.mark.corpus
def test_every_pair_that_changed_says_so_and_the_others_are_quiet(corpus: Path) -> None:
    loud = {}
    for row in openapi_pairs(corpus):
        old, new = side(corpus, row, "old"), side(corpus, row, "new")
        findings = compare(old, new, today=TODAY).findings
        loud[row["id"][:2]] = any(finding.level != "editorial" for finding in findings)
        assert len({finding.fingerprint for finding in findings}) == len(findings)
        assert_quiet(old, side(corpus, row, "old"))
        assert_quiet(new, side(corpus, row, "new"))
    assert {number for number, said in loud.items() if not said} == UNCHANGED & loud.keys()


@pytest.mark.corpus
def test_every_version_of_every_history_is_itself(corpus: Path) -> None:
    files = history_files(corpus)
    assert len(files) == 229
    for file in files:
        assert_quiet(read(file), read(file))
