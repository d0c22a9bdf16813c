"""The structure is checked against the rules of the SARIF 2.1.0 standard for the objects in use.

The official schema is in no Python package that could be installed, so the part in use is written down here.
Where a copy is at hand, as in the Rust crate serde-sarif, SUNDIAL_SARIF_SCHEMA names it, and it is asked too.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from diffing.reports.sarif import render
from diffing.reports.sources import repository_path
from diffing.reports.view import View
from tests.diffing.findings import GONE, NEW_WORDS, ONE_OF_EACH, SHORTER_NOTE, WAIVED, comparison, finding

BROKEN = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$"


def closed(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 1}
MESSAGE = closed("text", text=TEXT)
BAG = {
    "type": "object",
    "properties": {"tags": {"type": "array", "items": TEXT, "uniqueItems": True}},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
LOCATION = closed(
    "physicalLocation",
    id={"type": "integer", "minimum": -1},
    message=MESSAGE,
    physicalLocation=closed(
        "artifactLocation",
        artifactLocation=closed("uri", uri={"type": "string", "format": "uri-reference"}),
        region=closed("startLine", startLine=COUNT, startColumn=COUNT),
    ),
    logicalLocations={
        "type": "array",
        "items": closed("fullyQualifiedName", fullyQualifiedName=TEXT, kind=TEXT),
    },
)
RESULT = closed(
    "ruleId message",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION},
    relatedLocations={"type": "array", "items": LOCATION, "uniqueItems": True},
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions={
        "type": "array",
        "items": closed(
            "kind",
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification=TEXT,
        ),
    },
    properties=BAG,
)
RULE = closed(
    "id", id=TEXT, shortDescription=MESSAGE, defaultConfiguration=closed("level", level=LEVEL), properties=BAG
)
RUN = closed(
    "tool results",
    tool=closed(
        "driver",
        driver=closed(
            "name",
            name=TEXT,
            version=TEXT,
            semanticVersion=TEXT,
            rules={"type": "array", "items": RULE, "uniqueItems": True},
        ),
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
LOG = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **closed(
        "version runs",
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"const": "2.1.0"},
        runs={"type": "array", "items": RUN},
    ),
}


def log(*findings: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(render(View(comparison(*findings))))
    jsonschema_rs.Draft202012Validator(LOG, validate_formats=True).validate(made)
    return made["runs"][0]


def test_a_log_has_the_structure_of_the_standard() -> None:
    assert len(log(GONE, *ONE_OF_EACH, finding(waived=WAIVED))["results"]) == 6
    assert log()["results"] == []


@pytest.mark.skipif(
    "SUNDIAL_SARIF_SCHEMA" not in os.environ, reason="SUNDIAL_SARIF_SCHEMA names no copy of it"
)
def test_a_log_is_valid_by_the_official_schema() -> None:
    official = json.loads(
        Path(os.environ["SUNDIAL_SARIF_SCHEMA"]).read_bytes(), object_hook=without_broken_pattern
    )
    made = json.loads(render(View(comparison(GONE, *ONE_OF_EACH, finding(waived=WAIVED)))))
    jsonschema_rs.Draft7Validator(official, validate_formats=True).validate(made)


def without_broken_pattern(node: dict[str, Any]) -> dict[str, Any]:
    # The pattern of a language tag, as published, ends in a bracket that opens nowhere.
    return {key: value for key, value in node.items() if (key, value) != ("pattern", BROKEN)}


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
