"""By which attributes an API's callers are told apart, for programs."""

from tests.support.programs import Program


def test_an_api_is_given_an_order_of_its_own_and_the_usual_one_again(orders: Program) -> None:
    usual = orders.get("/apis/orders/identity")
    assert (usual["own"], usual["attributes"][0]) == (False, {"kind": "app-id", "confidence": "certain"})
    asked = {"attributes": [{"kind": "header", "confidence": "certain"}, {"kind": "user"}]}
    made = orders.send("PUT", "/apis/orders/identity", 200, asked)
    assert made == orders.get("/apis/orders/identity")
    assert made["attributes"][1] == {"kind": "user", "confidence": "likely"}
    orders.call("DELETE", "/apis/orders/identity", 204)
    assert orders.get("/apis/orders/identity") == usual


def test_an_order_that_makes_no_sense_is_refused(orders: Program) -> None:
    def refusal(*attributes: dict[str, str]) -> str:
        answer = orders.send("PUT", "/apis/orders/identity", 422, {"attributes": list(attributes)})
        return str(answer["detail"])

    assert "header stands in the order twice" in refusal({"kind": "header"}, {"kind": "header"})
    assert refusal({"kind": "address"}).startswith("body/attributes/0/kind: ")
    assert refusal().startswith("body/attributes: ")
    orders.get("/apis/nothing/identity", 404)
