from collections.abc import Callable
from datetime import timedelta

import pytest

from consumers.models import UsageSource
from notifications import outbox
from notifications.models import Envelope
from registry.models import Delivery, SpecRepository
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.documents import openapi

Publish = Callable[..., Published]


@pytest.fixture
def settled(visitor: Visitor, publish: Publish) -> Visitor:
    """Somebody at a house in order: one API, one version."""
    publish("orders", openapi("1.0.0", "GET /orders", "GET /orders/{id}"))
    return visitor


def test_an_empty_house_is_shown_how_to_start(visitor: Visitor) -> None:
    said = words(visitor.get("/"))
    assert "Three steps to a first verdict" in said
    assert "sundial publish orders openapi.yaml" in said


def test_a_house_in_order_says_that_nothing_is_needed(settled: Visitor) -> None:
    assert "Nothing needs you" in words(settled.get("/"))


def test_a_new_version_that_breaks_something_needs_somebody(settled: Visitor, publish: Publish) -> None:
    publish("orders", openapi("2.0.0", "GET /orders"))
    said = words(settled.get("/"))
    assert "What needs you" in said
    assert "Orders 2.0.0 has 1 breaking finding" in said


def test_a_mail_that_could_not_be_delivered_needs_somebody(settled: Visitor) -> None:
    with settled.runtime.database.transaction() as session:
        letter = {"subject": "s", "text": "t", "html": "h", "domain": "example.com", "now": NOW}
        outbox.post(session, key="k", channel="mailbox", recipient="ops@example.com", **letter)
        envelope = session.query(Envelope).one()
        envelope.state, envelope.error = "failed", "550 no such user here"
    said = words(settled.get("/"))
    assert "ops@example.com" in said
    assert "550 no such user here" in said


def test_a_push_that_was_not_published_needs_somebody(settled: Visitor) -> None:
    fields = {"host": "github", "location": "fernwick/specs", "branch": "main", "path": "orders.yaml"}
    settled.act("/apis/orders/repositories", **fields)
    with settled.runtime.database.transaction() as session:
        session.add(
            Delivery(
                repository_id=session.query(SpecRepository).one().id,
                delivery="d1",
                revision="a" * 40,
                state="failed",
                outcome="orders.yaml:17:3: is not valid YAML",
                received_at=NOW,
            )
        )
    assert "orders.yaml:17:3: is not valid YAML" in words(settled.get("/"))
    assert "orders.yaml:17:3" in words(settled.get("/apis/orders?view=settings"))


@pytest.mark.parametrize(("hours", "stale"), [(23, False), (25, True)])
def test_a_source_that_went_silent_needs_somebody(settled: Visitor, hours: int, stale: bool) -> None:
    with settled.runtime.database.transaction() as session:
        last = NOW - timedelta(hours=hours)
        session.add(UsageSource(slug="edge", log_format="combined", last_event_at=last, created_at=last))
    assert ("The source edge went silent" in words(settled.get("/"))) is stale
