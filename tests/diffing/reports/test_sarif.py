"""Every log is checked against the official schema of SARIF 2.1.0."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from diffing.finding import Place
from diffing.reports.sarif import render
from diffing.reports.sources import repository_path
from diffing.reports.view import View
from tests.diffing.findings import GONE, NEW_WORDS, ONE_OF_EACH, SHORTER_NOTE, WAIVED, comparison, finding

OFFICIAL = Path(__file__).parents[2] / "support" / "vendor" / "sarif-schema-2.1.0.json"


VALIDATOR = jsonschema_rs.Draft4Validator(json.loads(OFFICIAL.read_bytes()), validate_formats=True)


def log(*findings: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(render(View(comparison(*findings))))
    VALIDATOR.validate(made)
    return made["runs"][0]


def test_a_log_is_valid_by_the_official_schema() -> None:
    assert len(log(GONE, *ONE_OF_EACH, finding(waived=WAIVED))["results"]) == 6
    assert log()["results"] == []


def test_another_version_of_the_standard_would_be_refused() -> None:
    made = json.loads(render(View(comparison(GONE))))
    assert not VALIDATOR.is_valid({**made, "version": "2.2.0"})


def test_each_rule_is_listed_once_and_results_point_at_it() -> None:
    run = log(SHORTER_NOTE, finding(fingerprint="e" * 12), NEW_WORDS)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [SHORTER_NOTE.rule, NEW_WORDS.rule]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]


def test_levels_become_those_of_the_standard() -> None:
    assert [each["level"] for each in log(*ONE_OF_EACH)["results"]] == ["error", "warning", "note", "note"]


def test_a_result_stands_in_the_new_file_and_relates_to_the_old_one() -> None:
    (result,) = log(SHORTER_NOTE)["results"]
    new, old = result["locations"][0]["physicalLocation"], result["relatedLocations"][0]["physicalLocation"]
    assert new == {"artifactLocation": {"uri": "b.yaml"}, "region": {"startLine": 118, "startColumn": 9}}
    assert old == {"artifactLocation": {"uri": "a.yaml"}, "region": {"startLine": 120, "startColumn": 9}}
    assert result["partialFingerprints"] == {"sundial/v1": "3f2a9c41d0be"}


def test_what_was_removed_is_shown_at_what_stood_around_it() -> None:
    around = Place("/paths/~1orders", None, "b.yaml", 12, 3)
    (result,) = log(finding(GONE, near=around))["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["region"]["startLine"] == 12


def test_what_was_removed_is_shown_on_the_new_file_as_a_whole() -> None:
    (result,) = log(GONE)["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "b.yaml"}}}]


def test_a_waived_finding_is_suppressed_with_its_reason() -> None:
    (result,) = log(finding(waived=WAIVED))["results"]
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Nobody sends more than 200 characters. (orders team)",
        }
    ]


def test_a_message_holds_neither_placeholders_nor_links() -> None:
    (result,) = log(finding(text="{0} [a](http://x)", why="Why.", witness=None))["results"]
    assert result["message"]["text"] == "{{0}} \\[a\\](http://x). Why."


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("api/openapi.yaml", "api/openapi.yaml"),
        ("./api/openapi.yaml", "api/openapi.yaml"),
        ("HEAD~1:api/openapi.yaml", "api/openapi.yaml"),
        ("origin/main:api.yaml", "api.yaml"),
        ("v1.2.0:api.yaml", "api.yaml"),
        (":api/openapi.yaml", "api/openapi.yaml"),
        ("C:\\specs\\api.yaml", "C:\\specs\\api.yaml"),
        ("https://example.test/api.yaml", "https://example.test/api.yaml"),
        ("-", "-"),
    ],
)
def test_a_file_of_a_revision_means_the_file_in_the_repository(name: str, path: str) -> None:
    assert repository_path(name) == path
