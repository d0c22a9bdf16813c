"""Consumers, their credentials and contacts, from a program's side."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from access.models import AuditEntry
from interfaces.runtime import Runtime
from tests.support.programs import Program, calls

ACME = {"slug": "acme-sync", "name": "Acme Sync", "description": "Copies orders.", "team": "Logistics"}
DANA = {"name": "Dana", "email": "dana@example.com", "role": "owner", "zone": "Europe/Berlin"}


def test_a_consumer_is_registered_once_changed_and_found(api: Program) -> None:
    made = api.call("POST", "/consumers", 201, json=ACME)
    assert made.headers["Location"] == "/api/v1/consumers/acme-sync"
    api.send("POST", "/consumers", 409, ACME)
    changed = api.send("PATCH", "/consumers/acme-sync", 200, {"team": "Fulfilment"})
    assert changed == {**made.get_json(), "team": "Fulfilment"}
    assert [one["slug"] for one in api.get("/consumers", search="fulfil")["items"]] == ["acme-sync"]
    assert api.get("/consumers", search="logistics")["total"] == 0
    api.get("/consumers/acme", 404)
    api.send("PATCH", "/consumers/acme-sync", 422, {})


def test_contacts_come_and_go(api: Program) -> None:
    api.send("POST", "/consumers", 201, ACME)
    made = api.send("POST", "/consumers/acme-sync/contacts", 201, DANA)
    assert api.get("/consumers/acme-sync")["contacts"] == [made]
    api.send("POST", "/consumers/acme-sync/contacts", 409, {**DANA, "email": "Dana@example.com"})
    for wrong in ({"email": "dana"}, {"zone": "Mars/Olympus"}, {"role": "boss"}, {"language": "fr"}):
        api.send("POST", "/consumers/acme-sync/contacts", 422, {**DANA, **wrong})
    there = f"/consumers/acme-sync/contacts/{made['id']}"
    assert made["language"] == "en"
    assert api.send("PATCH", there, 200, {"language": "de"})["language"] == "de"
    api.send("DELETE", there, 204)
    assert api.get("/consumers/acme-sync")["contacts"] == []
    api.send("DELETE", f"/consumers/acme-sync/contacts/{made['id']}", 404)


def test_a_contact_of_another_consumer_stays(api: Program, rows: Callable[[], dict[str, int]]) -> None:
    api.send("POST", "/consumers", 201, ACME)
    api.send("POST", "/consumers", 201, {**ACME, "slug": "other"})
    made = api.send("POST", "/consumers/acme-sync/contacts", 201, DANA)
    before = rows()
    api.send("DELETE", f"/consumers/other/contacts/{made['id']}", 404)
    assert rows() == before


def test_a_credential_brings_its_earlier_usage_along(known: Program) -> None:
    lines = calls(identity={"client-id": "acme-production"}, count=3)
    known.send("POST", "/usage?source=edge", 200, data=lines, content_type="application/x-ndjson")
    known.send("POST", "/consumers", 201, ACME)
    assert known.get("/consumers/acme-sync")["calls"] == []
    credential = {"kind": "client-id", "value": "acme-production"}
    made = known.send("POST", "/consumers/acme-sync/credentials", 201, credential)
    found = known.get("/consumers/acme-sync")
    assert found["credentials"] == [made]
    assert [(one["operation"], one["calls"]) for one in found["calls"]] == [("GET /v1/orders/{id}", 3)]
    known.send("DELETE", f"/consumers/acme-sync/credentials/{made['id']}", 204)
    assert known.get("/consumers/acme-sync")["calls"] == []


def test_a_credential_names_one_consumer_only(api: Program) -> None:
    api.send("POST", "/consumers", 201, ACME)
    api.send("POST", "/consumers", 201, {**ACME, "slug": "other"})
    credential = {"kind": "api-key", "value": "a-key-that-is-long-enough"}
    made = api.send("POST", "/consumers/acme-sync/credentials", 201, credential)
    assert "acme-sync already" in api.send("POST", "/consumers/other/credentials", 409, credential)["detail"]
    api.send("DELETE", f"/consumers/other/credentials/{made['id']}", 404)
    api.send("POST", "/consumers/other/credentials", 422, {"kind": "none", "value": "x"})


def test_what_is_done_is_in_the_audit_trail_without_the_secret(api: Program, runtime: Runtime) -> None:
    api.send("POST", "/consumers", 201, ACME)
    api.send("POST", "/consumers/acme-sync/credentials", 201, {"kind": "api-key", "value": "key-value-7f2a"})
    made = api.send("POST", "/consumers/acme-sync/contacts", 201, DANA)
    api.send("DELETE", f"/consumers/acme-sync/contacts/{made['id']}", 204)
    with runtime.database.reading() as session:
        trail = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert [entry.action for entry in trail] == [
        "consumer registered",
        "credential added",
        "contact added",
        "contact removed",
    ]
    assert trail[1].detail == "api-key …7f2a"
    assert not any("key-value" in entry.detail for entry in trail)


def test_consumers_are_merged_split_and_their_credentials_moved(known: Program) -> None:
    for slug in ("acme", "acme-old"):
        known.send("POST", "/consumers", 201, {"slug": slug, "name": slug})
        path, asked = f"/consumers/{slug}/credentials", {"kind": "app-id", "value": f"the-app-of-{slug}"}
        known.send("POST", path, 201, asked)
    merged = known.send("POST", "/consumers/acme/merge", 200, {"from": "acme-old"})
    assert (merged["merged"]["credentials"], len(merged["credentials"])) == (1, 2)
    known.get("/consumers/acme-old", 404)
    second = merged["credentials"][1]["id"]
    asked = {"slug": "acme-new", "name": "Acme", "credentials": [second]}
    assert known.send("POST", "/consumers/acme/split", 201, asked)["credentials"][0]["id"] == second
    path = f"/consumers/acme-new/credentials/{second}/move"
    assert known.send("POST", path, 200, {"to": "acme"}) == {"consumer": "acme", "calls": 0}
    known.send("POST", path, 404, {"to": "acme"})
    known.send("POST", "/consumers/acme/merge", 422, {"from": "acme"})


def test_a_list_is_tried_and_then_imported(known: Program) -> None:
    def hand_in(text: str, status: int = 200, **asked: str) -> Any:
        path = "/consumers/import"
        query = {"format": "csv", **asked}
        return known.call(
            "POST", path, status, data=text.encode(), content_type="text/csv", query_string=query
        ).get_json()

    text = "consumer,name\nshop,The shop\n"
    tried = hand_in(text, dry_run="true")
    assert (tried["applied"], tried["changes"][0]["what"]) == (False, "consumer registered")
    known.get("/consumers/shop", 404)
    assert hand_in(text)["applied"]
    assert known.get("/consumers/shop")["name"] == "The shop"
    assert hand_in(text)["changes"] == []
    assert hand_in("consumer\nother\n", 422)["detail"].startswith("line 2: there is no consumer called other")
