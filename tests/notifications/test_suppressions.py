"""Addresses that get no mail: listed once, honoured by every send, read from and written to CSV."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from notifications.channels.channel import Ready, at_once
from notifications.deliver import deliver
from notifications.desk import list_envelopes
from notifications.errors import ListRefused, SuppressionNotFound, Unmailable
from notifications.models import EnvelopeState, SuppressionReason
from notifications.outbox import post
from notifications.outcome import Outcome, Receipt
from notifications.suppressions import (
    Entry,
    count_by_reason,
    find_suppression,
    lift,
    list_csv,
    list_suppressions,
    read_list,
    suppress,
)
from storage.transactions import Database

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOUNCE = SuppressionReason.BOUNCE


class Counting:
    """A channel that counts what it is handed."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, envelope: object, ready: Ready = at_once) -> Outcome:
        self.sent.append(envelope.recipient)  # type: ignore[attr-defined]
        return Receipt("taken")

    def close(self) -> None:
        """Nothing is kept open."""


def test_every_send_honours_the_list_whatever_the_case_of_letters(database: Database) -> None:
    words = {"subject": "s", "text": "t", "html": "h", "domain": "example.com"}
    with database.transaction() as session:
        suppress(session, Entry("Dana@Example.com", BOUNCE, "550 no such user"), by="mx", now=NOW)
        for name in ("dana@example.com", "DANA@EXAMPLE.COM", "kim@example.com"):
            post(session, key=name, channel="smtp", recipient=name, **words, now=NOW)
    channel = Counting()
    delivered = deliver(
        database,
        {"smtp": channel},  # type: ignore[dict-item]
        clock=lambda: NOW,
        limit=10,
        stop=lambda: False,
    )
    assert (delivered, channel.sent) == (1, ["kim@example.com"])
    with database.reading() as session:
        failed = list_envelopes(session, state=EnvelopeState.FAILED).items
        assert {one.error for one in failed} == {
            "on the suppression list since 22 Nov 2026: bounce (550 no such user)"
        }
        assert len(failed) == 2


def test_what_listed_an_address_first_stays(session: Session) -> None:
    assert suppress(session, Entry("dana@example.com", BOUNCE, "gone"), by="mx", now=NOW)
    later = NOW + timedelta(days=1)
    again = Entry("dana@EXAMPLE.com", SuppressionReason.BY_HAND)
    assert not suppress(session, again, by="kim", now=later)
    found = find_suppression(session, "DANA@example.com")
    assert (found.reason, found.detail, found.since, found.by) == ("bounce", "gone", NOW, "mx")
    assert lift(session, "dana@example.com").reason == "bounce"
    with pytest.raises(SuppressionNotFound):
        lift(session, "dana@example.com")
    with pytest.raises(Unmailable):
        suppress(session, Entry("nobody", BOUNCE), by="kim", now=NOW)


def test_the_list_is_searched_and_counted(session: Session) -> None:
    for name in ("a_b@example.com", "axb@example.com", "kim@example.org"):
        suppress(session, Entry(name, BOUNCE), by="mx", now=NOW)
    assert [one.address for one in list_suppressions(session, search="A_B").items] == ["a_b@example.com"]
    assert list_suppressions(session, reason="complaint").total == 0
    assert count_by_reason(session) == {"bounce": 3, "complaint": 0, "unsubscribe": 0, "by-hand": 0}


def test_what_is_written_can_be_read_again_and_is_no_formula(session: Session) -> None:
    suppress(session, Entry("dana@example.com", BOUNCE, '=HYPERLINK("x"), "y"'), by="=mx", now=NOW)
    suppress(session, Entry("+kim@example.com", SuppressionReason.COMPLAINT), by="kim", now=NOW)
    text = "".join(list_csv(session))
    assert "\n'+kim@example.com," in text
    assert read_list(text) == (
        Entry("+kim@example.com", SuppressionReason.COMPLAINT, "", NOW),
        Entry("dana@example.com", BOUNCE, '=HYPERLINK("x"), "y"', NOW),
    )


def test_a_list_needs_only_addresses() -> None:
    (entry,) = read_list("\ufeffAddress \r\n Dana@Example.com\r\n")
    assert entry == Entry("dana@example.com", SuppressionReason.BY_HAND)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: no column “address”"),
        ("email\na@example.com\n", "line 1: no column “address”"),
        ("address\na@example.com\nnobody\n", "line 3: 'nobody' is not one e-mail address"),
        ("address,reason\na@example.com,spite\n", "line 2: “spite” is no reason: use bounce"),
        ("address,since\na@example.com,yesterday\n", "line 2: Invalid isoformat string"),
    ],
)
def test_a_list_with_a_fault_is_refused_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read_list(text)
    assert caught.value.faults[0].startswith(fault)


def test_of_many_faults_the_first_are_told() -> None:
    with pytest.raises(ListRefused) as caught:
        read_list("address\n" + "x\n" * 50)
    assert len(caught.value.faults) == 21
    assert caught.value.faults[-1] == "and 30 more"
