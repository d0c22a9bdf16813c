"""A look ahead shows the very mails that are sent later, and leaves no trace."""

from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from consumers.models import Contact
from deprecations.answer_links import LINK
from deprecations.answers import answer
from deprecations.dry_run import dry_run, forecast
from deprecations.models import Deprecation
from deprecations.notice_models import Notice
from deprecations.notices import plan_notices
from deprecations.packing import pack
from deprecations.plans import announce, plan
from interfaces.cli import sundial
from interfaces.mail import desk
from interfaces.runtime import Runtime
from notifications.models import Envelope
from storage.base import Base
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)

DAY = timedelta(days=1)
DRAFT: dict[str, Any] = {
    "replacement": "none",
    "documentation": "",
    "deprecated_on": date(2026, 12, 1),
    "sunset_on": date(2027, 6, 30),
    "reason": "They are sums no more.",
    "zone": "UTC",
}


@pytest.fixture
def team(visitor: Visitor) -> Visitor:
    """Somebody of the team, with two plans of which nobody was told yet."""
    with visitor.runtime.database.transaction() as session:
        api, consumer = make_api(session), make_consumer(session)
        make_contact(session, consumer)
        for name in ("GET /v1/orders/{id}", "GET /v1/bills"):
            operation = make_operation(session, api, name)
            make_usage(session, consumer, operation, NOW - DAY, calls=1234)
            make_plan(session, operation, now=NOW)
        plan_notices(session, NOW)
    return visitor


def content(runtime: Runtime) -> dict[str, list[Any]]:
    """Return every row of every table, but for those that signing in writes."""
    with runtime.database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table)).all()]
            for table in Base.metadata.sorted_tables
            if table.name not in ("browser_sessions", "sign_in_links", "audit_entries")
        }


def test_every_coming_notice_is_listed_and_its_mail_shown_and_nothing_is_written(team: Visitor) -> None:
    before = content(team.runtime)
    listed = words(team.get("/deprecations/1/dry-run"))
    for fact in (
        "Announcement",
        "90 days before",
        "The day before",
        "After its last day",
        "dana@example.com",
    ):
        assert fact in listed
    page = words(team.get("/deprecations/1/dry-run/1/t-30"))
    assert "30 days before, to dana@example.com" in page
    assert "Action needed by Wed 30 Jun 2027: Acme Sync calls 2 operations that end" in page
    assert LINK in page
    team.get("/deprecations/1/dry-run/1/nothing", 404)
    team.get("/deprecations/1/dry-run/99/t-30", 404)
    assert content(team.runtime) == before


def test_what_is_shown_is_what_is_sent(team: Visitor) -> None:
    runtime = team.runtime
    with runtime.database.reading() as session:
        first = session.get_one(Deprecation, 1)
        shown = forecast(session, first, 1, "announced", desk=desk(runtime), now=NOW)
    with runtime.database.transaction() as session:
        assert pack(session, desk=desk(runtime), now=NOW) == 1
        sent = session.scalars(select(Envelope)).one()
        link = desk(runtime).link(1, NOW)
    assert sent.subject == shown.mail.subject
    ours = shown.mail.text.replace(f"{runtime.settings.address}/your/{LINK}", link)
    assert sent.text == ours
    assert sent.html == shown.mail.html.replace(f"{runtime.settings.address}/your/{LINK}", link)
    assert {one.deprecation_id for one in shown.carried} == {1, 2}


def test_a_draft_is_looked_at_as_if_it_were_announced_now(team: Visitor) -> None:
    runtime = team.runtime
    with runtime.database.transaction() as session:
        operation = make_operation(session, make_api(session, "bills"), "GET /v1/sums")
        consumer = make_consumer(session, "other")
        make_contact(session, consumer, "kim@example.com")
        make_usage(session, consumer, operation, NOW - DAY)
        draft = plan(session, operation_id=operation.id, **DRAFT, by="dana", now=NOW).id
    page = words(team.get(f"/deprecations/{draft}/dry-run"))
    assert "As if it were announced now." in page
    assert "the plan is draft" not in page
    assert "kim@example.com" in page
    assert "GET /v1/sums" in words(team.get(f"/deprecations/{draft}/dry-run/2/announced"))
    with runtime.database.transaction() as session:
        foreseen = dry_run(session, session.get_one(Deprecation, draft), desk=desk(runtime), now=NOW)
        expected = [(one.notice.contact_id, one.notice.milestone, one.notice.due_at) for one in foreseen]
        announce(session, session.get_one(Deprecation, draft), by="dana", now=NOW)
        plan_notices(session, NOW)
        written = select(Notice).where(Notice.deprecation_id == draft).order_by(Notice.due_at)
        planned = [(one.contact_id, one.milestone, one.due_at) for one in session.scalars(written)]
    assert planned == expected


def test_a_notice_that_would_not_go_as_things_stand_says_why(team: Visitor) -> None:
    page = words(team.get("/deprecations/1/dry-run/1/after"))
    assert "As things stand it would not go: no call came after the last day" in page


def test_notices_that_would_not_go_are_marked_in_the_list_and_counted_apart(team: Visitor) -> None:
    page = words(team.get("/deprecations/1/dry-run"))
    assert "7 notices to 1 person; 1 would not go as things stand." in page
    assert page.count("As things stand it would not go: no call came after the last day") == 1
    with team.runtime.database.transaction() as session:
        contact, ending = session.get_one(Contact, 1), session.get_one(Deprecation, 1)
        answer(session, contact, ending, kind="muted", now=NOW)
    page = words(team.get("/deprecations/1/dry-run"))
    assert "would not go as things stand." in page
    assert page.count("its reader asked for fewer reminders") == 4


def test_of_a_plan_that_is_over_nothing_is_to_come(team: Visitor) -> None:
    team.act("/deprecations/1/cancel", reason="It stays.")
    assert "Nobody would be told" in words(team.get("/deprecations/1/dry-run"))


def test_who_was_told_of_a_plan_that_is_cancelled_is_told_that(team: Visitor) -> None:
    with team.runtime.database.transaction() as session:
        pack(session, desk=desk(team.runtime), now=NOW)
    team.act("/deprecations/1/cancel", reason="It stays.")
    with team.runtime.database.transaction() as session:
        plan_notices(session, NOW)
    page = words(team.get("/deprecations/1/dry-run/1/cancelled"))
    assert "Nothing left to do: GET /v1/orders/{id} stays: its end was cancelled" in page


def test_planned_notices_lead_to_their_mails(team: Visitor) -> None:
    for place in ("/notices", "/deprecations/1", "/consumers/acme-sync?view=notices"):
        assert 'href="/deprecations/1/dry-run/1/t-30"' in team.get(place)
    assert "/deprecations/1/dry-run" in team.get("/deprecations/1")


def test_a_shell_shows_the_same(team: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.commands.dry_run.surroundings", lambda: team.runtime)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(sundial, ["mail", "dry-run", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "dana@example.com  acme-sync  t-30" in run("1")
    assert "after      no call came after the last day" in run("1")
    told = run("1", "--to", "dana@example.com", "--milestone", "t-30")
    assert "Subject: Action needed by Wed 30 Jun 2027" in told
    assert "GET /v1/bills ends in 30 days" in " ".join(told.split())
