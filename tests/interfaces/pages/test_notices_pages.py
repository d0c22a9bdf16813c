import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from access.audit import trail
from deprecations.cadences import cadences
from deprecations.models import Deprecation
from interfaces.mail import deliver_due
from notifications.models import Envelope, EnvelopeState
from storage.job_runs import job_started
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def telling(visitor: Visitor) -> Visitor:
    """The visitor, once an ending is announced that one consumer with one contact calls."""
    with visitor.runtime.database.transaction() as session:
        operation = make_operation(session, make_api(session))
        consumer = make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW - timedelta(days=1))
        make_plan(session, operation, now=NOW - timedelta(hours=1), reason=f"Because {EVIL}")
    return visitor


def mail_of(visitor: Visitor) -> Envelope:
    with visitor.runtime.database.reading() as session:
        return session.scalars(select(Envelope)).one()


def set_state(visitor: Visitor, **values: object) -> None:
    with visitor.runtime.database.transaction() as session:
        session.execute(update(Envelope).values(**values))


def test_what_is_due_is_written_at_a_click_and_the_rest_waits(telling: Visitor) -> None:
    said = words(telling.act("/notices/write"))
    assert "Mails put into the outbox: 1" in said
    assert "90 days before" in said
    assert "dana@example.com" in said
    with telling.runtime.database.reading() as session:
        assert trail(session).items[0].action == "notices written"
    assert "Mails put into the outbox: 0" in telling.act("/notices/write")


def test_mails_that_wait_for_a_comparison_are_spoken_of(telling: Visitor) -> None:
    with telling.runtime.database.transaction() as session:
        session.execute(update(Deprecation).values(replacement="GET /v2/orders/{id}"))
    assert "still compared with its successor" in words(telling.act("/notices/write"))


def test_a_mail_that_waits_is_let_go_and_one_that_failed_is_tried_again(telling: Visitor) -> None:
    telling.act("/notices/write")
    key = mail_of(telling).key
    set_state(telling, next_attempt_at=NOW + timedelta(hours=8), error="450 busy")
    assert "450 busy" in telling.get("/notices?state=queued")
    telling.act(f"/notices/mails/{key}/send")
    assert mail_of(telling).next_attempt_at == NOW
    set_state(telling, state=EnvelopeState.FAILED, error="550 no such mailbox")
    assert "550 no such mailbox" in telling.get("/notices?state=failed")
    page = telling.act(f"/notices/mails/{key}/retry")
    assert mail_of(telling).state == EnvelopeState.QUEUED
    assert "queued again" in page
    with telling.runtime.database.reading() as session:
        assert [entry.action for entry in trail(session).items][:2] == ["mail tried again", "mail released"]


def test_a_mail_that_was_sent_can_not_be_sent_again(telling: Visitor) -> None:
    telling.act("/notices/write")
    deliver_due(telling.runtime, lambda: False)
    key = mail_of(telling).key
    assert "only a failed envelope can be tried again" in telling.act(f"/notices/mails/{key}/retry")
    assert mail_of(telling).state == EnvelopeState.SENT
    said = words(telling.get(f"/notices/mails/{key}"))
    assert "GET /v1/orders/{id}" in said
    assert "Sent" in said
    assert "1 notice" in words(telling.get("/deprecations/1"))


