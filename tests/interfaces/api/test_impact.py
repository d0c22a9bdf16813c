"""Whom a comparison hits, for programs."""

import json

import pytest

from tests.support.programs import ORDERS_2, Program, calls


@pytest.fixture
def hit(orders: Program) -> Program:
    """An API whose second version broke what an unknown client posts to, since counted again."""
    orders.publish(ORDERS_2)
    line = calls(method="POST", path="/v1/orders", client_id="shop")
    orders.call("POST", "/usage?source=edge", data=line, content_type="application/x-ndjson")
    return orders


def test_an_impact_is_kept_with_the_comparison_and_worked_out_again_when_asked(hit: Program) -> None:
    before = hit.get("/comparisons/1/impact")
    assert (before["total"], before["findings"][0]["parties"]) == (0, [])

    now = hit.send("POST", "/comparisons/1/impact", 201, {"days": 7})
    assert (now["counts"]["at-risk"], now["hit"], now["total"]) == (1, 1, 1)
    [party] = now["findings"][0]["parties"]
    assert (party["consumer"], party["standing"], party["calls"]) == ("unattributed", "at-risk", 1)
    assert party["is_unattributed"]
    assert now["since"] == "2026-11-15T09:30:00Z"
    assert hit.get("/comparisons/1/impact") == now

    listed = hit.get("/comparisons/1/impacts")["items"]
    assert [one["counts"]["at-risk"] for one in listed] == [1, 0]
    assert listed[1]["by"] == "the comparison"
    assert hit.get("/comparisons/1/impact", snapshot=listed[1]["id"]) == before
    assert "no impact 99" in hit.get("/comparisons/1/impact", 404, snapshot=99)["detail"]


def test_a_finding_tells_its_impact(hit: Program) -> None:
    hit.send("POST", "/comparisons/1/impact", 201, {})
    [finding] = hit.get("/comparisons/1/findings", level="breaking")["items"]
    assert finding["impact"]["standing"] == "at-risk"
    assert finding["impact"]["fingerprint"] == finding["fingerprint"]


def test_the_json_report_is_the_stored_one_with_the_impact_at_its_end(hit: Program) -> None:
    report = hit.call("GET", "/comparisons/1/report").get_data()
    told = json.loads(report)
    assert list(told)[-1] == "impact"
    assert told["impact"]["counts"] == {"hurt": 0, "at-risk": 0, "unknown": 0, "not-hurt": 0}
