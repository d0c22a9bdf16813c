"""What holds for every page and act: nobody comes in unasked, nothing is done without the form's token."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from access.models import AuditEntry
from interfaces.gate import OPEN_PAGES
from interfaces.pages import ROUTES
from interfaces.pages.context import NAVIGATION
from interfaces.pages.route import Route
from tests.interfaces.pages.conftest import Visitor

pytestmark = pytest.mark.slow

CLOSED = [route for route in ROUTES if f"pages.{route.endpoint}" not in OPEN_PAGES]
PLAIN = [route for route in CLOSED if "GET" in route.methods and not {"<", "."} & set(route.path)]
ACTS = [route for route in CLOSED if "POST" in route.methods]


def named(route: Route) -> str:
    return route.endpoint


def address(app: Flask, route: Route) -> str:
    """Answer an address of the route, with 1 for every number and "one" for every name."""
    rule = next(one for one in app.url_map.iter_rules(f"pages.{route.endpoint}"))
    adapter = app.url_map.bind("localhost")
    values = {
        name: 1 if "Integer" in type(rule._converters[name]).__name__ else "one" for name in rule.arguments
    }
    return str(adapter.build(f"pages.{route.endpoint}", values))


@pytest.mark.parametrize("route", CLOSED, ids=named)
def test_a_stranger_is_sent_to_sign_in(web: Flask, stranger: Visitor, route: Route) -> None:
    answer = stranger.client.open(address(web, route), method=route.methods[0])
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("route", ACTS, ids=named)
def test_an_act_without_the_token_of_a_form_is_refused_and_changes_nothing(
    web: Flask, visitor: Visitor, route: Route
) -> None:
    answer = visitor.client.post(address(web, route), data={})
    assert answer.status_code == 400
    assert "CSRF" in answer.text
    with visitor.runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.parametrize("route", PLAIN, ids=named)
def test_a_page_answers_before_anything_is_there(visitor: Visitor, route: Route) -> None:
    page = visitor.get(route.path)
    assert page.count("<h1") == 1
    assert "<title>" in page


@pytest.mark.parametrize("asked", ["0", "-1", "99999999999999999999", "x", "²"])
def test_a_page_number_that_makes_no_sense_is_no_fault(visitor: Visitor, asked: str) -> None:
    for route in PLAIN:
        visitor.get(f"{route.path}?page={asked}")


def test_the_navigation_leads_to_pages_that_are_there(visitor: Visitor) -> None:
    page = visitor.get("/")
    for _endpoint, label in NAVIGATION:
        assert f">{label}" in page


def test_pages_forbid_scripts_and_styles_from_anywhere_else(visitor: Visitor) -> None:
    policy = visitor.client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("path", "status"), [("/nowhere/at/all", 404), ("/sources/log", 405)])
def test_an_address_without_an_answer_keeps_the_navigation(visitor: Visitor, path: str, status: int) -> None:
    page = visitor.get(path, status)
    for _endpoint, label in NAVIGATION:
        assert f">{label}" in page


def test_a_stranger_at_an_unknown_address_sees_no_navigation(stranger: Visitor) -> None:
    assert ">Mailbox" not in stranger.get("/nowhere", 404)


def test_an_error_begins_with_a_capital_unless_with_a_name(visitor: Visitor) -> None:
    assert "<p>There is no API called orders" in visitor.get("/apis/orders", 404)
