"""Where a contact is told, over the API and by page."""

from sqlalchemy import select

from access.models import AuditEntry
from interfaces.runtime import Runtime
from tests.support.programs import Program

ADDRESS = "https://hooks.slack.com/services/T000/B000/verysecret"
PLACE = "/consumers/acme/contacts/1"


def test_a_contact_is_changed_and_told_elsewhere(api: Program, runtime: Runtime) -> None:
    api.send("POST", "/consumers", 201, {"slug": "acme", "name": "Acme"})
    made = api.send("POST", "/consumers/acme/contacts", 201, {"name": "Dana", "email": "dana@example.com"})
    assert made["channel"] == {"channel": "mail", "address": None, "off_because": None}
    assert api.send("PATCH", PLACE, 200, {"role": "team"})["role"] == "team"
    api.send("PATCH", PLACE, 422, {"email": "other@example.com"})
    assert api.send("PUT", f"{PLACE}/channel", 200, {"channel": "slack", "address": ADDRESS}) == {
        "channel": "slack",
        "address": "hooks.slack.com/…cret",
        "off_because": None,
        "secret": None,
    }
    (contact,) = api.get("/consumers/acme")["contacts"]
    assert contact["channel"]["address"] == "hooks.slack.com/…cret"
    assert api.send("POST", f"{PLACE}/channel/trial", 200)["channel"] == "slack"
    event = api.send(
        "PUT", f"{PLACE}/channel", 200, {"channel": "webhook", "address": "https://a.example/in"}
    )
    again = api.send("POST", f"{PLACE}/channel/secret", 200)
    assert again["ended"] is None
    third = api.send("POST", f"{PLACE}/channel/secret", 200)
    assert "signs no more: two sign at a time" in third["ended"]
    assert event["secret"].startswith("whsec_")
    assert again["secret"] not in (None, event["secret"])
    assert "secret" not in api.get("/consumers/acme")["contacts"][0]["channel"]
    refused = api.send("PUT", f"{PLACE}/channel", 422, {"channel": "teams", "address": "http://10.0.0.1/"})
    assert "https://" in refused["detail"]
    api.send("PUT", f"{PLACE}/channel", 200, {"channel": "mail"})
    assert api.send("POST", f"{PLACE}/channel/trial", 200)["recipient"] == "dana@example.com"
    api.send("PUT", "/consumers/acme/contacts/2/channel", 404, {"channel": "mail"})
    with runtime.database.reading() as session:
        trail = [f"{one.action} {one.detail}" for one in session.scalars(select(AuditEntry))]
    assert "contact told elsewhere dana@example.com at hooks.slack.com/…cret" in trail
    assert "verysecret" not in " ".join(trail)


def test_an_api_says_which_roles_hear_of_what(orders: Program) -> None:
    usual = orders.get("/apis/orders/routing")
    assert usual["reminders"] == ["technical", "team"]
    chosen = orders.send("PATCH", "/apis/orders/routing", 200, {"reminders": ["owner", "technical"]})
    assert chosen == usual | {"reminders": ["technical", "owner"]}
    assert orders.get("/apis/orders/routing") == chosen
    orders.send("PATCH", "/apis/orders/routing", 422, {"reminders": ["king"]})
    orders.send("PATCH", "/apis/orders/routing", 422, {})
    orders.send("PATCH", "/apis/nothing/routing", 404, {"dates": []})


def test_an_api_says_when_others_are_told(orders: Program) -> None:
    assert orders.get("/apis/orders/escalation") == {"days": 30}
    assert orders.send("PUT", "/apis/orders/escalation", 200, {"days": 14}) == {"days": 14}
    assert orders.get("/apis/orders/escalation") == {"days": 14}
    orders.send("PUT", "/apis/orders/escalation", 422, {"days": 366})
