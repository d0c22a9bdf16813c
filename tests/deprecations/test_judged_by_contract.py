"""What a contract proves about a change: real comparisons met with real Pact files."""

from typing import Any

import pytest

from consumers.pacts import read_pact
from deprecations.judged_by_calls import Judgement
from deprecations.judged_by_contract import by_contract
from deprecations.standing import Proof, Standing
from deprecations.touch import part_of
from tests.consumers.pacts.files import pact
from tests.support.changed_operation import OLD, changed, findings

ANSWER = ("responses", "200", "content", "application/json", "schema")
SENT = ("requestBody", "content", "application/json", "schema")
EXACT: dict[str, Any] = {}


def contract(
    answer: Any = None,
    rules: dict[str, Any] = EXACT,
    *,
    query: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    body: Any = None,
    status: int = 200,
    answer_headers: dict[str, str] | None = None,
) -> bytes:
    """Return a Pact file with one interaction with `POST /orders`."""
    request: dict[str, Any] = {"method": "POST", "path": "/orders"}
    request |= {"query": query} if query else {}
    request |= {"headers": headers} if headers else {}
    request |= {"body": body} if body is not None else {}
    response: dict[str, Any] = {"status": status, "headers": answer_headers or {}}
    response |= {"body": answer} if answer is not None else {}
    placed = {place: {"matchers": [rule]} for place, rule in rules.items()}
    response |= {"matchingRules": {"body": placed}} if rules else {}
    return pact({"description": "it", "request": request, "response": response})


def judged(new: dict[str, Any] | None, data: bytes, old: dict[str, Any] = OLD) -> Judgement:
    """Judge the one finding from `old` to `new` by a contract; of several, that something went."""
    met = findings(new, old)
    [finding] = [one for one in met if len(met) == 1 or one["action"] == "removed"]
    [reach] = finding["operations"]
    found = by_contract(part_of(finding, reach), finding, read_pact(data).interactions)
    assert found is not None
    return found


READS_SKU = contract({"lines": [{"sku": "A-1"}]}, {"$.lines[0]": {"match": "type"}})
READS_ID = contract({"id": 42})
WITHOUT_SKU = changed(*ANSWER, "properties", "lines", "items", to={"type": "object"})
WITHOUT_STATUS = {**OLD, "responses": {"201": {"description": "Other."}}}
WITHOUT_ETAG = changed("responses", "200", "headers", "ETag")
HURT, AT_RISK, NOT_HURT = Standing.HURT, Standing.AT_RISK, Standing.NOT_HURT
ZONE = {"name": "zone", "in": "query", "required": True, "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("new", "data", "standing", "why"),
    [
        (None, READS_ID, HURT, "Its contract calls it: “it”."),
        (WITHOUT_SKU, READS_SKU, HURT, "Its contract reads “lines/*/sku” in the response 200."),
        (WITHOUT_SKU, READS_ID, NOT_HURT, "Its contract doesn't read “lines/*/sku” in the response 200."),
        (WITHOUT_SKU, contract({"lines": []}), NOT_HURT, "Its contract doesn't read"),
        (WITHOUT_SKU, contract({"lines": [{"sku": "A"}]}, status=404), NOT_HURT, "doesn't read"),
        (WITHOUT_STATUS, READS_ID, HURT, "Its contract expects the response 200."),
        (WITHOUT_STATUS, contract(status=404), NOT_HURT, "doesn't expect"),
        (WITHOUT_ETAG, contract(answer_headers={"etag": "x"}), HURT, "reads the response header “ETag”"),
        (WITHOUT_ETAG, READS_ID, NOT_HURT, "doesn't read"),
    ],
)
def test_what_goes_hurts_who_reads_it_and_nobody_else(
    new: dict[str, Any] | None, data: bytes, standing: Standing, why: str
) -> None:
    found = judged(new, data)
    assert (found.standing, found.proof) == (standing, Proof.CONTRACT)
    assert why in found.why


def test_a_part_that_may_be_missing_now_is_a_risk_since_no_contract_shows_that_its_consumer_copes() -> None:
    optional = changed(*ANSWER, "required", to=[])
    assert judged(optional, READS_ID).standing == AT_RISK
    assert judged(optional, READS_SKU).standing == NOT_HURT


@pytest.mark.parametrize(
    ("rule", "standing"),
    [
        (None, HURT),
        ({"match": "type"}, HURT),
        ({"match": "integer"}, HURT),
    ],
)
def test_another_json_type_hurts_whatever_the_rule(rule: dict[str, str] | None, standing: Standing) -> None:
    data = contract({"id": 42}, {"$.id": rule} if rule else {})
    assert judged(changed(*ANSWER, "properties", "id", "type", to="string"), data).standing == standing


@pytest.mark.parametrize(
    ("rule", "standing"),
    [
        ({"match": "integer"}, HURT),
        ({"match": "number"}, NOT_HURT),
        ({"match": "type"}, NOT_HURT),
        (None, AT_RISK),
    ],
)
def test_a_wider_number_hurts_only_who_accepts_whole_ones(
    rule: dict[str, str] | None, standing: Standing
) -> None:
    data = contract({"id": 42}, {"$.id": rule} if rule else {})
    assert judged(changed(*ANSWER, "properties", "id", "type", to="number"), data).standing == standing


WITH_STATE = changed(*ANSWER, "properties", "state", to={"type": "string", "enum": ["OPEN", "PAID"]})
WITH_MORE_STATES = changed(
    *ANSWER, "properties", "state", to={"type": "string", "enum": ["OPEN", "PAID", "LOST"]}
)


