"""APIs, their versions and comparisons, from a program's side."""

import hashlib
from collections.abc import Callable

import pytest
import yaml
from sqlalchemy import select

from access.models import AuditEntry
from interfaces.api.comparisons import FORMATS
from interfaces.runtime import Runtime
from tests.support.programs import NOW, ORDERS_1, ORDERS_2, Program

BOMB = "a: &a [x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_an_api_is_registered_once(api: Program, runtime: Runtime) -> None:
    given = {"slug": "orders", "name": "Orders", "description": "From basket to door.", "owner": "Dana"}
    answer = api.call("POST", "/apis", 201, json=given)
    assert answer.get_json() == {**given, "created_at": "2026-11-22T09:30:00Z"}
    assert answer.headers["Location"] == "/api/v1/apis/orders"
    assert api.get("/apis/orders") == answer.get_json()
    assert "already" in api.send("POST", "/apis", 409, given)["detail"]
    assert api.get("/apis")["items"] == [answer.get_json()]
    with runtime.database.reading() as session:
        [entry] = session.scalars(select(AuditEntry))
    assert (entry.action, entry.subject, entry.at) == ("api registered", "orders", NOW)
    assert entry.actor.startswith("token ci (…")


def test_a_policy_is_the_default_until_it_is_set(api: Program) -> None:
    api.send("POST", "/apis", 201, {"slug": "orders", "name": "Orders"})
    usual = {
        "minimum_notice_days": 90,
        "overlap_days": 0,
        "replacement_required": True,
        "documentation_required": False,
        "approval_required": False,
    }
    assert api.get("/apis/orders/policy") == usual
    ours = {**usual, "minimum_notice_days": 180, "replacement_required": False}
    assert api.send("PUT", "/apis/orders/policy", 200, ours) == ours
    assert api.get("/apis/orders/policy") == ours


def test_a_version_is_published_with_its_comparison_and_only_once(orders: Program) -> None:
    made = orders.publish(ORDERS_2, label="2.0.0")
    assert made["created"] is True
    assert made["version"]["position"] == 2
    assert made["comparison"]["summary"]["breaking"] == 1  # a shorter note is refused from now on
    assert (made["comparison"]["old"], made["comparison"]["new"]) == ("1.0.0", "2.0.0")
    again = orders.publish(ORDERS_2, 200, label="2.0.0")
    assert again == {**made, "created": False}
    assert [one["label"] for one in orders.get("/apis/orders/versions")["items"]] == ["2.0.0", "1.0.0"]


