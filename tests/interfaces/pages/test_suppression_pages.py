"""The suppression list: what goes on it stops contacts, what comes off resumes them."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from access.models import AuditEntry
from consumers.models import Contact
from interfaces.cli import sundial
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.factories_deprecations import make_consumer, make_contact

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def team(visitor: Visitor) -> Visitor:
    with visitor.runtime.database.transaction() as session:
        consumer = make_consumer(session)
        make_contact(session, consumer)
        excused = make_contact(session, make_consumer(session, "other"))
        excused.disabled_at, excused.disabled_reason = NOW, "it isn't theirs: kim looks after it"
    return visitor


def reasons(team: Visitor) -> list[str | None]:
    with team.runtime.database.reading() as session:
        return [one.disabled_reason for one in session.scalars(select(Contact).order_by(Contact.id))]


def audit(team: Visitor) -> list[tuple[str, str, str]]:
    with team.runtime.database.reading() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(row.action, row.subject, row.detail) for row in rows]


def test_an_address_is_listed_by_hand_and_taken_off_with_a_reason(team: Visitor) -> None:
    assert "Every address gets its mail" in words(team.get("/suppressions"))
    page = team.act("/suppressions/add", address="Dana@example.com", detail=f"She left {EVIL}")
    assert "Dana@example.com gets no mail from now on." in words(page)
    assert "by mara@example.com" in words(page)
    assert EVIL not in page
    assert reasons(team)[0] == f"She left {EVIL}"
    assert "dana" in words(team.get("/suppressions?search=dana&reason=by-hand"))
    assert "No such address" in words(team.get("/suppressions?search=kim"))
    refused = team.send("/suppressions/lift", address="dana@example.com", reason=" ")
    assert refused.status_code == 422
    assert "Say why it may get mail again" in words(refused.text)
    page = team.act("/suppressions/lift", address="dana@example.com", reason="She is back.")
    assert "may get mail again; 1 contact told again" in words(page)
    assert reasons(team) == [None, "it isn't theirs: kim looks after it"]
    assert audit(team) == [
        ("address suppressed", "dana@example.com", f"She left {EVIL}"),
        ("suppression lifted", "dana@example.com", "by-hand of 2026-11-22: She is back."),
    ]


def test_what_is_no_address_or_not_listed_is_refused(team: Visitor) -> None:
    assert "is not one e-mail address" in words(team.send("/suppressions/add", address="nobody").text)
    assert "is not on the suppression list" in words(
        team.send("/suppressions/lift", address="kim@example.com", reason="x").text
    )


def test_a_list_is_imported_whole_or_not_at_all_and_exported(team: Visitor) -> None:
    faulty = team.send("/suppressions/import", list=b"address\nkim@example.com\nnobody\n")
    assert faulty.status_code == 422
    assert "line 3: 'nobody' is not one e-mail address" in words(faulty.text)
    assert team.client.get("/suppressions/list.csv").text.count("\n") == 1
    text = b"address,reason,detail\nkim@example.com,complaint,spam\ndana@example.com,,\nKIM@example.com,,\n"
    assert "2 addresses more get no mail" in words(team.act("/suppressions/import", list=text))
    assert "0 addresses more" in words(team.act("/suppressions/import", list=text))
    answer = team.client.get("/suppressions/list.csv")
    assert answer.mimetype == "text/csv"
    assert "kim@example.com,complaint,spam,2026-11-22T09:41:00Z,mara@example.com" in answer.text
    assert reasons(team)[0] == "on the suppression list: by-hand"
    assert team.send("/suppressions/import", list=b"\xff\xfe").status_code == 422
    assert team.send("/suppressions/import").status_code == 422


def test_a_shell_does_the_same(team: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.commands.suppressions.surroundings", lambda: team.runtime)

    def run(*arguments: str, text: str = "") -> str:
        done = CliRunner().invoke(sundial, ["suppression", *arguments], input=text)
        assert done.exit_code == 0, done.output
        return done.stdout

    assert run("add", "Dana@example.com", "--why", "She left.") == "dana@example.com gets no mail\n"
    assert run("import", "-", text="address\nkim@example.com\n") == "1 addresses more get no mail\n"
    assert "kim@example.com   by-hand" in run("list")
    assert run("export").count("\n") == 3
    told = run("remove", "dana@example.com", "--reason", "Back.")
    assert told == "dana@example.com may get mail again; contacts told again: 1\n"