@pytest.mark.parametrize(
    ("rule", "standing"),
    [
        (None, HURT),
        ({"match": "regex", "regex": "OPEN|PAID"}, HURT),
        ({"match": "regex", "regex": "[A-Z]+"}, NOT_HURT),
        ({"match": "regex", "regex": "(?=O)OPEN"}, AT_RISK),
        ({"match": "regex", "regex": "("}, AT_RISK),
        ({"match": "type"}, AT_RISK),
    ],
)
def test_a_new_value_hurts_whose_rule_refuses_it(rule: dict[str, str] | None, standing: Standing) -> None:
    data = contract({"state": "OPEN"}, {"$.state": rule} if rule else {})
    assert judged(WITH_MORE_STATES, data, WITH_STATE).standing == standing


@pytest.mark.parametrize(
    ("new", "data", "standing"),
    [
        (
            changed("parameters", "0", "schema", "enum", to=["open"]),
            contract(query={"status": ["paid"]}),
            HURT,
        ),
        (
            changed("parameters", "0", "schema", "enum", to=["open"]),
            contract(query={"status": ["open"]}),
            AT_RISK,
        ),
        (changed("parameters", "0", "schema", "enum", to=["open"]), READS_ID, NOT_HURT),
        (changed("parameters", "0"), contract(query={"status": ["open"]}), AT_RISK),
        (changed("parameters", "0"), READS_ID, NOT_HURT),
        (changed(*SENT, "properties", "note", "maxLength", to=3), contract(body={"note": "long"}), HURT),
        (changed(*SENT, "properties", "note", "maxLength", to=3), contract(body={"note": "ok"}), AT_RISK),
        (changed(*SENT, "properties", "note", "maxLength", to=3), contract(body={"other": 1}), NOT_HURT),
    ],
)
def test_what_is_refused_now_hurts_who_sends_it(new: dict[str, Any], data: bytes, standing: Standing) -> None:
    assert judged(new, data).standing == standing


@pytest.mark.parametrize(
    ("new", "data", "standing"),
    [
        ({**OLD, "parameters": [*OLD["parameters"], ZONE]}, READS_ID, HURT),
        ({**OLD, "parameters": [*OLD["parameters"], ZONE]}, contract(query={"zone": ["x"]}), NOT_HURT),
        (changed("parameters", "1", "required", to=True), contract(headers={"x-trace": "1"}), NOT_HURT),
        (changed("parameters", "1", "required", to=True), READS_ID, HURT),
        (changed(*SENT, "required", to=["note"]), contract(body={"note": "x"}), NOT_HURT),
        (changed(*SENT, "required", to=["note"]), contract(body={"other": 1}), HURT),
    ],
)
def test_what_must_be_sent_now_hurts_who_does_not_send_it(
    new: dict[str, Any], data: bytes, standing: Standing
) -> None:
    assert judged(new, data).standing == standing


def test_where_a_contract_tells_nothing_traffic_has_the_word() -> None:
    [shorter] = findings(changed(*SENT, "properties", "note", "maxLength", to=3))
    refused = read_pact(contract(body={"note": "long"}, status=422)).interactions
    assert by_contract(part_of(shorter, shorter["operations"][0]), shorter, refused) is None
    [finding] = findings(None)
    part = part_of(finding, {"where": "callback done request body"})
    assert by_contract(part, finding, read_pact(READS_ID).interactions) is None
    assert by_contract(part_of(finding, {"where": "operation"}), finding, ()) is None


def test_a_shared_schema_may_be_met_at_other_places_by_the_same_name() -> None:
    address = {"type": "object", "required": ["zip"], "properties": {"zip": {"type": "string"}}}
    shared = {
        "from": {"$ref": "#/components/schemas/Address"},
        "to": {"$ref": "#/components/schemas/Address"},
    }
    schema = {"type": "object", "properties": {**shared, "more": {"type": "array", "items": shared["to"]}}}
    answer = {"200": {"description": "It.", "content": {"application/json": {"schema": schema}}}}
    old = {"responses": answer, "components": {"Address": address}}
    new = {"responses": answer, "components": {"Address": {"type": "object"}}}
    assert judged(new, contract({"from": {"zip": "1"}}), old).standing == HURT
    for body in ({"to": {"zip": "1"}}, {"more": [{"zip": "1"}]}):
        assert judged(new, contract(body), old).standing == AT_RISK
    for body in ({"from": {"street": "x"}}, {"more": [{"street": "x"}]}):
        assert judged(new, contract(body), old).standing == NOT_HURT
    keys_are_free = contract({"map": {"x": 1}}, {"$.map": {"match": "values"}})
    assert judged(new, keys_are_free, old).standing == AT_RISK


def test_where_a_shared_schema_has_no_name_to_look_for_its_contract_tells_nothing() -> None:
    sku = {"$ref": "#/components/schemas/Sku"}
    schema = {"type": "object", "properties": {"first": sku, "second": sku}}
    answer = {"200": {"description": "It.", "content": {"application/json": {"schema": schema}}}}
    old = {"responses": answer, "components": {"Sku": {"type": "integer"}}}
    new = {"responses": answer, "components": {"Sku": {"type": "string"}}}
    [finding] = findings(new, old)
    part = part_of(finding, finding["operations"][0])
    assert by_contract(part, finding, read_pact(contract({"second": 1})).interactions) is None
    assert judged(new, contract({"first": 1}), old).standing == HURT
