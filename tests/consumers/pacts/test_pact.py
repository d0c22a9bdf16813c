"""Pact files of each version are read alike; what can't be read is refused with its place."""

import base64
import json
from typing import Any

import pytest

from consumers.errors import BadContract
from consumers.pacts import read_pact
from consumers.pacts.interaction import Interaction
from consumers.pacts.kept import interactions_in, kept
from tests.consumers.pacts.files import ORDER, RULES, make_order, pact, read_order

IN_VERSION_2 = read_order(
    providerState="an open order",
    request={"method": "get", "path": "/v1/orders/42", "query": "expand=lines&empty="},
    response={
        "status": 200,
        "headers": {"ETag": "x"},
        "body": ORDER,
        "matchingRules": {
            "$.body.status": {"match": "regex", "regex": "OPEN|PAID"},
            "$.body.lines": {"min": 1, "match": "type"},
            "$.headers['ETag']": {"match": "type"},
            "$.path": {"match": "type"},
        },
    },
)
IN_VERSION_4 = read_order(
    type="Synchronous/HTTP",
    key="a",
    pending=True,
    request={"method": "GET", "path": "/v1/orders/42", "query": {"expand": ["lines"]}},
    response={
        "status": 200,
        "headers": {"ETag": ["x"]},
        "body": {"content": ORDER, "contentType": "application/json", "encoded": False},
        "matchingRules": {"body": RULES},
    },
)


def reads(one: Interaction) -> dict[str, tuple[str, str]]:
    """Return the fields that are read: by pointer, JSON type and rule."""
    return {field.pointer: (field.kind, field.rule) for field in one.reads}


def first(data: bytes) -> Interaction:
    return read_pact(data).interactions[0]


@pytest.mark.parametrize(
    "data", [pact(version="3.0.0"), pact(IN_VERSION_4, version="4.0")], ids=["version 3", "version 4"]
)
def test_what_an_interaction_reads_is_told_with_the_rule_of_each_field(data: bytes) -> None:
    one = first(data)
    assert (one.method, one.path, one.status) == ("GET", "/v1/orders/42", 200)
    assert one.query == {"expand": ("lines",)}
    assert "etag" in one.answer_headers
    assert one.answer_media_type == "application/json"
    assert reads(one) == {
        "id": ("number", "exact"),
        "status": ("string", "regex"),
        "lines": ("array", "type"),
        "lines/*": ("object", "type"),
        "lines/*/sku": ("string", "type"),
        "lines/*/qty": ("number", "type"),
        "labels": ("object", "values"),
        "labels/*": ("string", "values"),
    }


def test_version_2_writes_its_rules_flat_and_its_query_as_text() -> None:
    one = first(pact(IN_VERSION_2, version="2.0.0"))
    assert (one.method, one.query) == ("GET", {"expand": ("lines",), "empty": ("",)})
    told = reads(one)
    assert told["status"] == ("string", "regex")
    assert told["lines/*/sku"] == ("string", "type")
    assert told["labels/gift"] == ("string", "exact")
    assert next(field for field in one.reads if field.pointer == "status").pattern == "OPEN|PAID"


def test_a_file_without_its_specification_is_one_of_the_oldest() -> None:
    tree = json.loads(pact(IN_VERSION_2))
    del tree["metadata"]
    assert read_pact(json.dumps(tree).encode()).specification == "2.0.0"
    tree["metaData"] = {"pact-specification": {"version": "3.0.0"}}
    assert read_pact(json.dumps(tree).encode()).specification == "3.0.0"


def test_a_rule_with_more_names_wins_over_one_with_wildcards() -> None:
    body = {"lines": [{"sku": "A"}]}
    rules = {
        "$.lines[*].*": {"matchers": [{"match": "type"}]},
        "$.lines[*].sku": {"matchers": [{"match": "regex", "regex": "[A-Z]"}]},
    }
    one = first(pact(read_order(response={"status": 200, "body": body, "matchingRules": {"body": rules}})))
    assert reads(one)["lines/*/sku"] == ("string", "regex")


def test_a_regex_holds_for_its_own_place_and_not_for_what_is_inside() -> None:
    rules = {"$.a": {"matchers": [{"match": "regex", "regex": "x"}]}}
    response = {"status": 200, "body": {"a": {"b": 1}}, "matchingRules": {"body": rules}}
    assert reads(first(pact(read_order(response=response))))["a/b"] == ("number", "exact")


