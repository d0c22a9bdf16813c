"""Who of an API's team is told, over the API."""

from sqlalchemy import select

from access.models import AuditEntry
from interfaces.runtime import Runtime
from tests.support.programs import Program


def test_a_team_is_named_and_told_elsewhere(orders: Program, runtime: Runtime) -> None:
    assert orders.get("/apis/orders/owners") == {"owners": [], "implied": None}
    orders.send("PATCH", "/apis/orders", 200, {"owner": "Orders team <orders@example.com>"})
    assert orders.get("/apis/orders/owners")["implied"]["email"] == "orders@example.com"
    made = orders.send("POST", "/apis/orders/owners", 201, {"name": "Mara", "email": "mara@example.com"})
    place = f"/apis/orders/owners/{made['id']}"
    assert orders.send("PATCH", place, 200, {"fallback": True})["fallback"] is True
    orders.send("POST", "/apis/orders/owners", 422, {"name": "Mara", "email": "mara@example.com"})
    chosen = {"channel": "webhook", "address": "https://hooks.example.com/in/secret"}
    first = orders.send("PUT", f"{place}/channel", 200, chosen)["secret"]
    assert orders.send("POST", f"{place}/channel/secret", 200)["secret"] not in (None, first)
    assert orders.send("POST", f"{place}/channel/trial", 200)["channel"] == "webhook"
    team = orders.get("/apis/orders/owners")
    assert team["implied"] is None
    assert team["owners"][0]["channel"]["address"] == "hooks.example.com/…cret"
    assert orders.send("PUT", f"{place}/channel", 200, {"channel": "mail"})["address"] is None
    assert orders.send("POST", f"{place}/channel/trial", 200)["recipient"] == "mara@example.com"
    assert orders.get("/apis/orders/owner-notices")["items"] == []
    orders.send("DELETE", place, 204)
    orders.send("DELETE", place, 404)
    with runtime.database.reading() as session:
        trail = [one.action for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert trail[-8:] == [
        *("owner named", "owner changed", "owner told elsewhere", "message secret rotated"),
        *("trial message sent", "owner told by mail", "trial mail sent", "owner removed"),
    ]
