"""A contact whose address is refused for good is told no more, and says why."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from consumers.models import Consumer
from deprecations.unreachable import note_outcome
from notifications.claimed import Claimed
from notifications.outbox import claim, post
from notifications.outcome import Failure, Outcome, Receipt
from tests.support.factories_deprecations import NOW, make_consumer, make_contact

REFUSED = Failure(True, "mail:25 refused RCPT: 550 5.1.1 No such user", is_about_recipient=True)


@pytest.fixture
def consumer(session: Session) -> Consumer:
    return make_consumer(session)


@pytest.fixture
def envelope(session: Session) -> Claimed:
    words = {"subject": "s", "text": "t", "html": "h", "domain": "example.com"}
    post(session, key="k", channel="smtp", recipient="Dana@example.com", **words, now=NOW)
    return claim(session, limit=1, lease_seconds=60, now=NOW)[0]


def test_a_contact_that_is_refused_for_good_is_disabled_with_the_servers_words(
    session: Session, consumer: Consumer, envelope: Claimed
) -> None:
    dana, kim = make_contact(session, consumer), make_contact(session, consumer, "kim@example.com")
    again = make_contact(session, make_consumer(session, "other"), "DANA@example.com")
    assert note_outcome(session, envelope, REFUSED, NOW) == 2
    session.expire_all()
    assert (dana.disabled_at, dana.disabled_reason) == (NOW, REFUSED.detail)
    assert again.disabled_at == NOW
    assert kim.disabled_at is None
    assert note_outcome(session, envelope, REFUSED, NOW + timedelta(days=1)) == 0, "the first reason stays"


@pytest.mark.parametrize(
    "outcome",
    [
        Receipt("250 OK"),
        Failure(False, "451 later", is_about_recipient=True),
        Failure(True, "554 spam"),
        Failure(False, "connection refused", is_outage=True),
    ],
)
def test_whatever_else_comes_of_a_mail_leaves_its_contact(
    session: Session, consumer: Consumer, envelope: Claimed, outcome: Outcome
) -> None:
    dana = make_contact(session, consumer)
    assert note_outcome(session, envelope, outcome, NOW) == 0
    session.expire_all()
    assert dana.disabled_at is None
