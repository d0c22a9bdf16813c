"""How true the comparison is over the corpus: what docs/accuracy.md claims is measured here.

Shares may get better unnoticed, but not worse: then the number in the document is the one that holds.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from diffing.compare import compare
from diffing.finding import Finding, Level, WitnessStatus
from tests.diffing.specs_of_corpus import openapi_pairs, side
from tests.support.processes import ROOT

pytestmark = pytest.mark.corpus

DOCUMENT = ROOT / "docs" / "accuracy.md"
TODAY = date(2026, 11, 22)
GRAPHQL = "graphql"


@dataclass
class Measured:
    """What was found over all pairs, counted; and the findings of the pairs that vendors marked."""

    findings: Counter[str] = field(default_factory=Counter)
    proved: Counter[WitnessStatus] = field(default_factory=Counter)
    marked: dict[str, tuple[Finding, ...]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def marks(corpus: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((corpus / "vendor_marks.json").read_text(encoding="utf-8"))
    return [mark for mark in found if GRAPHQL not in mark["pair_id"]]


@pytest.fixture(scope="module")
def measured(corpus: Path, marks: list[dict[str, Any]]) -> Measured:
    counts = Measured()
    wanted = {mark["pair_id"] for mark in marks}
    for row in openapi_pairs(corpus):
        found = compare(side(corpus, row, "old"), side(corpus, row, "new"), today=TODAY).findings
        if row["id"] in wanted:
            counts.marked[row["id"]] = found
        for finding in found:
            counts.findings["all"] += 1
            counts.findings["all by residue"] += finding.by == "residue"
            if finding.level is not Level.EDITORIAL:
                counts.findings["loud"] += 1
                counts.findings["loud by residue"] += finding.by == "residue"
            if finding.level is Level.BREAKING:
                counts.proved[finding.witness_status] += 1
    return counts


def claimed(words: str) -> float:
    """Answer the number of a row of the document's table, in percent."""
    row = re.search(rf"^\| {re.escape(words)} \| ([0-9.]+) % \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert row, f"{DOCUMENT.name} says nothing of {words}"
    return float(row[1])


def test_the_share_of_residue_has_not_risen(measured: Measured) -> None:
    counts = measured.findings
    assert 100 * counts["all by residue"] / counts["all"] <= claimed("findings by residue, of all")
    share = 100 * counts["loud by residue"] / counts["loud"]
    assert share <= claimed("findings by residue, of those above editorial")


def test_the_share_of_proved_findings_has_not_fallen(measured: Measured) -> None:
    found, given_up = measured.proved[WitnessStatus.FOUND], measured.proved[WitnessStatus.GAVE_UP]
    assert 100 * found / (found + given_up) >= claimed("breaking schema findings with a witness")


def test_every_change_that_a_vendor_marked_is_found(measured: Measured, marks: list[dict[str, Any]]) -> None:
    missed = [
        (mark["pair_id"], concern["pointer"])
        for mark in marks
        for concern in mark["concerned"]
        if not any(about(finding, concern) for finding in measured.marked[mark["pair_id"]])
    ]
    assert missed == []
    assert sum(len(mark["concerned"]) for mark in marks) > 25


def about(finding: Finding, concern: dict[str, Any]) -> bool:
    """Answer whether a finding above editorial stands where a vendor's mark points to."""
    if finding.level is Level.EDITORIAL:
        return False
    places = [place.pointer for place in (finding.old, finding.new) if place is not None]
    pointer = concern["pointer"].removesuffix("/$ref")
    head, _, parameter = pointer.partition("/[")
    if parameter:  # marked by its name; the text counts parameters
        name = re.split(r"[:\]]", parameter)[1]
        return any(place.startswith(head + "/") for place in places) and name in finding.text
    if any(_one_holds_the_other(place, pointer) for place in places):
        return True
    name = str(concern.get("value")) if pointer.endswith("/required") else pointer.rpartition("/")[2]
    above = pointer.rpartition("/")[0].removesuffix("/properties")
    known = (finding.property or "").rpartition("/")[2] == name
    return known and (
        any(place.startswith(above) for place in places) or concern["pointer"].endswith("/$ref")
    )


def _one_holds_the_other(one: str, other: str) -> bool:
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")
