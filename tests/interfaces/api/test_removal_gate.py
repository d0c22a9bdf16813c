"""The gate and the verdict on a day, from a program's side."""

from collections.abc import Callable

import pytest

from tests.support.programs import ORDERS_1, Program

WITHOUT_IT = ORDERS_1.replace("/v1/orders/{id}", "/v2/orders/{id}")


def ask(program: Program, text: str, status: int = 200) -> dict[str, object]:
    answer = program.call(
        "POST", "/apis/orders/gate", status, data=text.encode(), content_type="application/yaml"
    )
    told: dict[str, object] = answer.get_json()
    return told


def test_a_document_that_keeps_everything_passes(orders: Program) -> None:
    told = ask(orders, ORDERS_1)
    assert (told["open"], told["passes"], told["removals"]) == (True, True, [])


def test_a_removal_is_advised_against_then_refused_then_let_through(orders: Program) -> None:
    told = ask(orders, WITHOUT_IT)
    [removal] = told["removals"]  # type: ignore[misc]
    assert (told["open"], told["passes"], removal["answer"]) == (True, False, "not_proven")  # type: ignore[index]
    settings = orders.send("PATCH", "/apis/orders/ending-settings", 200, {"gate_enforces": True})
    assert (settings["gate_enforces"], settings["is_public"]) == (True, False)
    refused = ask(orders, WITHOUT_IT)
    assert (refused["enforced"], refused["open"]) == (True, False)
    number = refused["removals"][0]["id"]  # type: ignore[index]
    let = orders.send("POST", f"/gate-removals/{number}/override", 200, {"reason": "It never worked."})
    assert let["passes"]
    assert orders.get("/apis/orders/gate")["items"][0]["open"]
    orders.send("POST", f"/gate-removals/{number}/override", 422, {"reason": "Again."})


def test_the_gate_publishes_nothing_and_tells_how_true_it_was(
    orders: Program, rows: Callable[[], dict[str, int]]
) -> None:
    before = rows()["versions"]
    number = ask(orders, WITHOUT_IT)["removals"][0]["id"]  # type: ignore[index]
    assert rows()["versions"] == before
    orders.send("POST", f"/gate-removals/{number}/mark", 200, {"mark": "false-alarm"})
    orders.send("POST", f"/gate-removals/{number}/mark", 422, {"mark": "maybe"})
    rate = orders.get("/apis/orders/ending-settings")["alarms"]
    assert rate == {"alarms": 1, "marked": 1, "false": 1, "false_alarm_rate": 1.0}


@pytest.mark.slow
def test_the_removal_of_a_part_is_judged_by_its_own_plan(orders: Program) -> None:
    whole = ORDERS_1.replace(
        "        - {name: id, in",
        "        - {name: state, in: query, schema: {type: string}}\n        - {name: id, in",
    ).replace("version: 1.0.0", "version: 1.1.0")
    orders.call("POST", "/apis/orders/versions", 201, data=whole.encode(), content_type="application/yaml")
    assert ask(orders, ORDERS_1)["removals"] == []
    plan = orders.send(
        "POST",
        "/deprecations",
        201,
        {
            "api": "orders",
            "operation": "GET /v1/orders/{id}",
            "target": {"kind": "parameter", "place": "query", "name": "state"},
            "reason": "Old.",
            "replacement": "none",
            "deprecated_on": "2026-12-01",
            "sunset_on": "2027-06-30",
            "zone": "UTC",
            "announce": True,
        },
    )
    [removal] = ask(orders, ORDERS_1)["removals"]  # type: ignore[misc]
    assert removal["operation"] == "query parameter “state” of GET /v1/orders/{id}"  # type: ignore[index]
    assert (removal["deprecation"], removal["answer"]) == (plan["id"], "unsafe")  # type: ignore[index]
    verdict = orders.get(f"/deprecations/{plan['id']}/verdict")
    assert (verdict["answer"], verdict["target"]) == ("unsafe", removal["operation"])  # type: ignore[index]
    assert [one["answer"] for one in verdict["operations"]] == ["unsafe"]
    assert "promise" in {one["kind"] for one in verdict["reasons"]}
    gone = ORDERS_1.replace("1.0.0", "1.2.0").encode()
    orders.call("POST", "/apis/orders/versions", 201, data=gone, content_type="application/yaml")
    [alarm] = orders.get("/alarms")["items"]
    assert (alarm["kind"], alarm["what"]) == ("gone-too-early", removal["operation"])  # type: ignore[index]
    assert alarm["sentence"].startswith("1.2.0 has no query parameter")
    again = whole.replace("1.1.0", "1.3.0").encode()
    orders.call("POST", "/apis/orders/versions", 201, data=again, content_type="application/yaml")
    assert orders.get("/alarms")["items"] == []


def test_what_can_not_be_read_is_refused(orders: Program) -> None:
    ask(orders, "openapi: [", 422)
    orders.call("POST", "/apis/none/gate", 404, data=b"{}", content_type="application/json")


def test_a_verdict_is_asked_for_a_day(orders: Program) -> None:
    asked = {"api": "orders", "operation": "GET /v1/orders/{id}"}
    ahead = orders.get("/can-remove", **asked, on="2027-12-31")
    assert (ahead["on"], ahead["answer"]) == ("2027-12-31", "not_proven")
    assert "ahead" in [one["kind"] for one in ahead["reasons"]]
    orders.get("/can-remove", 422, **asked, on="2020-01-01")
