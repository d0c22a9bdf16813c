"""The coordinates of rules: what a comparison reports is one of them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from diffing.compare import compare
from diffing.coordinates import coordinates
from diffing.finding import Finding, Place
from tests.diffing import test_cases
from tests.diffing.specs import document
from tests.diffing.specs_of_corpus import openapi_pairs, side

NOWHERE = Place("", None, "", 0, 0)
TODAY = date(2026, 11, 22)


def assert_listed(finding: Finding) -> None:
    if finding.element == "info":  # any member of `info` has a rule of its own
        return
    rule = coordinates().get(finding.rule)
    assert rule is not None, finding.rule
    # What is proved moot is editorial, and inside `not` every effect turns round.
    if finding.effect != "none" and "/not/" not in (finding.old or finding.new or NOWHERE).pointer:
        assert finding.level in [level for level, _ in rule.levels], finding.rule
    assert (rule.kind, rule.direction) == (finding.kind, finding.direction), finding.rule


@pytest.mark.parametrize("case", test_cases.cases())
def test_every_finding_of_the_cases_is_listed(case: dict[str, Any]) -> None:
    old, new = (document(test_cases.tree(case, name)) for name in ("old", "new"))
    for one, other in ((old, new), (new, old)):
        for finding in compare(one, other, today=TODAY).findings:
            assert_listed(finding)


@pytest.mark.corpus
def test_every_finding_of_the_corpus_is_listed(corpus: Path) -> None:
    for row in openapi_pairs(corpus):
        found = compare(side(corpus, row, "old"), side(corpus, row, "new"), today=TODAY).findings
        for finding in found:
            assert_listed(finding)


def test_ids_are_kebab_case_and_name_one_coordinate() -> None:
    for name, rule in coordinates().items():
        assert name == rule.id
        assert all(word.isalnum() for word in name.split("-")), name


def test_the_fields_irregular_ids_are_kept() -> None:
    kept = {
        "endpoint-added",
        "api-removed-without-deprecation",
        "new-required-request-property",
        "new-optional-request-parameter",
        "request-property-became-required",
        "response-property-became-nullable",
        "response-optional-property-removed",
        "required-response-header-removed",
        "request-body-media-type-removed",
        "response-success-status-removed",
        "request-property-max-length-decreased",
        "webhook-removed",
    }
    assert kept <= coordinates().keys()
