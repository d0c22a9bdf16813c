"""A contact that is told elsewhere than by mail, from the decision to what arrives."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from standardwebhooks import Webhook

from consumers.contacts import remove_contact
from consumers.models import Consumer, Contact
from deprecations.answers import answer, list_answers
from deprecations.contact_endpoints import forget_unused
from deprecations.decisions import decline
from deprecations.ledger import ledger
from deprecations.models import Deprecation
from deprecations.notices import plan_notices
from deprecations.packing import pack
from deprecations.unreachable import suppress_address
from interfaces.cli import sundial
from interfaces.mail import deliver_due, desk
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from interfaces.telling import choose_channel, secret_of
from notifications.mailbox_reader import list_mails, open_mail
from notifications.models import Attempt, Endpoint, Envelope, SuppressionReason
from notifications.suppressions import Entry
from registry.models import Operation
from tests.support.factories_deprecations import (
    NOW,
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)
from tests.support.receiver import Receiver, receiver


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """Sundial's surroundings, with a plan of which one contact is to be told."""
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, channel_private_addresses=True)
    made = make_runtime(settings, lambda: NOW)
    with made.database.transaction() as session:
        operation = make_operation(session, make_api(session))
        consumer = make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW - timedelta(hours=2))
        make_plan(session, operation)
    yield made
    made.database.engine.dispose()


def tell_at(runtime: Runtime, channel: str, address: str = "") -> str:
    """Choose where the contact is told; answer the secret."""
    with runtime.database.transaction() as session:
        consumer, contact = session.scalars(select(Consumer)).one(), session.scalars(select(Contact)).one()
        made = choose_channel(
            session, runtime, consumer, contact, channel=channel, address=address, by="dana"
        )
        return secret_of(runtime, made)


def write(runtime: Runtime) -> int:
    with runtime.database.transaction() as session:
        plan_notices(session, runtime.clock())
        return pack(session, desk=desk(runtime), now=runtime.clock())


def send(runtime: Runtime) -> int:
    return deliver_due(runtime, lambda: False)


def at(runtime: Runtime, now: datetime) -> Runtime:
    return replace(runtime, clock=lambda: now)


def mails(runtime: Runtime) -> list[Any]:
    folder = runtime.settings.data_dir / "mailbox"
    return [open_mail(folder, one.id) for one in list_mails(folder).items]


def test_a_webhook_is_sent_one_signed_event_with_all_of_the_day(runtime: Runtime, hook: Receiver) -> None:
    secret = tell_at(runtime, "webhook", hook.url())
    assert (write(runtime), send(runtime)) == (1, 1)
    (got,) = hook.kept
    signed = Webhook(secret).sign(got.headers["webhook-id"], NOW, got.body.decode())
    assert got.headers["webhook-signature"] == signed
    data = json.loads(got.body)["data"]
    assert data["consumer"] == "acme-sync"
    assert data["more"] == 0
    (notice,) = data["notices"]
    assert notice | {"deprecation": 1, "last_call_at": ""} == {
        "deprecation": 1,
        "milestone": "announced",
        "api": "orders",
        "what": "GET /v1/orders/{id}",
        "deprecated_at": "2026-12-01T00:00:00Z",
        "last_day": "2027-06-30",
        "zone": "UTC",
        "sunset_at": "2027-06-30T23:59:59Z",
        "calls": 10,
        "window_days": 30,
        "last_call_at": "",
        "replacement": "GET /v2/orders/{id}",
        "reason": "The field total becomes amount.value.",
        "documentation": "https://docs.example.com/orders/v2",
        "differences": [],
        "more_differences": 0,
        "windows": [],
        "more_windows": 0,
        "moved_from": None,
        "moved_because": "",
    }
    assert "/your/" in data["link"]
    assert mails(runtime) == []
    assert (write(runtime), send(runtime)) == (0, 0), "once"


