"""What carries an API's version, from a program's side."""

from tests.support.programs import Program

RULE = {"by": "query", "name": "api-version", "values": ["1", "2"], "or_absent": True}


def test_a_rule_is_set_shown_and_taken_away(orders: Program) -> None:
    assert orders.get("/apis/orders/version-rule") == {"rule": None}
    assert orders.send("PUT", "/apis/orders/version-rule", 200, RULE) == {"rule": RULE}
    assert orders.get("/apis/orders/version-rule") == {"rule": RULE}
    refused = orders.send("PUT", "/apis/orders/version-rule", 422, {"by": "query", "values": ["1"]})
    assert refused["detail"] == "name the query parameter"
    orders.send("DELETE", "/apis/orders/version-rule", 204)
    assert orders.get("/apis/orders/version-rule") == {"rule": None}
