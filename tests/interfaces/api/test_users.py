"""The people who may sign in from a program's side."""

from collections.abc import Callable

from flask import Flask

from access.audit import trail
from interfaces.runtime import Runtime
from storage.paging import PAGE_SIZE
from tests.support.programs import Program

MARA = {"email": "mara@example.com", "name": "Mara Lindqvist", "administrator": True}
TOM = {"email": "Tom@Example.com", "name": "Tom Okafor"}


def sign_in(web: Flask, link: str) -> int:
    """Open a link and press its button; answer the status."""
    client, path = web.test_client(), "/" + link.split("/", 3)[3]
    token = client.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf_token": token}).status_code


def acts(runtime: Runtime) -> list[tuple[str, str]]:
    with runtime.database.reading() as session:
        return [(one.action, one.subject) for one in trail(session).items]


def test_a_person_whom_a_program_adds_signs_in_by_the_link_that_it_was_answered(
    api: Program, web: Flask
) -> None:
    answer = api.call("POST", "/users", 201, json=TOM)
    made = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/users/{made['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (made["email"], made["administrator"], made["last_seen_at"]) == ("tom@example.com", False, None)
    assert made["link_expires_at"] == "2026-11-23T09:30:00Z"
    assert [sign_in(web, made["link"]) for _time in ("first", "again")] == [302, 410]
    shown = api.get(f"/users/{made['id']}")
    assert shown["last_seen_at"] == "2026-11-22T09:30:00Z"
    assert api.get("/users")["items"] == [shown]


def test_no_list_tells_a_link(api: Program) -> None:
    secret = api.send("POST", "/users", 201, TOM)["link"].rpartition("/")[2]
    for path in ("/users", "/users/1", "/audit"):
        assert secret not in api.call("GET", path).text


def test_people_come_a_page_at_a_time(api: Program) -> None:
    assert api.get("/users") == {"items": [], "page": 1, "pages": 1, "total": 0}
    for number in range(PAGE_SIZE + 1):
        api.send("POST", "/users", 201, {"email": f"{number}@example.com", "name": f"Person {number:03}"})
    assert [one["name"] for one in api.get("/users", page=2)["items"]] == [f"Person {PAGE_SIZE:03}"]


def test_every_act_is_answered_with_the_person_and_written_down_once(api: Program, runtime: Runtime) -> None:
    api.send("POST", "/users", 201, MARA)
    tom = api.send("POST", "/users", 201, TOM)["id"]
    for act, member, value in (
        ("promote", "administrator", True),
        ("demote", "administrator", False),
        ("disable", "disabled_at", "2026-11-22T09:30:00Z"),
        ("enable", "disabled_at", None),
    ):
        for _time in ("first", "again"):
            assert api.send("POST", f"/users/{tom}/{act}", 200)[member] == value
    api.send("POST", f"/users/{tom}/link", 201)
    assert acts(runtime) == [
        ("sign-in link made", "tom@example.com"),
        ("user enabled", "tom@example.com"),
        ("user disabled", "tom@example.com"),
        ("administrator unmade", "tom@example.com"),
        ("administrator made", "tom@example.com"),
        ("user added", "tom@example.com"),
        ("user added", "mara@example.com"),
    ]


def test_a_new_link_ends_the_lost_one(api: Program, web: Flask) -> None:
    made = api.send("POST", "/users", 201, TOM)
    new = api.call("POST", f"/users/{made['id']}/link", 201)
    assert new.headers["Cache-Control"] == "no-store"
    assert [sign_in(web, link) for link in (made["link"], new.get_json()["link"])] == [410, 302]


def test_what_can_t_be_done_is_refused_with_the_reason_and_changes_nothing(
    api: Program, runtime: Runtime, rows: Callable[[], dict[str, int]]
) -> None:
    mara = api.send("POST", "/users", 201, MARA)["id"]
    tom = api.send("POST", "/users", 201, TOM)["id"]
    api.send("POST", f"/users/{tom}/disable", 200)
    before = rows()
    for path, body, status, said in (
        (f"/users/{mara}/demote", None, 409, "is the only administrator: make somebody else one first"),
        (f"/users/{mara}/disable", None, 409, "is the only administrator"),
        (f"/users/{tom}/link", None, 409, "tom@example.com is disabled: enable them first"),
        ("/users", TOM, 409, "tom@example.com is a user already"),
        ("/users", TOM | {"email": "tom at example.com"}, 422, "no e-mail address"),
        ("/users", TOM | {"email": "t@example.com", "name": "Tom\nB"}, 422, "without control characters"),
        ("/users", TOM | {"role": "owner"}, 422, "role"),
        ("/users/99/promote", None, 404, "there is no user 99"),
    ):
        assert said in api.send("POST", path, status, body)["detail"]
    assert rows() == before


def test_a_program_that_may_not_manage_only_looks(program: Callable[..., Program], api: Program) -> None:
    tom = api.send("POST", "/users", 201, TOM)["id"]
    reader = program("read", "publish", "usage")
    assert reader.get(f"/users/{tom}")["name"] == "Tom Okafor"
    reader.send("POST", "/users", 403, MARA)
    for act in ("link", "promote", "demote", "disable", "enable"):
        reader.send("POST", f"/users/{tom}/{act}", 403)
    program("usage").get("/users", 403)
