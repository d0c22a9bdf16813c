"""The people who may sign in, as an administrator and as somebody else see them."""

import re

import pytest
from flask import Flask

from access import people
from access.audit import trail
from access.models import User
from access.tokens import issue
from interfaces.runtime import Runtime
from storage.paging import PAGE_SIZE
from tests.interfaces.pages.conftest import NOW, Visitor, words

LINK = re.compile(r"http://[^\s<]+(/sign-in/[\w-]{20,})")


@pytest.fixture
def other(web: Flask, runtime: Runtime, visitor: Visitor) -> Visitor:
    """Somebody else's browser, who is no administrator."""
    return Visitor(web.test_client(), visitor.runtime).sign_in("tom@example.com", is_administrator=False)


def person(visitor: Visitor, email: str = "tom@example.com") -> User:
    with visitor.runtime.database.reading() as session:
        return people.find_by_email(session, email)


def link_in(page: str) -> str:
    found = LINK.search(page)
    assert found, words(page)
    return found[1]


def test_whoever_is_alone_is_told_why_a_second_person_helps(visitor: Visitor) -> None:
    page = words(visitor.get("/people"))
    assert "Only you so far" in page
    assert "mara you mara@example.com Administrator" in page


def test_whoever_is_added_signs_in_by_the_link_that_is_shown_once(visitor: Visitor, web: Flask) -> None:
    answer = visitor.send("/people", email="Tom@example.com", name="Tom Okafor")
    shown = visitor.client.get(answer.headers["Location"])
    assert shown.cache_control.no_store
    link = link_in(shown.text)
    again = visitor.get("/people")
    assert not LINK.search(again)
    assert "Tom Okafor tom@example.com Active not yet" in words(again)
    tom = Visitor(web.test_client(), visitor.runtime)
    assert tom.send(link, token_from=link).status_code == 302
    assert "tom@example.com" in tom.get("/account")
    with visitor.runtime.database.reading() as session:
        assert ("mara@example.com", "user added", "tom@example.com") in [
            (one.actor, one.action, one.subject) for one in trail(session).items
        ]


def test_whoever_is_added_as_an_administrator_may_add_others(visitor: Visitor, web: Flask) -> None:
    link = link_in(visitor.act("/people", email="tom@example.com", name="Tom", administrator="1"))
    tom = Visitor(web.test_client(), visitor.runtime)
    tom.send(link, token_from=link)
    assert "Kim" in tom.act("/people", email="kim@example.com", name="Kim")


def test_what_is_wrong_with_a_new_person_stands_beside_the_form_with_what_was_typed(visitor: Visitor) -> None:
    for email, status in (("tom at example.com", 422), ("mara@example.com", 409)):
        answer = visitor.send("/people", email=email, name="Tom Okafor")
        assert answer.status_code == status
        assert "Nobody was added" in answer.text
        assert 'value="Tom Okafor"' in answer.text
        assert f'value="{email}"' in answer.text


def test_a_name_is_shown_as_it_is_and_never_as_markup(visitor: Visitor) -> None:
    page = visitor.act("/people", email="tom@example.com", name="<b>Tom</b>")
    assert "<b>Tom" not in page
    assert "&lt;b&gt;Tom" in page


def test_a_new_link_ends_the_lost_one(visitor: Visitor, web: Flask) -> None:
    lost = link_in(visitor.act("/people", email="tom@example.com", name="Tom"))
    new = link_in(visitor.act(f"/people/{person(visitor).id}/link"))
    answers = [Visitor(web.test_client(), visitor.runtime).send(one, token_from=one) for one in (lost, new)]
    assert [one.status_code for one in answers] == [410, 302]


def test_whoever_is_disabled_is_signed_out_and_their_name_stays(visitor: Visitor, other: Visitor) -> None:
    other.act("/apis/new", slug="orders", name="Orders")
    page = visitor.act(f"/people/{person(visitor).id}/disable")
    assert "tom is disabled and signed out everywhere." in words(page)
    assert "tom tom@example.com Disabled" in words(page)
    assert other.client.get("/").headers["Location"].startswith("/sign-in")
    assert "Api registered orders tom@example.com" in words(visitor.get("/audit"))
    assert "may come in again" in visitor.act(f"/people/{person(visitor).id}/enable")
    assert other.client.get("/").headers["Location"].startswith("/sign-in")


def test_disabling_somebody_names_the_tokens_that_they_leave_behind(visitor: Visitor, other: Visitor) -> None:
    with visitor.runtime.database.transaction() as session:
        issue(session, name="ci", scopes=["read"], by="tom@example.com", now=NOW)
        issue(session, name="edge", scopes=["read"], by="mara@example.com", now=NOW)
    page = visitor.act(f"/people/{person(visitor).id}/disable")
    assert "1 token that they made still work" in words(page)


def test_the_last_administrator_stays(visitor: Visitor) -> None:
    mara = person(visitor, "mara@example.com")
    for act in ("demote", "disable"):
        answer = visitor.send(f"/people/{mara.id}/{act}")
        assert answer.status_code == 409
        assert "mara@example.com is the only administrator" in answer.text
    assert person(visitor, "mara@example.com").is_administrator


def test_an_administrator_who_demotes_themselves_only_looks_from_then_on(
    visitor: Visitor, other: Visitor
) -> None:
    visitor.act(f"/people/{person(visitor).id}/promote")
    page = visitor.act(f"/people/{person(visitor, 'mara@example.com').id}/demote")
    assert "mara is no administrator any more." in words(page)
    assert "Add a person" not in page
    assert "Add a person" in other.get("/people")


def test_whoever_is_no_administrator_sees_everybody_and_changes_nobody(
    visitor: Visitor, other: Visitor
) -> None:
    page = other.get("/people")
    assert "mara mara@example.com Administrator" in words(page)
    assert "<form" not in page.partition("<main")[2]
    tom = person(visitor)
    for path in ("/people", *(f"/people/{tom.id}/{act}" for act in ("link", "promote", "demote", "disable"))):
        refused = other.send(path, email="kim@example.com", name="Kim")
        assert refused.status_code == 403
        assert "Only an administrator may" in refused.text
    assert not person(visitor).is_administrator
    with visitor.runtime.database.reading() as session:
        assert people.people(session).total == 2


def test_whoever_is_no_administrator_makes_no_token_that_could_make_them_one(other: Visitor) -> None:
    assert 'value="manage"' not in other.get("/tokens")
    refused = other.send("/tokens", name="mine", scope=["manage"], days="")
    assert refused.status_code == 422
    assert "only an administrator may make a token that manages" in refused.text
    assert "sundial_" in other.act("/tokens", name="mine", scope=["read"], days="")


def test_what_is_no_act_and_who_is_nobody_is_not_found(visitor: Visitor) -> None:
    assert visitor.send("/people/1/explode").status_code == 404
    assert visitor.send("/people/99/disable").status_code == 404


def test_people_come_a_page_at_a_time(visitor: Visitor) -> None:
    for number in range(PAGE_SIZE):
        visitor.send("/people", email=f"{number}@example.com", name=f"Ada {number:03}")
    assert "1 to 50 of 51 people" in words(visitor.get("/people"))
    page = words(visitor.get("/people?page=2"))
    assert "mara@example.com" in page
    assert "Only you so far" not in page
