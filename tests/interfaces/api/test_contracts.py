"""Contracts for programs: handing in, looking at, taking away; and what they change in an impact."""

import json

from tests.consumers.pacts.files import make_order, pact
from tests.support.programs import ORDERS_2, Program

MADE = pact(make_order({"note": "a note"}), provider={"name": "Orders"})


def hand_in(program: Program, data: bytes, status: int = 201, **query: str) -> dict[str, object]:
    answer = program.call(
        "POST", "/contracts", status, data=data, content_type="application/json", query_string=query
    )
    told: dict[str, object] = answer.get_json()
    return told


def test_a_contract_is_handed_in_looked_at_and_taken_away(orders: Program) -> None:
    made = hand_in(orders, MADE, version="1.2.0")
    assert (made["consumer"], made["api"], made["current"]) == ("checkout-web", "orders", True)
    assert hand_in(orders, MADE, 200, version="1.2.0")["id"] == made["id"]
    shown = orders.get(f"/contracts/{made['id']}")
    assert shown["relies_on"][0]["sends"] == ["note"]
    assert orders.get(f"/operations/{shown['relies_on'][0]['operation']}")["operation"] == "POST /v1/orders"
    assert [one["id"] for one in orders.get("/contracts", consumer="checkout-web")["items"]] == [made["id"]]
    orders.get("/contracts", 404, api="nothing")
    for is_retired in (True, False):
        changed = orders.call("PATCH", f"/contracts/{made['id']}", json={"retired": is_retired}).get_json()
        assert (changed["current"], changed["retired_at"] is None) == (not is_retired, not is_retired)
    orders.call("DELETE", f"/contracts/{made['id']}", 204)
    orders.get(f"/contracts/{made['id']}", 404)


def test_a_contract_of_a_branch_waits_until_its_version_is_deployed(orders: Program) -> None:
    waiting = hand_in(orders, MADE, version="7", branch="feature/x")
    assert (waiting["state"], waiting["current"], waiting["branch"]) == ("waits", False, "feature/x")
    asked = {"consumer": "checkout-web", "version": "7", "environment": "production"}
    moved = orders.call("POST", "/contracts/deployments", json=asked).get_json()
    assert (moved["contracts"][0]["state"], moved["retired"]) == ("counts", [])
    moved = orders.call("POST", "/contracts/deployments", json={**asked, "deployed": False}).get_json()
    assert moved["retired"][0]["state"] == "retired"
    orders.call("POST", "/contracts/deployments", 404, json={**asked, "version": "8"})


def test_what_no_operation_answers_is_told_at_once_and_in_the_list(orders: Program) -> None:
    lost = pact(make_order(path="/nothing"), provider={"name": "Orders"})
    assert hand_in(orders, lost)["lost"] == ["POST /nothing"]
    assert orders.get("/contracts")["items"][0]["unmatched"] == 1


def test_a_file_that_can_not_be_read_is_refused_with_its_place(orders: Program) -> None:
    assert hand_in(orders, pact({}), 422)["detail"] == "interactions/0/request: is missing, or no object"
    assert "line 1, column 2" in str(hand_in(orders, b"{", 422)["detail"])
    assert orders.get("/contracts")["total"] == 0


def test_a_contract_tells_whom_a_change_hurts_without_a_single_call(orders: Program) -> None:
    hand_in(orders, pact(make_order({"note": "x" * 250}), provider={"name": "orders"}), version="7")
    number = orders.publish(ORDERS_2)["comparison"]["id"]
    found = orders.get(f"/comparisons/{number}/impact")
    [party] = found["findings"][0]["parties"]
    assert (party["consumer"], party["standing"], party["proof"]) == ("checkout-web", "hurt", "contract")
    report = json.loads(orders.call("GET", f"/comparisons/{number}/report").get_data())
    assert report["impact"]["contracts"] == 1