def test_slack_is_told_what_the_mail_would_say(runtime: Runtime, hook: Receiver) -> None:
    tell_at(runtime, "slack", hook.url())
    assert (write(runtime), send(runtime)) == (1, 1)
    message = json.loads(hook.kept[0].body)
    said = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    assert message["text"] == "Action needed by Wed 30 Jun 2027: Acme Sync calls GET /v1/orders/{id}"
    assert said[1].splitlines() == [
        "*GET /v1/orders/{id} will end on Wed 30 Jun 2027*",
        "*API:* Orders API",
        "*Last day:* Wed 30 Jun 2027, until 23:59:59 UTC",
        "*Your calls:* You made 10 calls in the last 30 days, the last one on Sun 22 Nov 2026, 07:00 UTC. "
        "We know them by the credential …7f2a, the agent acme-sync/2.1.",
        "*Instead:* Call GET /v2/orders/{id} instead.",
        "*Why:* The field total becomes amount.value.",
        "*Guide:* https://docs.example.com/orders/v2",
    ]
    assert "|Answer, ask for more time, or see the figures as of now>" in said[2]


def test_what_an_address_that_is_gone_refuses_goes_by_mail_once(runtime: Runtime, hook: Receiver) -> None:
    hook.way = "410"
    tell_at(runtime, "teams", hook.url())
    write(runtime)
    assert send(runtime) == 1, "refused there, and sent by mail at once"
    (mail,) = mails(runtime)
    assert mail.to == "dana@example.com"
    assert mail.subject == "Action needed by Wed 30 Jun 2027: Acme Sync calls GET /v1/orders/{id}"
    with runtime.database.reading() as session:
        envelope = session.scalars(select(Envelope)).one()
        assert [one.outcome for one in session.scalars(select(Attempt).order_by(Attempt.id))] == [
            "permanent",
            "sent",
        ]
        assert envelope.message_id == mail.message_id
        assert "410" in (session.scalars(select(Endpoint)).one().disabled_reason or "")
        (entry,) = ledger(session).items
        assert (entry.recipient, entry.state) == ("dana@example.com", "sent")
    later = at(runtime, NOW + timedelta(days=190))
    with runtime.database.transaction() as session:
        consumer, operation = (
            session.scalars(select(Consumer)).one(),
            session.scalars(select(Operation)).one(),
        )
        make_usage(session, consumer, operation, NOW + timedelta(days=189))
    assert (write(later), send(later)) == (1, 1)
    assert (len(mails(runtime)), len(hook.kept)) == (2, 1), "from then on by mail"


def test_what_takes_nothing_for_half_a_day_goes_by_mail(runtime: Runtime, hook: Receiver) -> None:
    hook.way = "503"
    tell_at(runtime, "webhook", hook.url())
    write(runtime)
    for hour in range(22):
        assert mails(runtime) == []
        send(at(runtime, NOW + timedelta(hours=hour)))
    assert len(hook.kept) == 22
    assert len({one.headers["webhook-id"] for one in hook.kept}) == 1
    assert len(mails(runtime)) == 1


def test_what_waits_for_an_address_that_was_taken_away_goes_by_mail(runtime: Runtime, hook: Receiver) -> None:
    tell_at(runtime, "slack", hook.url())
    write(runtime)
    tell_at(runtime, "mail")
    assert send(runtime) == 1
    assert (len(mails(runtime)), hook.kept) == (1, [])


def test_an_answer_to_a_request_arrives_where_it_was_asked(runtime: Runtime, hook: Receiver) -> None:
    tell_at(runtime, "slack", hook.url())
    write(runtime)
    send(runtime)
    with runtime.database.transaction() as session:
        plan, contact = session.scalars(select(Deprecation)).one(), session.scalars(select(Contact)).one()
        contact.consumer = session.scalars(select(Consumer)).one()
        later = plan.sunset_on + timedelta(days=30)
        answer(session, contact, plan, kind="more-time", on=later, words="A freeze.", now=NOW)
        (asked,) = list_answers(session, only_asking=True).items
        decline(session, asked, reason="We hold the day.", by="mara", desk=desk(runtime), now=NOW)
    assert send(runtime) == 1
    message = json.loads(hook.kept[-1].body)
    assert message["text"] == "No more time: GET /v1/orders/{id} stays until Wed 30 Jun 2027"
    said = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    assert "*Why:* We hold the day." in said[1]
    assert mails(runtime) == []


