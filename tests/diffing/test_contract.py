import json
from enum import StrEnum
from typing import Any

import jsonschema_rs
import pytest

from diffing.contract import DEEPEST, as_data, schema, to_json, value
from diffing.document import Dialect
from diffing.finding import Direction, Effect, Hint, Level, Place, WitnessStatus
from tests.diffing.findings import GONE, ONE_OF_EACH, SHORTER_NOTE, WAIVED, comparison, finding

FULL = comparison(
    GONE, *ONE_OF_EACH, finding(waived=WAIVED), hints=(Hint("operation-moved", "GET /a", "GET /b"),)
)


def with_old_value(node: Any) -> Any:
    changed = finding(old=Place("/x", node, "a.yaml", 1, 1))
    return json.loads(to_json(comparison(changed)))["findings"][0]["old"]["value"]


def nested(levels: int) -> Any:
    node: Any = "core"
    for _ in range(levels):
        node = [node]
    return node


@pytest.mark.parametrize("example", [FULL, comparison()], ids=["full", "empty"])
def test_the_json_form_is_what_its_schema_says(example: Any) -> None:
    validator = jsonschema_rs.Draft202012Validator(json.loads(schema()), validate_formats=True)
    validator.validate(json.loads(to_json(example)))


def test_the_schema_allows_no_field_that_it_does_not_name() -> None:
    data = as_data(FULL)
    validator = jsonschema_rs.Draft202012Validator(json.loads(schema()))
    for part in (data, data["old"], data["findings"][0], data["findings"][0]["operations"][0]):
        part["surprise"] = True
        assert not validator.is_valid(data)
        del part["surprise"]
    assert validator.is_valid(data)


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (Level, "finding/properties/level"),
        (Direction, "finding/properties/direction"),
        (Effect, "finding/properties/effect"),
        (WitnessStatus, "finding/properties/witness_status"),
        (Dialect, "side/properties/dialect"),
    ],
)
def test_the_schema_knows_exactly_the_words_in_use(words: type[StrEnum], path: str) -> None:
    node = json.loads(schema())["$defs"]
    for part in path.split("/"):
        node = node[part]
    assert node["enum"] == [word.value for word in words]


def test_every_property_of_a_finding_is_required_by_the_schema() -> None:
    definition = json.loads(schema())["$defs"]["finding"]
    assert set(definition["required"]) == set(definition["properties"])


def test_the_summary_counts_the_listed_findings_and_the_rest_is_hidden() -> None:
    data = json.loads(to_json(FULL, level=Level.DANGEROUS))
    assert data["summary"] == {"breaking": 2, "dangerous": 1, "compatible": 0, "editorial": 0, "waived": 1}
    assert len(data["findings"]) == 4
    assert data["hidden"] == 2


def test_the_order_of_keys_in_a_spec_changes_no_byte() -> None:
    one = finding(old=Place("/x", {"b": [{"d": 1, "c": 2}], "a": 1}, "a.yaml", 1, 1))
    other = finding(old=Place("/x", {"a": 1, "b": [{"c": 2, "d": 1}]}, "a.yaml", 1, 1))
    assert to_json(comparison(one)) == to_json(comparison(other))


@pytest.mark.parametrize(
    "node", [2**70, -(2**70), "\ud800", {"\ud800": 1}, 1e300, 3e-05, True, None, "é\u2028", {"": []}]
)
def test_a_value_comes_back_as_it_was(node: Any) -> None:
    assert with_old_value(node) == node


def test_a_number_that_json_cannot_hold_is_written_as_text() -> None:
    assert with_old_value(float("inf")) == "inf"
    assert with_old_value(16**5000) == hex(16**5000)


def test_a_value_nested_without_end_is_cut() -> None:
    assert value(nested(DEEPEST)) == nested(DEEPEST)
    assert json.dumps(with_old_value(nested(100_000))) == "[" * DEEPEST + r'"\u2026"' + "]" * DEEPEST


def test_a_witness_and_a_waiver_are_written_whole() -> None:
    data = as_data(comparison(finding(waived=WAIVED)))["findings"][0]
    assert data["witness"] == {"value": {"note": "x" * 201}, "accepted_by": "old", "refused_by": "new"}
    assert data["waived"] == {
        "reason": WAIVED.reason,
        "owner": "orders team",
        "expires_on": "2027-01-31",
    }
    assert as_data(comparison(SHORTER_NOTE))["findings"][0]["waived"] is None
