"""The live check on pages."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from deprecations.live.compare import Drift, Kind
from deprecations.live.fetch import Head
from deprecations.live.probes import note
from registry.models import Operation
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.interfaces.pages.test_deprecation_pages import FORM
from tests.support.documents import openapi


@pytest.fixture
def visitor(visitor: Visitor, publish: Callable[..., Published]) -> Visitor:
    """Somebody who has announced the end of an operation."""
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    with visitor.runtime.database.reading() as session:
        number = session.scalars(select(Operation.id)).one()
    visitor.act(f"/deprecations/new?operation={number}", **FORM, announce="1")
    return visitor


def test_an_api_without_probes_says_what_to_do(visitor: Visitor) -> None:
    page = words(visitor.get("/apis/orders/probes"))
    assert "Nothing is checked" in page
    assert "No base address is set" in page
    assert "It is not checked" in words(visitor.get("/deprecations/1"))


def test_drift_is_shown_beside_the_plan_at_home_and_over_time(visitor: Visitor) -> None:
    visitor.act("/apis/orders/edge", base_url="https://api.example.com", links="1")
    page = words(visitor.act("/apis/orders/probes", method="GET", path="/v1/orders/7"))
    assert "is checked from now on" in page
    assert "Not asked yet" in page
    drift = Drift(Kind.MISSING, "Sunset", "The reply has no <Sunset>.")
    with visitor.runtime.database.transaction() as session:
        note(session, 1, Head(200, ()), [drift], NOW)
    for address in ("/", "/deprecations/1", "/apis/orders/probes", "/probes/1"):
        assert "The reply has no <Sunset>." in words(visitor.get(address)), address
    with visitor.runtime.database.transaction() as session:
        note(session, 1, Head(200, ()), [], NOW)
    assert "Replies stray" not in words(visitor.get("/"))
    assert "As planned" in words(visitor.get("/deprecations/1"))


def test_a_probe_of_another_path_is_not_the_plans(visitor: Visitor) -> None:
    visitor.act("/apis/orders/probes", method="HEAD", path="/v2/orders/7")
    assert "It is not checked" in words(visitor.get("/deprecations/1"))
    assert "is checked no more" in words(visitor.act("/apis/orders/probes/1/remove"))


def test_what_cannot_be_checked_is_said_beside_the_form(visitor: Visitor) -> None:
    answer = visitor.send("/apis/orders/probes", method="GET", path="/v1/orders/{id}")
    assert answer.status_code == 422
    assert "fill its parameters in" in words(answer.text)
    refused = visitor.send("/apis/orders/check")
    assert refused.status_code == 422
    assert "has no probes" in words(refused.text)
