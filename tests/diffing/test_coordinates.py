"""The coordinates of rules: what a comparison reports is one of them."""

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from diffing.catalogue import catalogue
from diffing.compare import compare
from diffing.coordinates import coordinates
from diffing.finding import Finding, Place
from tests.diffing import test_cases
from tests.diffing.specs import document
from tests.diffing.specs_of_corpus import openapi_pairs, side

pytestmark = pytest.mark.slow

NOWHERE = Place("", None, "", 0, 0)
TODAY = date(2026, 11, 22)


def assert_listed(finding: Finding) -> None:
    if finding.element == "info":  # any member of `info` has a rule of its own
        return
    rule = coordinates().get(finding.rule)
    assert rule is not None, finding.rule
    # What is proved moot is editorial, and inside `not` every effect turns round.
    if finding.effect != "none" and "/not/" not in f"{(finding.old or finding.new or NOWHERE).pointer}/":
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


_ROLES = "stands in callbacks and webhooks only, where roles swap; the other direction shows the rule"
_ANY_OBJECT = "any object of the specification may carry it; one of them shows the rule"
WITHOUT_EXAMPLE = {
    "request-header-*": _ROLES,
    "required-request-header-*": _ROLES,
    "optional-request-header-*": _ROLES,
    "request-*-header-*": _ROLES,
    "response-header-property-*": _ROLES,
    "response-*-header-property-*": _ROLES,
    "response-parameter-*": _ROLES,
    "response-*-parameter-*": _ROLES,
    "request-*-status-*": _ROLES,
    "request-link-*": _ROLES,
    "response-body-became-required": _ROLES,
    "response-body-became-optional": _ROLES,
    "response-body-encoding-*": _ROLES,
    "response-header-style-changed": "a header has one style; another is an error of the document",
    "*-other-*": _ANY_OBJECT,
    "*-extension-*": _ANY_OBJECT,
    **{f"*-{word}-*": _ANY_OBJECT for word in "title summary description tags externaldocs".split()},
    "*-example-*": _ANY_OBJECT,
    "*-examples-*": _ANY_OBJECT,
    **{
        f"{section}-component-*": "components come, go and change alike; schemas show it"
        for section in (
            "callback example header link media-type parameter path-item request-body response".split()
        )
    },
}
"""Rules that the catalogue shows no example of, by their ids, each with the reason."""


def test_every_rule_has_an_example_or_a_reason_to_have_none() -> None:
    shown = {rule.id for rule in catalogue()}
    missing = [
        name
        for name in coordinates()
        if name not in shown and not any(fnmatchcase(name, row) for row in WITHOUT_EXAMPLE)
    ]
    assert missing == []


def test_every_example_meets_a_rule_that_is_listed() -> None:
    assert {rule.id for rule in catalogue() if not rule.id.startswith("info-")} <= coordinates().keys()


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
