"""The sender against both databases, with a channel that is a list."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from notifications.channels.channel import Ready, at_once
from notifications.claimed import Claimed
from notifications.deliver import deliver
from notifications.desk import attempts, count_by_state, list_envelopes
from notifications.errors import Unmailable
from notifications.models import Envelope
from notifications.outcome import Failure, Outcome, Receipt
from storage.transactions import Database

Post = Callable[..., Envelope]


class ListChannel:
    """Keeps what it is handed; answers with what the test says."""

    def __init__(self, answer: Callable[[Claimed], Outcome] = lambda _: Receipt("ok")) -> None:
        self.sent: list[str] = []
        self._answer = answer

    def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
        self.sent.append(envelope.key)
        return self._answer(envelope)


@pytest.fixture
def three(database: Database, post_one: Post) -> Database:
    with database.transaction() as session:
        for key in ("a", "b", "c"):
            post_one(session, key)
    return database


def run(
    database: Database,
    channel: ListChannel,
    now: datetime,
    *,
    stop: Callable[[], bool] = lambda: False,
    limit: int = 100,
) -> int:
    channels = {"smtp": channel}
    return deliver(database, channels, clock=lambda: now, limit=limit, stop=stop, jitter=lambda: 0.0)


def states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {state: count for state, count in count_by_state(session).items() if count}


def test_everything_due_is_sent_once(three: Database, now: datetime) -> None:
    channel = ListChannel()
    assert run(three, channel, now) == 3
    assert run(three, channel, now) == 0
    assert channel.sent == ["a", "b", "c"]
    assert states(three) == {"sent": 3}


def test_a_limit_leaves_the_rest_for_the_next_tick(three: Database, now: datetime) -> None:
    assert run(three, ListChannel(), now, limit=2) == 2
    assert states(three) == {"sent": 2, "queued": 1}


def test_asked_to_stop_it_finishes_the_one_in_flight_and_hands_back_the_others(
    three: Database, now: datetime
) -> None:
    channel = ListChannel()
    assert run(three, channel, now, stop=lambda: bool(channel.sent)) == 1
    assert channel.sent == ["a"]
    assert states(three) == {"sent": 1, "queued": 2}
    assert run(three, channel, now) == 2


def test_a_failure_does_not_hold_up_the_others(three: Database, now: datetime) -> None:
    channel = ListChannel(
        lambda claimed: Failure(claimed.key == "a", "no") if claimed.key < "c" else Receipt("ok")
    )
    assert run(three, channel, now) == 1
    assert states(three) == {"failed": 1, "queued": 1, "sent": 1}


def test_what_can_never_be_a_mail_fails_for_good(three: Database, now: datetime) -> None:
    def refuse(claimed: Claimed) -> Outcome:
        raise Unmailable("'dana' is not an e-mail address")

    assert run(three, ListChannel(refuse), now) == 0
    assert states(three) == {"failed": 3}


def test_a_channel_that_breaks_is_tried_again_and_the_trouble_written_down(
    three: Database, now: datetime
) -> None:
    def trip(claimed: Claimed) -> Outcome:
        raise KeyError("surprise")

    assert run(three, ListChannel(trip), now) == 0
    with three.reading() as session:
        envelope = list_envelopes(session, state="queued").items[0]
        (attempt,) = attempts(session, envelope)
    assert attempt.detail == "the channel smtp broke: KeyError('surprise')"


def test_an_envelope_for_a_channel_that_is_not_set_up_waits(
    database: Database, post_one: Post, now: datetime
) -> None:
    with database.transaction() as session:
        post_one(session, channel="pigeon")
    assert run(database, ListChannel(), now) == 0
    assert states(database) == {"queued": 1}


def test_no_envelope_is_sent_on_a_lease_that_is_running_out(three: Database, now: datetime) -> None:
    clock = iter([now, *[now + timedelta(minutes=4)] * 2, *[now + timedelta(minutes=8)] * 3])
    channel = ListChannel()
    sent = deliver(three, {"smtp": channel}, clock=lambda: next(clock), limit=3, stop=lambda: False)
    assert sent == 1
    assert channel.sent == ["a"]
    assert states(three) == {"sent": 1, "queued": 2}


def test_a_channel_that_is_down_is_tried_with_one_envelope_a_call(three: Database, now: datetime) -> None:
    channel = ListChannel(lambda _: Failure(False, "connection refused", is_outage=True))
    run(three, channel, now)
    assert channel.sent == ["a"]
    with three.reading() as session:
        tries = {envelope.key: envelope.attempts for envelope in list_envelopes(session).items}
    assert tries == {"a": 1, "b": 0, "c": 0}


def test_a_channel_that_is_down_holds_no_other_up(three: Database, post_one: Post, now: datetime) -> None:
    with three.transaction() as session:
        post_one(session, "d", channel="pigeon")
    down = ListChannel(lambda _: Failure(False, "connection refused", is_outage=True))
    pigeon = ListChannel()
    channels = {"smtp": down, "pigeon": pigeon}
    assert deliver(three, channels, clock=lambda: now, limit=100, stop=lambda: False) == 1
    assert pigeon.sent == ["d"]


def test_nothing_is_handed_over_before_the_one_before_it_is_written_down(
    three: Database, now: datetime
) -> None:
    seen: list[dict[str, int]] = []

    class Careful(ListChannel):
        def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
            ready()
            seen.append(states(three))
            return super().send(envelope)

    assert run(three, Careful(), now) == 3
    assert [each.get("sent", 0) for each in seen] == [0, 1, 2]


def test_what_cannot_be_written_down_ends_the_round_before_anything_else_is_handed_over(
    three: Database, now: datetime
) -> None:
    handed: list[str] = []

    class Careful(ListChannel):
        def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
            ready()
            handed.append(envelope.key)
            return Receipt("ok")

    def fail(*_told: object) -> None:
        raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="the disk is full"):
        deliver(three, {"smtp": Careful()}, clock=lambda: now, limit=9, stop=lambda: False, settled=fail)
    assert handed == ["a"]
    assert states(three) == {"sending": 3}