def test_keys_in_quotes_are_names_whatever_they_hold() -> None:
    rules = {"$['a.b'][0]['c']": {"matchers": [{"match": "integer"}]}}
    response = {"status": 200, "body": {"a.b": [{"c": 1}]}, "matchingRules": {"body": rules}}
    assert reads(first(pact(read_order(response=response))))["a.b/*/c"] == ("number", "integer")


def test_values_of_headers_are_not_kept() -> None:
    one = first(pact(make_order({"sku": "A"})))
    assert one.headers == ("x-trace",)
    assert "secret-value" not in repr(one)
    assert [field.pointer for field in one.sends] == ["sku"]


@pytest.mark.parametrize(("body", "sends"), [(None, True), ({}, True), ([], True), ("text", True)], ids=str)
def test_a_body_that_is_there_counts_whatever_it_holds(body: Any, sends: bool) -> None:
    assert first(pact(make_order(body))).sends_body is sends


def test_a_body_that_is_not_there_is_not_sent() -> None:
    made = make_order()
    del made["request"]["body"]
    assert not first(pact(made)).sends_body
    assert not first(pact(make_order({}), version="4.0")).sends_body


def test_version_4_may_write_a_body_in_base64() -> None:
    wrapped = {
        "content": base64.b64encode(b'{"a": 1}').decode(),
        "contentType": "application/json",
        "encoded": "base64",
    }
    one = first(pact(make_order(wrapped), version="4.0"))
    assert [(field.pointer, field.example) for field in one.sends] == [("a", 1)]


def test_a_body_of_version_3_that_looks_like_one_of_version_4_is_as_it_is() -> None:
    body = {"content": "a page", "contentType": "text/html"}
    assert [field.pointer for field in first(pact(make_order(body))).sends] == ["content", "contentType"]


def test_messages_beside_http_are_left_out_and_counted() -> None:
    found = read_pact(pact(IN_VERSION_4, {"type": "Asynchronous/Messages"}, version="4.0"))
    assert (len(found.interactions), found.skipped) == (1, 1)


def test_interactions_are_the_same_after_they_were_kept() -> None:
    found = read_pact(pact(read_order(), make_order({"a": [None, True, 1.5]}))).interactions
    assert interactions_in(json.loads(json.dumps(kept(found)))) == found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "line 1, column 2: "),
        (b'{"a":\n "\xff"}', "it is no JSON"),
        (b"[]", "it is no Pact file: the outermost value must be an object"),
        (b"[" * 100_000, "it is no JSON"),
        (pact(consumer={}), "consumer/name: is missing"),
        (pact(provider=None), "provider/name: is missing"),
        (pact(consumer={"name": "a\nb"}), "consumer/name: is no name"),
        (pact(version="5.0"), "metadata/pactSpecification/version: '5.0' is none of 1 to 4"),
        (pact(interactions={}), "interactions: is no list"),
        (pact(interactions=[]), "interactions: the file holds no interactions"),
        (pact(interactions=[], messages=[{}]), "interactions: the file holds messages only"),
        (pact(read_order(), {}), "interactions/1/request: is missing"),
        (pact(read_order(request={"path": "orders"})), "interactions/0/request/path: must be a path"),
        (pact(read_order(request={"path": "/", "query": 1})), "interactions/0/request/query: is neither"),
        (pact(read_order(request={"path": "/", "headers": []})), None),
        (pact(read_order(request={"path": "/", "headers": ["a"]})), "interactions/0/request/headers: is no"),
        (pact(read_order(response={"status": "200"})), "interactions/0/response/status: '200' is no status"),
        (pact(make_order(list(range(6_000)))), "interactions/0/request/body: more than 5000 fields"),
        (pact(make_order("x"), version="4.0"), "interactions/0/request/body: is no object with content"),
        (
            pact(make_order({"content": "%", "encoded": "base64"}), version="4.0"),
            "interactions/0/request/body/content: is no base64",
        ),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_place(data: bytes, said: str | None) -> None:
    if said is None:
        read_pact(data)
        return
    with pytest.raises(BadContract) as refused:
        read_pact(data)
    assert str(refused.value).startswith(said)


def test_more_rules_and_fields_than_a_machine_can_hold_together_are_refused() -> None:
    body = {f"a{number}": number for number in range(4_000)}
    rules = {f"$.*.b{number}": {"matchers": [{"match": "type"}]} for number in range(4_000)}
    response = {"status": 200, "body": body, "matchingRules": {"body": rules}}
    with pytest.raises(BadContract, match="interactions/0/response/body: the file has more matching rules"):
        read_pact(pact(read_order(response=response)))