def test_a_mail_is_shown_as_its_reader_sees_it_in_a_frame_that_may_run_nothing(telling: Visitor) -> None:
    telling.act("/notices/write")
    assert "No mail yet" in telling.get("/mailbox")
    deliver_due(telling.runtime, lambda: False)
    listed = telling.get("/mailbox")
    address = listed.partition('href="/mailbox/')[2].partition('"')[0]
    page = telling.get(f"/mailbox/{address}")
    assert f'src="/mailbox/{address}/html" sandbox=' in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page
    assert "Hello Dana" in page
    answer = telling.client.get(f"/mailbox/{address}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert '<base target="_blank">' in answer.text
    for text in (page, answer.text):
        assert EVIL not in text


def test_a_readers_link_is_shown_to_administrators_alone_and_in_the_mailbox_alone(telling: Visitor) -> None:
    telling.act("/notices/write")
    set_state(telling, payload={"data": {"link": mail_of(telling).text.partition("http")[2]}})
    link = re.compile(r"/your/(?!the-readers-own-link)")
    assert link.search(mail_of(telling).text)
    deliver_due(telling.runtime, lambda: False)
    address = telling.get("/mailbox").partition('href="/mailbox/')[2].partition('"')[0]
    places = (f"/mailbox/{address}", f"/mailbox/{address}/html")
    own, token = f"/notices/mails/{mail_of(telling).key}", f"/api/v1/mailbox/{address}"
    assert [bool(link.search(telling.get(place))) for place in (*places, own, token)] == [
        True,
        True,
        False,
        False,
    ]
    telling.sign_in("kim@example.com", is_administrator=False)
    for place in (*places, own, token):
        page = telling.get(place)
        assert "the-readers-own-link" in page
        assert not link.search(page)


@pytest.mark.parametrize("path", ["/mailbox/1", "/mailbox/1/html", "/mailbox/..%2f..", "/notices/mails/none"])
def test_a_mail_that_is_not_there_is_a_page_that_says_so(visitor: Visitor, path: str) -> None:
    visitor.get(path, 404)


@pytest.mark.parametrize("state", ["", "queued", "sending", "sent", "failed", "dropped", "nonsense"])
def test_every_state_answers_with_and_without_anything_in_it(telling: Visitor, state: str) -> None:
    telling.get(f"/notices?state={state}")
    telling.act("/notices/write")
    telling.get(f"/notices?state={state}")


def test_how_often_an_api_reminds_is_chosen_on_a_page(telling: Visitor) -> None:
    assert "Usual: 90, 30, 14, 7 and 1 days before" in telling.get("/notices/rules")
    assert "gentle cadence" in telling.act("/notices/rules/orders", cadence="gentle")
    with telling.runtime.database.reading() as session:
        assert set(cadences(session).values()) == {"gentle"}
        assert trail(session).items[0].action == "cadence changed"


def test_a_trial_mail_is_sent_and_shown(visitor: Visitor) -> None:
    assert "A trial mail from Sundial" in visitor.act("/notices/trial", recipient="dana@example.com")
    assert "is not one e-mail address" in visitor.act("/notices/trial", recipient="dana")
    assert mail_of(visitor).recipient == "dana@example.com"


def test_all_mail_is_paused_and_resumed_with_the_reason_in_sight(telling: Visitor) -> None:
    assert "Say why no mail is to leave" in words(telling.act("/notices/pause", reason=" "))
    assert f"paused it just now {EVIL}" in words(telling.act("/notices/pause", reason=EVIL))
    assert EVIL not in telling.get("/notices")
    telling.act("/notices/write")
    assert deliver_due(telling.runtime, lambda: False) == 0
    assert "Mails held back: 1" in telling.act("/notices/resume", hold_queued="1")
    assert mail_of(telling).state == EnvelopeState.FAILED


def test_the_ledger_is_a_table_to_download(telling: Visitor) -> None:
    telling.act("/notices/write")
    answer = telling.client.get("/notices/ledger.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert [line.split(",")[4] for line in answer.text.splitlines()] == ["recipient", "dana@example.com"]


def test_a_page_says_which_roles_hear_of_what(telling: Visitor) -> None:
    assert 'name="reminders" value="technical" checked' in telling.get("/notices/rules")
    page = telling.act("/notices/rules/orders/routing", dates=["owner"], reminders=["security"])
    assert 'name="reminders" value="security" checked' in page
    assert 'name="reminders" value="technical" checked' not in page
    with telling.runtime.database.reading() as session:
        assert (
            trail(session).items[0].detail.startswith("dates: owner; reminders: security; last-days: every")
        )


def test_a_page_says_when_others_are_told(telling: Visitor) -> None:
    assert 'name="days" type="number" min="0" max="365" required value="30"' in telling.get("/notices/rules")
    assert "told 14 days before" in telling.act("/notices/rules/orders/escalation", days="14")
    assert "Nobody else is told" in telling.act("/notices/rules/orders/escalation", days="0")
    for wrong in ("x", "-1", "366", "²", ""):
        assert "1 to 365 days" in telling.act("/notices/rules/orders/escalation", days=wrong)


def test_the_page_says_when_nothing_ticks(visitor: Visitor) -> None:
    silent = "Nothing is written or sent by itself"
    assert silent in visitor.get("/notices")
    with visitor.runtime.database.transaction() as session:
        job_started(session, "deliver mails", NOW)
    assert silent not in visitor.get("/notices")
