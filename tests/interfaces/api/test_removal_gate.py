"""The gate and the verdict on a day, from a program's side."""

from collections.abc import Callable

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


def test_what_can_not_be_read_is_refused(orders: Program) -> None:
    ask(orders, "openapi: [", 422)
    orders.call("POST", "/apis/none/gate", 404, data=b"{}", content_type="application/json")


def test_a_verdict_is_asked_for_a_day(orders: Program) -> None:
    asked = {"api": "orders", "operation": "GET /v1/orders/{id}"}
    ahead = orders.get("/can-remove", **asked, on="2027-12-31")
    assert (ahead["on"], ahead["answer"]) == ("2027-12-31", "not_proven")
    assert "ahead" in [one["kind"] for one in ahead["reasons"]]
    orders.get("/can-remove", 422, **asked, on="2020-01-01")
