"""What goes and what is changed for good, from a program's side."""

from tests.support.programs import ORDERS_1, ORDERS_2, Program, calls

NDJSON = "application/x-ndjson"


def actions(api: Program) -> list[tuple[str, str]]:
    return [(one["action"], one["subject"]) for one in api.get("/audit")["items"]]


def test_an_api_goes_with_all_that_hangs_on_it(orders: Program) -> None:
    orders.send("DELETE", "/apis/orders", 204)
    orders.get("/apis/orders", 404)
    orders.send("DELETE", "/apis/orders", 404)
    assert actions(orders)[0] == ("api removed", "orders")
    orders.send("POST", "/apis", 201, {"slug": "orders", "name": "Orders"})
    assert orders.get("/apis/orders/versions")["total"] == 0


def test_a_source_of_an_api_that_is_gone_vouches_for_no_other(known: Program) -> None:
    known.send("POST", "/usage?source=edge&api=orders", 200, data=calls(), content_type=NDJSON)
    known.send("DELETE", "/apis/orders", 204)
    [source] = known.get("/sources")["items"]
    assert (source["slug"], source["retired"]) == ("edge", True)


def test_a_consumer_goes_and_its_calls_are_nobody_s(known: Program) -> None:
    lines = calls(identity={"client-id": "acme"}, count=3)
    known.send("POST", "/usage?source=edge", 200, data=lines, content_type=NDJSON)
    known.send("POST", "/consumers", 201, {"slug": "acme", "name": "Acme"})
    known.send("POST", "/consumers/acme/credentials", 201, {"kind": "client-id", "value": "acme"})
    known.send("DELETE", "/consumers/acme", 204)
    known.get("/consumers/acme", 404)
    assert [one["calls"] for one in known.get("/consumers/unattributed")["calls"]] == [3]
    assert actions(known)[0] == ("consumer removed", "acme")


def test_the_unattributed_consumer_stays(known: Program) -> None:
    known.send("POST", "/usage?source=edge", 200, data=calls(), content_type=NDJSON)
    assert "has to count somewhere" in known.send("DELETE", "/consumers/unattributed", 422)["detail"]


def test_a_source_is_changed_and_what_is_left_out_stays(known: Program) -> None:
    known.send("POST", "/usage?source=edge", 200, data=calls(), content_type=NDJSON)
    changed = known.send("PATCH", "/sources/edge", 200, {"api": "orders"})
    assert (changed["api"], changed["stale_after_hours"], changed["retired"]) == ("orders", 24, False)
    changed = known.send("PATCH", "/sources/edge", 200, {"stale_after_hours": 72, "retired": True})
    assert (changed["api"], changed["stale_after_hours"], changed["retired"]) == ("orders", 72, True)
    changed = known.send("PATCH", "/sources/edge", 200, {"api": None, "retired": False})
    assert (changed["api"], changed["stale_after_hours"], changed["retired"]) == (None, 72, False)
    assert known.get("/sources")["items"] == [changed]
    for body, status in (({"api": "nothing"}, 404), ({"stale_after_hours": 0}, 422), ({}, 422)):
        known.send("PATCH", "/sources/edge", status, body)
    known.send("PATCH", "/sources/nothing", 404, {"retired": True})


def test_an_earlier_document_becomes_the_newest_again_and_the_answer_says_so(orders: Program) -> None:
    assert orders.publish(ORDERS_2)["note"] is None
    again = orders.publish(ORDERS_1)
    label = again["version"]["label"]
    assert again["note"] == f"1.0.0 is this very document; it becomes the newest again as {label}"
