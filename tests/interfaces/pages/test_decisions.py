"""A reader's request asks for a decision wherever somebody would look, and is decided right there."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from consumers.models import Consumer, Contact
from deprecations.answers import answer, list_answers
from deprecations.models import Deprecation, Extension
from deprecations.notice_models import Answer, Notice
from deprecations.notices import plan_notices
from deprecations.packing import pack
from interfaces.mail import desk
from notifications.models import Envelope
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)

PLACES = ("/", "/deprecations/1", "/consumers/acme-sync", "/consumers/acme-sync?view=contacts", "/answers/1")
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def team(visitor: Visitor) -> Visitor:
    """Somebody of the team, with a plan whose one consumer was told of it."""
    with visitor.runtime.database.transaction() as session:
        operation = make_operation(session, make_api(session))
        consumer = make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW - timedelta(days=1), calls=1234)
        make_plan(session, operation, now=NOW - timedelta(hours=1))
        plan_notices(session, NOW)
        pack(session, desk=desk(visitor.runtime), now=NOW)
    return visitor


def ask(team: Visitor, **fields: Any) -> int:
    """Let the reader answer from its link."""
    with team.runtime.database.transaction() as session:
        contact = session.get_one(Contact, 1)
        contact.consumer = session.get_one(Consumer, contact.consumer_id)
        kept, _ = answer(session, contact, session.get_one(Deprecation, 1), now=NOW, **fields)
        return kept.id


def ask_for_time(team: Visitor, until: str = "2027-09-30") -> int:
    return ask(team, kind="more-time", on=date.fromisoformat(until), words=f"A release {EVIL}")


def mail_of(team: Visitor, number: int = 1) -> Envelope:
    with team.runtime.database.reading() as session:
        return session.scalars(select(Envelope).where(Envelope.key == f"decision:answer:{number}")).one()


def asking(team: Visitor) -> int:
    with team.runtime.database.reading() as session:
        return list_answers(session, only_asking=True).total


def test_a_request_for_more_time_stands_wherever_somebody_would_look(team: Visitor) -> None:
    for place in PLACES[:-1]:
        assert "asks for time until" not in words(team.get(place))
    ask_for_time(team)
    for place in PLACES:
        page = team.get(place)
        assert "dana@example.com asks for time until 30 Sep 2027" in words(page)
        assert EVIL not in page
        assert 'action="/answers/1/grant"' in page
        assert 'action="/answers/1/decline"' in page
    assert "What needs you" in words(team.get("/"))


def test_granted_it_is_an_extension_and_the_reader_is_told_once(team: Visitor) -> None:
    ask_for_time(team)
    page = team.act(
        "/answers/1/grant",
        until_on="2027-08-31",
        approved_by="mara@example.com",
        reason="Their summer release.",
        back="plan:1",
    )
    assert "It is decided, and dana@example.com is told by mail." in words(page)
    with team.runtime.database.transaction() as session:
        (extension,) = session.scalars(select(Extension))
        assert (str(extension.until_on), extension.reason, extension.approved_by) == (
            "2027-08-31",
            "Their summer release.",
            "mara@example.com",
        )
        plan_notices(session, NOW + timedelta(minutes=1))
        assert pack(session, desk=desk(team.runtime), now=NOW + timedelta(minutes=1)) == 0, "told already"
        told = session.scalars(select(Notice).where(Notice.envelope_key == "decision:answer:1")).one()
        assert told.evidence is not None
        assert told.evidence["promised"]["last_day"] == "Tue 31 Aug 2027"
    mail = mail_of(team)
    assert mail.subject == "You have until Tue 31 Aug 2027: Acme Sync and GET /v1/orders/{id}"
    text = " ".join(mail.text.split())
    for fact in (
        "You asked for time until Thu 30 Sep 2027",
        "Their summer release.",
        "Tue 31 Aug 2027, until 23:59:59 UTC",
    ):
        assert fact in text
    assert EVIL not in mail.html
    assert asking(team) == 0
    shown = words(team.client.get(re.search(r"/your/\S+", mail.text)[0]).text)  # type: ignore[index]
    assert "The API’s team agreed, until Tue 31 Aug 2027: Their summer release." in shown


def test_declined_the_reader_reads_why(team: Visitor) -> None:
    ask_for_time(team)
    team.act("/answers/1/decline", reason="The old database goes.", back="home")
    mail = mail_of(team)
    assert mail.subject == "No more time: GET /v1/orders/{id} stays until Wed 30 Jun 2027"
    assert "The old database goes." in mail.text
    assert asking(team) == 0
    assert "declined" in words(team.get("/answers/1"))
    with team.runtime.database.reading() as session:
        assert session.scalars(select(Extension)).all() == []


@pytest.mark.parametrize(
    ("act", "fields", "message"),
    [
        ("grant", {"until_on": "2027-09-30"}, "Say why"),
        ("grant", {"until_on": "2027-06-30", "reason": "x"}, "gives Acme Sync no more time"),
        ("grant", {"until_on": "someday", "reason": "x"}, "Give the day as a date"),
        ("decline", {}, "Say why"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_beside_its_form(
    team: Visitor, act: str, fields: dict[str, str], message: str
) -> None:
    ask_for_time(team)
    answer = team.send(f"/answers/1/{act}", **fields)
    assert answer.status_code == 422
    assert message in words(answer.text)
    assert asking(team) == 1


def test_what_was_decided_is_decided_once(team: Visitor) -> None:
    ask_for_time(team)
    team.act("/answers/1/decline", reason="No.")
    answer = team.send("/answers/1/grant", until_on="2027-09-30", reason="Yes.")
    assert answer.status_code == 422
    assert "asks for no decision" in words(answer.text)
    team.get("/answers/7", 404)


def test_asked_anew_only_the_newest_asks_and_gives_the_longer_day(team: Visitor) -> None:
    ask_for_time(team)
    team.act("/answers/1/grant", until_on="2027-09-30", reason="Yes.")
    ask_for_time(team, "2027-10-31")
    ask_for_time(team, "2027-11-30")
    assert asking(team) == 1
    team.act("/answers/3/grant", until_on="2027-11-30", reason="Once more.")
    with team.runtime.database.reading() as session:
        rows = session.scalars(select(Extension).order_by(Extension.id)).all()
        assert [(str(one.until_on), one.revoked_at is None) for one in rows] == [
            ("2027-09-30", False),
            ("2027-11-30", True),
        ]


def test_not_mine_asks_too_and_agreed_its_reader_is_told_no_more(team: Visitor) -> None:
    ask(team, kind="not-mine", words="kim@example.com")
    for place in PLACES:
        assert "it isn’t theirs but kim@example.com ’s" in words(team.get(place))
    team.act("/answers/1/grant", reason="Thank you for saying so.", back="consumer:acme-sync")
    with team.runtime.database.reading() as session:
        dana, kim = session.scalars(select(Contact).order_by(Contact.id))
        assert dana.disabled_reason == "it isn't theirs: kim@example.com looks after it"
        assert kim.disabled_at is None
    assert mail_of(team).subject == "You are told no more about Acme Sync"


def test_nobody_is_excused_while_nobody_else_is_told(team: Visitor) -> None:
    ask(team, kind="not-mine", words="")
    refused = team.send("/answers/1/grant", reason="Fine.")
    assert refused.status_code == 422
    assert "add another contact first" in words(refused.text)
    team.act("/answers/1/decline", reason="The contract names you.")
    assert mail_of(team).subject == "You stay a contact of Acme Sync"


def test_who_asked_in_german_is_answered_in_german(team: Visitor) -> None:
    with team.runtime.database.transaction() as session:
        session.get_one(Contact, 1).language = "de"
    ask_for_time(team)
    team.act("/answers/1/grant", until_on="2027-08-31", reason="Gern.")
    mail = mail_of(team)
    assert mail.subject == "Sie haben Zeit bis Di 31. Aug. 2027: Acme Sync und GET /v1/orders/{id}"
    assert "Sie haben für Acme Sync und GET /v1/orders/{id} um Zeit" in " ".join(mail.text.split())
    assert '<html lang="de">' in mail.html


def test_who_can_no_longer_be_told_is_said_to_whoever_decides(team: Visitor) -> None:
    ask_for_time(team)
    with team.runtime.database.transaction() as session:
        session.get_one(Contact, 1).disabled_at = NOW
    page = team.act("/answers/1/decline", reason="No.")
    assert "no mail reaches dana@example.com any more" in words(page)


def test_a_plan_that_is_over_asks_for_nothing(team: Visitor) -> None:
    ask_for_time(team)
    team.act("/deprecations/1/cancel", reason="It stays.")
    assert asking(team) == 0
    with team.runtime.database.reading() as session:
        assert session.get_one(Answer, 1).kind == "more-time"
