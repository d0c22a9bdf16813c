"""What people see of the outbox and do to one envelope."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from notifications.attempts import settle
from notifications.desk import count_by_state, find, list_envelopes, postpone, release, retry
from notifications.errors import EnvelopeNotFound, WrongState
from notifications.models import Envelope
from notifications.outbox import claim
from notifications.outcome import Failure

Post = Callable[..., Envelope]


def test_envelopes_are_listed_newest_first_by_state_and_recipient(
    session: Session, post_one: Post, now: datetime
) -> None:
    post_one(session, "old", recipient="Kim@example.com")
    post_one(session, "new", now=now + timedelta(minutes=1))
    assert [each.key for each in list_envelopes(session).items] == ["new", "old"]
    assert [each.key for each in list_envelopes(session, recipient="kim@example.com").items] == ["old"]
    assert list_envelopes(session, state="sent").total == 0
    assert count_by_state(session) == {"queued": 2, "sending": 0, "sent": 0, "failed": 0}


def test_a_postponed_envelope_waits_until_it_is_released(
    session: Session, post_one: Post, now: datetime
) -> None:
    envelope = post_one(session)
    postpone(session, envelope, until=now + timedelta(days=3))
    assert claim(session, limit=1, lease_seconds=60, now=now + timedelta(days=2)) == ()
    release(session, envelope, now=now)
    assert len(claim(session, limit=1, lease_seconds=60, now=now)) == 1


def test_a_failed_envelope_can_be_tried_again(session: Session, post_one: Post, now: datetime) -> None:
    envelope = post_one(session)
    (claimed,) = claim(session, limit=1, lease_seconds=60, now=now)
    settle(session, claimed, Failure(True, "550 no such user"), jitter=0, now=now)
    session.refresh(envelope)
    retry(session, envelope, now=now)
    assert claim(session, limit=1, lease_seconds=60, now=now)[0].attempts == 1


def test_only_a_failed_envelope_is_tried_again(session: Session, post_one: Post, now: datetime) -> None:
    with pytest.raises(WrongState, match="is queued: only a failed envelope can be tried again"):
        retry(session, post_one(session), now=now)


def test_an_unknown_key_is_an_error(session: Session) -> None:
    with pytest.raises(EnvelopeNotFound, match="no envelope has the key nothing"):
        find(session, "nothing")
