"""The outbox, on both databases: claimed by one, settled by whoever holds the lease, never lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from notifications.attempts import hand_back, settle
from notifications.backoff import MAX_ATTEMPTS
from notifications.claimed import Claimed
from notifications.desk import attempts
from notifications.models import Envelope
from notifications.outbox import claim, post_once
from notifications.outcome import Failure, Receipt
from storage.transactions import Database

Post = Callable[..., Envelope]
MINUTE = timedelta(minutes=1)


def claim_one(session: Session, now: datetime) -> Claimed:
    (claimed,) = claim(session, limit=10, lease_seconds=60, now=now)
    return claimed


def test_the_same_key_twice_is_one_envelope_and_the_first_words_stay(
    session: Session, post_one: Post
) -> None:
    first = post_one(session)
    again = post_one(session, text="Other words.\n")
    assert again.id == first.id
    assert again.text == "GET /v1/orders/{id} ends.\n"
    assert session.scalar(select(func.count()).select_from(Envelope)) == 1


def test_posting_once_tells_who_wrote_the_envelope(session: Session, now: datetime) -> None:
    values: dict[str, Any] = {
        "key": "k",
        "channel": "smtp",
        "recipient": "a@example.com",
        "domain": "example.com",
        "subject": "s",
        "text": "t",
        "html": "h",
        "now": now,
    }
    assert post_once(session, **values)
    assert not post_once(session, **values)


def test_a_message_id_derives_from_the_key_alone(session: Session, post_one: Post, now: datetime) -> None:
    first = post_one(session, "one").message_id
    other = post_one(session, "two").message_id
    assert first != other
    assert first.endswith("@sundial.example.com>")
    session.delete(session.scalars(select(Envelope).where(Envelope.key == "one")).one())
    session.flush()
    assert post_one(session, "one", now=now + MINUTE, text="Other words.\n").message_id == first


def test_a_claimed_envelope_is_nobody_elses_until_its_lease_expires(
    session: Session, post_one: Post, now: datetime
) -> None:
    post_one(session)
    first = claim_one(session, now)
    assert claim(session, limit=10, lease_seconds=60, now=now + timedelta(seconds=59)) == ()
    second = claim_one(session, now + MINUTE)
    assert second.id == first.id
    assert second.lease != first.lease
    assert second.message_id == first.message_id


def test_what_an_expired_lease_left_behind_is_written_down(
    session: Session, post_one: Post, now: datetime
) -> None:
    envelope = post_one(session)
    claim_one(session, now)
    claim_one(session, now + MINUTE)
    assert [attempt.outcome for attempt in attempts(session, envelope)] == ["interrupted"]


def test_who_lost_the_lease_cannot_settle(session: Session, post_one: Post, now: datetime) -> None:
    envelope = post_one(session)
    slow = claim_one(session, now)
    quick = claim_one(session, now + MINUTE)
    assert not settle(session, slow, Failure(True, "late news"), jitter=0, now=now + MINUTE)
    assert settle(session, quick, Receipt("250 OK"), jitter=0, now=now + MINUTE)
    session.refresh(envelope)
    assert (envelope.state, envelope.receipt, envelope.lease) == ("sent", "250 OK", None)
    outcomes = [attempt.outcome for attempt in attempts(session, envelope)]
    assert outcomes == ["interrupted", "late-permanent", "sent"]


def test_a_sent_envelope_is_never_claimed_again(session: Session, post_one: Post, now: datetime) -> None:
    post_one(session)
    settle(session, claim_one(session, now), Receipt("250 OK"), jitter=0, now=now)
    assert claim(session, limit=10, lease_seconds=60, now=now + timedelta(days=365)) == ()


def test_a_permanent_failure_ends_it_with_its_reason(session: Session, post_one: Post, now: datetime) -> None:
    envelope = post_one(session)
    settle(session, claim_one(session, now), Failure(True, "550 no such user"), jitter=0, now=now)
    session.refresh(envelope)
    assert (envelope.state, envelope.error) == ("failed", "550 no such user")
    assert claim(session, limit=10, lease_seconds=60, now=now + timedelta(days=365)) == ()


def test_a_temporary_failure_is_tried_again_after_half_a_minute_at_the_soonest(
    session: Session, post_one: Post, now: datetime
) -> None:
    post_one(session)
    settle(session, claim_one(session, now), Failure(False, "451 later"), jitter=0, now=now)
    assert claim(session, limit=10, lease_seconds=60, now=now + timedelta(seconds=29)) == ()
    assert claim_one(session, now + timedelta(seconds=30)).attempts == 2


def test_waits_double_to_an_hour_at_most(session: Session, post_one: Post, now: datetime) -> None:
    envelope = post_one(session)
    waits = []
    for _ in range(12):
        settle(session, claim_one(session, now), Failure(False, "451 later"), jitter=1, now=now)
        session.refresh(envelope)
        waits.append(int((envelope.next_attempt_at - now) / MINUTE))
        now = envelope.next_attempt_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]


def test_a_temporary_failure_is_given_up_in_the_end(session: Session, post_one: Post, now: datetime) -> None:
    envelope = post_one(session)
    session.execute(update(Envelope).values(attempts=MAX_ATTEMPTS - 1))
    settle(session, claim_one(session, now), Failure(False, "451 later"), jitter=0, now=now)
    session.refresh(envelope)
    assert envelope.state == "failed"
    assert envelope.error == f"given up after {MAX_ATTEMPTS} tries: 451 later"


def test_what_is_handed_back_untried_does_not_count_as_a_try(
    session: Session, post_one: Post, now: datetime
) -> None:
    post_one(session)
    assert hand_back(session, claim_one(session, now))
    assert claim_one(session, now).attempts == 1


def test_an_envelope_is_not_claimed_before_its_hour(session: Session, post_one: Post, now: datetime) -> None:
    post_one(session, now=now + MINUTE)
    assert claim(session, limit=10, lease_seconds=60, now=now) == ()


def test_those_who_wait_longest_go_first(session: Session, post_one: Post, now: datetime) -> None:
    for minutes in (3, 1, 2):
        post_one(session, f"after {minutes}", now=now + minutes * MINUTE)
    claimed = claim(session, limit=2, lease_seconds=60, now=now + 5 * MINUTE)
    assert [each.key for each in claimed] == ["after 1", "after 2"]


@pytest.mark.slow
def test_many_senders_at_once_never_claim_the_same_envelope(
    database: Database, post_one: Post, now: datetime
) -> None:
    with database.transaction() as session:
        for number in range(200):
            post_one(session, f"k{number}")
    start, taken = Barrier(4), []

    def work() -> None:
        start.wait()
        while True:
            with database.transaction() as session:
                batch = claim(session, limit=7, lease_seconds=60, now=now)
            if not batch:
                return
            taken.extend(each.key for each in batch)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"k{number}" for number in range(200))


def test_a_recipient_gets_no_more_than_so_many_mails_an_hour(
    session: Session, post_one: Post, now: datetime
) -> None:
    for number in range(3):
        post_one(session, f"dana-{number}", now=now + timedelta(seconds=number))
    post_one(session, "kim", recipient="kim@example.com", now=now + MINUTE)
    sent: list[str] = []
    for minutes in (2, 3, 62, 63):
        at = now + minutes * MINUTE
        for one in claim(session, limit=10, lease_seconds=60, hourly=1, now=at):
            settle(session, one, Receipt("250 OK"), jitter=0, now=at)
            sent.append(f"{one.key} after {minutes}")
    assert sent == ["dana-0 after 2", "kim after 2", "dana-1 after 62"]


def test_what_is_being_sent_counts_too(session: Session, post_one: Post, now: datetime) -> None:
    for number in range(3):
        post_one(session, f"dana-{number}")
    sizes = [len(claim(session, limit=10, lease_seconds=60, hourly=2, now=now)) for _ in range(3)]
    assert sizes == [1, 1, 0]