def test_who_is_told_elsewhere_goes_on_being_told_when_a_mail_comes_back(
    runtime: Runtime, hook: Receiver
) -> None:
    bounced = Entry("dana@example.com", SuppressionReason.BOUNCE, "550")
    with runtime.database.transaction() as session:
        assert suppress_address(session, bounced, by="the mail server", now=NOW) == 1
    tell_at(runtime, "slack", hook.url())
    with runtime.database.transaction() as session:
        assert session.scalars(select(Contact)).one().disabled_at is None, "it is told again"
        assert suppress_address(session, bounced, by="the mail server", now=NOW) == 0
    hook.way = "410"
    assert write(runtime) == 1
    send(runtime)
    send(runtime)
    with runtime.database.reading() as session:
        assert session.scalars(select(Contact)).one().disabled_at == NOW, "neither way is left"
        assert session.scalars(select(Envelope)).one().state == "failed"


def test_the_address_of_a_contact_that_was_removed_is_forgotten(runtime: Runtime, hook: Receiver) -> None:
    tell_at(runtime, "slack", hook.url())
    with runtime.database.transaction() as session:
        assert forget_unused(session) == 0
        remove_contact(session, session.scalars(select(Contact)).one())
        assert forget_unused(session) == 1
        assert session.scalars(select(Endpoint)).all() == []


def test_at_a_shell_a_contact_is_told_elsewhere_and_that_is_tried(
    hook: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_file: Path
) -> None:
    monkeypatch.setenv("SUNDIAL_DATA_DIR", str(tmp_path / "shell"))
    monkeypatch.setenv("SUNDIAL_CHANNEL_PRIVATE_ADDRESSES", "true")
    (tmp_path / "shell").mkdir()
    (tmp_path / "shell" / "sundial.db").write_bytes(migrated_file.read_bytes())

    def run(*arguments: str, given: str = "") -> str:
        result = CliRunner().invoke(sundial, arguments, input=given)
        assert result.exit_code == 0, result.output + str(result.exception)
        return result.stdout

    run("consumer", "add", "acme", "--name", "Acme")
    run("consumer", "contact", "acme", "team@example.com", "--name", "Team", "--role", "team")
    said = run("contact", "channel", "acme", "1", "webhook", given=hook.url("/secret-part") + "\n")
    assert "secret   whsec_" in said
    assert "secret-part" not in said
    assert run("contact", "trial", "acme", "1").startswith("sent: ")
    assert json.loads(hook.kept[0].body)["type"] == "trial"
    assert run("contact", "secret", "acme", "1") not in said
    assert run("contact", "trial", "acme", "1").startswith("sent: ")
    first, second = (one.headers["webhook-signature"] for one in hook.kept)
    assert (len(first.split()), len(second.split())) == (1, 2), "a trial is signed anew, by both secrets"
    again = CliRunner().invoke(sundial, ["contact", "secret", "acme", "1"])
    assert "signs no more: two sign at a time" in again.stderr
    run("contact", "edit", "acme", "1", "--role", "owner", "--language", "de")
    (told,) = json.loads(run("contact", "list", "acme", "--json"))
    assert (told["role"], told["language"], told["channel"]["channel"]) == ("owner", "de", "webhook")
    run("mail", "pause", "Maintenance.")
    paused = CliRunner().invoke(sundial, ["contact", "trial", "acme", "1"])
    assert "queued: mail is paused by" in paused.stdout
    assert "Maintenance.; `sundial mail resume`" in CliRunner().invoke(sundial, ["mail", "send"]).stderr
    assert CliRunner().invoke(sundial, ["mail", "pause", " "]).exit_code == 2
    run("mail", "resume")
    assert "by mail" in run("contact", "channel", "acme", "1", "mail")
    assert "kept in the built-in mailbox" in run("contact", "trial", "acme", "1")
    refused = CliRunner().invoke(sundial, ["contact", "secret", "acme", "1"])
    assert "told by mail" in str(refused.exception)
