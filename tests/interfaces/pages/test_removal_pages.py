from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from access.audit import trail
from consumers.models import Consumer, Contact, Usage
from registry.models import Api, Operation
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.documents import openapi
from tests.support.factories_deprecations import make_consumer, make_contact, make_usage

Publish = Callable[..., Published]


@pytest.fixture
def known(visitor: Visitor, publish: Publish) -> Visitor:
    """The visitor, once an API is published that a consumer with a contact calls."""
    publish("orders", openapi("1.0.0", "GET /orders"))
    with visitor.runtime.database.transaction() as session:
        acme = make_consumer(session, "acme")
        make_contact(session, acme)
        make_usage(session, acme, session.scalars(select(Operation)).one(), NOW - timedelta(hours=2), 10)
    return visitor


def count(visitor: Visitor, kind: type) -> int:
    with visitor.runtime.database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def last_act(visitor: Visitor) -> tuple[str, str]:
    with visitor.runtime.database.reading() as session:
        entry = trail(session).items[0]
        return entry.action, entry.subject


def test_an_api_goes_once_its_short_name_is_typed(known: Visitor) -> None:
    assert "/apis/orders/remove" in known.get("/apis/orders?view=settings")
    assert "endings and usage go with it" in words(known.get("/apis/orders/remove"))
    assert "Orders is removed" in known.act("/apis/orders/remove", slug="orders")
    assert (count(known, Api), count(known, Usage)) == (0, 0)
    assert last_act(known) == ("api removed", "orders")


def test_a_consumer_goes_with_its_contacts_and_leaves_its_calls(known: Visitor) -> None:
    assert "/consumers/acme/remove" in known.get("/consumers/acme")
    assert "unattributed now" in known.act("/consumers/acme/remove", slug="acme")
    assert count(known, Contact) == 0
    with known.runtime.database.reading() as session:
        assert session.scalars(select(Consumer.slug)).all() == ["unattributed"]
        assert session.scalar(select(func.sum(Usage.calls))) == 10
    assert last_act(known) == ("consumer removed", "acme")


@pytest.mark.parametrize("path", ["/apis/orders/remove", "/consumers/acme/remove"])
def test_another_name_removes_nothing(known: Visitor, path: str) -> None:
    answer = known.send(path, slug="something")
    assert answer.status_code == 422
    assert "“something” is not its short name" in words(answer.text)
    assert (count(known, Api), count(known, Contact), count(known, Usage)) == (1, 1, 1)