def test_a_label_never_changes_its_document(orders: Program, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()
    assert "never changes" in orders.publish(ORDERS_2, 409, label="1.0.0")["detail"]
    assert rows() == before


def test_a_document_without_a_label_goes_by_its_own_version(orders: Program) -> None:
    assert orders.publish(ORDERS_2)["version"]["label"] == "2.0.0"
    assert orders.publish(ORDERS_2, 200)["created"] is False


def test_a_label_may_hold_a_slash(orders: Program) -> None:
    orders.publish(ORDERS_2, label="2026/11")
    assert orders.get("/apis/orders/versions/2026%2F11")["label"] == "2026/11"
    assert orders.call("GET", "/apis/orders/versions/2026/11/document").text == ORDERS_2


def test_a_document_comes_back_byte_for_byte(orders: Program) -> None:
    answer = orders.call("GET", "/apis/orders/versions/1.0.0/document")
    assert answer.data == ORDERS_1.encode()
    assert answer.mimetype == "application/yaml"
    assert hashlib.sha256(answer.data).hexdigest() == orders.get("/apis/orders/versions/1.0.0")["digest"]
    orders.get("/apis/orders/versions/1.0.0/document", 404, file="other.yaml")


@pytest.mark.parametrize("media_type", ["text/yaml", "application/octet-stream", None])
def test_a_document_may_come_as_any_of_its_types(orders: Program, media_type: str | None) -> None:
    orders.call("PUT", "/apis/orders/versions/2.0.0", 201, data=ORDERS_2.encode(), content_type=media_type)


def test_a_document_may_come_as_json(orders: Program) -> None:
    orders.send("PUT", "/apis/orders/versions/2.0.0", 201, yaml.safe_load(ORDERS_2))
    assert orders.call("GET", "/apis/orders/versions/2.0.0/document").mimetype == "application/json"


def test_a_document_of_no_known_type_is_refused(orders: Program) -> None:
    path = "/apis/orders/versions/2.0.0"
    orders.call("PUT", path, 415, data=ORDERS_2.encode(), content_type="application/x-www-form-urlencoded")


def test_a_syntax_error_in_line_17_is_named_so(orders: Program, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()
    broken = "\n".join([*ORDERS_1.splitlines()[:16], "          a: mapping: here", "next: 1", ""])
    detail = orders.publish(broken, 422, label="2.0.0")["detail"]
    assert detail.startswith("openapi.yaml:17:")
    assert rows() == before


def test_an_alias_bomb_is_refused(orders: Program, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()
    detail = orders.publish(BOMB, 422, label="2.0.0")["detail"]
    assert "openapi.yaml" in detail
    assert rows() == before


def test_a_document_that_refers_to_others_is_refused(
    orders: Program, rows: Callable[[], dict[str, int]]
) -> None:
    before = rows()
    text = ORDERS_1.replace("{type: string, maxLength: 500}", '{$ref: "note.yaml#/Note"}')
    assert "note.yaml" in orders.publish(text, 422, label="2.0.0")["detail"]
    assert rows() == before


def test_a_path_that_no_request_carries_is_refused_by_its_line(
    orders: Program, rows: Callable[[], dict[str, int]]
) -> None:
    before = rows()
    text = "openapi: 3.0.3\ninfo: {title: t, version: '9'}\npaths:\n  /%s: {get: {responses: {}}}\n"
    detail = orders.publish(text % ("a/{b}/" * 168), 422, label="9.0.0")["detail"]
    assert detail.startswith("openapi.yaml:4:")
    assert "a path has 1,0" in detail
    assert rows() == before


def test_a_document_of_50_mb_is_refused(orders: Program, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()
    orders.publish("#" * 50_000_000, 413, label="2.0.0")
    assert rows() == before


def test_publishing_to_an_api_that_is_none_is_refused(api: Program) -> None:
    assert "no API called invoices" in api.publish(ORDERS_1, 404, api="invoices")["detail"]


def test_a_name_that_is_a_path_is_refused(orders: Program) -> None:
    path = "/apis/orders/versions/2.0.0?name=../etc/passwd"
    detail = orders.call("PUT", path, 422, data=b"{}", content_type="application/json").get_json()["detail"]
    assert detail.startswith("query/name: ")


def test_any_two_versions_are_compared(orders: Program) -> None:
    orders.publish(ORDERS_2)
    backward = orders.send("POST", "/apis/orders/comparisons", 200, {"old": "2.0.0", "new": "1.0.0"})
    assert (backward["state"], backward["summary"]["breaking"]) == ("done", 0)
    assert orders.send("POST", "/apis/orders/comparisons", 200, {"old": "2.0.0", "new": "1.0.0"}) == backward
    assert orders.get(f"/comparisons/{backward['id']}") == backward
    assert [one["id"] for one in orders.get("/apis/orders/comparisons")["items"]] == [backward["id"], 1]
    orders.send("POST", "/apis/orders/comparisons", 404, {"old": "2.0.0", "new": "9.0.0"})


def test_findings_are_listed_by_level(orders: Program) -> None:
    number = orders.publish(ORDERS_2)["comparison"]["id"]
    [finding] = orders.get(f"/comparisons/{number}/findings", level="breaking")["items"]
    assert finding["rule"] == "request-property-max-length-decreased"
    assert finding["operations"][0]["path"] == "/v1/orders"
    assert finding["new"]["line"] == 1 + ORDERS_2[: ORDERS_2.index("maxLength")].count("\n")
    assert finding["consumers"] == []
    assert orders.get(f"/comparisons/{number}/findings", level="dangerous")["total"] == 0
    orders.get("/comparisons/999/findings", 404)


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_comes_in_every_form(orders: Program, name: str) -> None:
    number = orders.publish(ORDERS_2)["comparison"]["id"]
    answer = orders.call("GET", f"/comparisons/{number}/report", query_string={"format": name})
    assert answer.content_type == FORMATS[name]
    assert "maxLength" in answer.text or "max-length" in answer.text or "note" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_operations_are_listed_by_path(orders: Program) -> None:
    found = orders.get("/apis/orders/operations")["items"]
    assert [one["operation"] for one in found] == ["POST /v1/orders", "GET /v1/orders/{id}"]
