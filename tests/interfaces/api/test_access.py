"""Tokens and the audit trail from a program's side."""

from collections.abc import Callable

from flask import Flask

from tests.support.programs import Program


def test_a_token_that_a_program_makes_lets_another_one_in_until_it_is_revoked(
    api: Program, web: Flask
) -> None:
    made = api.send("POST", "/tokens", 201, {"name": "spec repository", "scopes": ["read"], "days": 30})
    other = Program(web, made["secret"])
    other.get("/apis")
    other.get("/tokens", 403)
    api.send("DELETE", f"/tokens/{made['id']}", 204)
    other.get("/apis", 401)
    api.send("DELETE", f"/tokens/{made['id']}", 404)


def test_no_list_tells_a_token_s_secret(api: Program) -> None:
    made = api.send("POST", "/tokens", 201, {"name": "spec repository", "scopes": ["publish", "read"]})
    listed = api.call("GET", "/tokens").text
    assert made["secret"] not in listed
    assert made["hint"][1:] == made["secret"][-4:]
    names = [(one["name"], one["scopes"]) for one in api.get("/tokens")["items"]]
    assert names == [("spec repository", ["publish", "read"]), ("ci", ["manage"])]


def test_the_trail_tells_who_did_what(api: Program) -> None:
    api.send("POST", "/apis", 201, {"slug": "orders", "name": "Orders"})
    api.send("PATCH", "/apis/orders", 200, {"owner": "orders@example.com"})
    told = [(one["action"], one["subject"]) for one in api.get("/audit")["items"]]
    assert told == [("api changed", "orders"), ("api registered", "orders")]
    assert {one["actor"].startswith("token ci") for one in api.get("/audit")["items"]} == {True}


def test_what_a_change_leaves_out_stays(api: Program) -> None:
    api.send("POST", "/apis", 201, {"slug": "orders", "name": "Orders", "description": "What was ordered."})
    changed = api.send("PATCH", "/apis/orders", 200, {"name": "All orders"})
    assert (changed["name"], changed["description"]) == ("All orders", "What was ordered.")
    api.send("PATCH", "/apis/orders", 422, {})
    api.send("PATCH", "/apis/orders", 422, {"slug": "other"})
    api.send("PATCH", "/apis/nothing", 404, {"name": "X"})


def test_the_mailbox_is_empty_before_anything_was_sent(program: Callable[..., Program]) -> None:
    reader = program("read")
    assert reader.get("/mailbox") == {"items": [], "page": 1, "pages": 1, "total": 0}
    reader.get("/mailbox/" + "0" * 40, 404)
