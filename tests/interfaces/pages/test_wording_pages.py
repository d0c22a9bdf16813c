"""The editor of templates: what is written is shown, tried, sent and saved without a script."""

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from interfaces.runtime import Runtime
from notifications.models import Envelope, Wording
from notifications.render import default_source
from tests.interfaces.pages.conftest import NOW, Visitor, words

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

TRIAL = default_source("trial")
PAGE = "/wordings/trial/en"


def send(visitor: Visitor, act: str, page: str = PAGE, **parts: Any) -> "TestResponse":
    given = {"subject": TRIAL.subject, "text": TRIAL.text.replace("\n", "\r\n"), "html": TRIAL.html}
    return visitor.send(page, act=act, **{**given, **parts})


def kept(runtime: Runtime) -> list[tuple[int, str | None]]:
    with runtime.database.reading() as session:
        rows = session.scalars(select(Wording).order_by(Wording.number))
        return [(one.number, one.subject) for one in rows]


def test_every_kind_and_language_can_be_edited(visitor: Visitor) -> None:
    page = words(visitor.get("/wordings"))
    for fact in ("Digest", "Decision", "Trial", "German", "The default"):
        assert fact in page
    for path in ("decision/de", "trial/en"):
        assert "Preview" in words(visitor.get(f"/wordings/{path}"))
    visitor.get("/wordings/digest/fr", 404)
    visitor.get("/wordings/nothing/en", 404)


def test_a_preview_shows_what_is_written_and_keeps_nothing(visitor: Visitor) -> None:
    answer = send(visitor, "preview", subject="Does it arrive, {{ by }}?")
    assert answer.status_code == 200
    assert "Does it arrive, dana@example.com?" in words(answer.text)
    assert "Does it arrive, {{ by }}?</textarea>" in answer.text
    assert kept(visitor.runtime) == []


def test_the_mail_in_its_frame_can_run_fetch_and_send_nothing(visitor: Visitor) -> None:
    answer = send(visitor, "preview")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none';" in policy
    assert answer.text.count("<iframe") == answer.text.count('sandbox="allow-popups ')
    assert "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; form-action" in answer.text


def test_what_cannot_be_a_mail_is_refused_beside_its_field(visitor: Visitor) -> None:
    for act in ("preview", "save", "send"):
        answer = send(visitor, act, text="Hello\r\n{{ nobody }}", recipient="a@example.com")
        assert answer.status_code == 422
        assert "text, line 2: 'nobody' is undefined" in words(answer.text)
        assert "Line 2: &#39;nobody&#39; is undefined" in answer.text
        assert "{{ nobody }}</textarea>" in answer.text
    assert kept(visitor.runtime) == []


def test_a_saved_version_is_in_force_can_be_opened_and_taken_back(visitor: Visitor) -> None:
    for number, subject in enumerate(("One", "Two")):
        answer = send(visitor, "save", subject=subject, based_on=str(number))
        assert answer.status_code == 302
    visitor.act("/notices/trial", recipient="kim@example.com")
    with visitor.runtime.database.reading() as session:
        assert session.scalars(select(Envelope)).one().subject == "Two"
    assert ">\nOne</textarea>" in visitor.get(f"{PAGE}?version=1")
    assert "Version 2 by mara@example.com" in words(visitor.get("/wordings"))
    assert "The default is in force again" in words(visitor.act(f"{PAGE}/revert", based_on="2"))
    assert kept(visitor.runtime) == [(1, "One"), (2, "Two"), (3, None)]
    refused = send(visitor, "save", subject="Three", based_on="2")
    assert refused.status_code == 422
    assert "saved version 3 meanwhile" in words(refused.text)


def test_a_sample_is_sent_by_what_is_written(visitor: Visitor) -> None:
    answer = send(visitor, "send", subject="Does it arrive?", recipient="kim@example.com")
    assert "A sample is on its way to kim@example.com" in words(answer.text)
    with visitor.runtime.database.reading() as session:
        mail = session.scalars(select(Envelope)).one()
    assert (mail.subject, mail.recipient) == ("[Sample] Does it arrive?", "kim@example.com")
    assert send(visitor, "send", recipient="nobody").status_code == 422


def test_only_an_administrator_edits(stranger: Visitor) -> None:
    someone = stranger.sign_in("lee@example.com", is_administrator=False)
    assert "Only an administrator may edit it." in words(someone.get(PAGE))
    for act in ("preview", "save", "send"):
        assert send(someone, act).status_code == 403
    assert someone.send(f"{PAGE}/revert").status_code == 403


def test_templates_that_failed_on_a_mail_stand_on_the_home_page(visitor: Visitor) -> None:
    from registry.apis import register

    send(visitor, "save", subject="One")
    with visitor.runtime.database.transaction() as session:
        register(session, slug="orders", name="Orders", now=NOW)
        made = session.scalars(select(Wording)).one()
        made.failed_at, made.failure = NOW, "text, line 2: 'nobody' is undefined"
    assert "The templates of trial (en) failed on a mail" in words(visitor.get("/"))
    assert "failed on a mail, which went out by the default" in words(visitor.get(PAGE))


@pytest.mark.slow
def test_what_is_written_is_edited_by_program_and_at_a_shell(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from click.testing import CliRunner

    from interfaces.cli import sundial

    monkeypatch.setattr("interfaces.commands.templates.surroundings", lambda: runtime)
    (tmp_path / "subject").write_text("At a shell")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(sundial, ["template", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    given = ("trial", "en", "--subject", str(tmp_path / "subject"))
    assert run("preview", *given).startswith("Subject: At a shell\n\nHello,")
    assert run("edit", *given) == "version 1 of trial in en is in force from the next mail on\n"
    assert run("show", "trial", "en", "subject") == "At a shell"
    assert run("send", "trial", "en", "kim@example.com").startswith("sent: kept in the built-in mailbox")
    assert "the default of trial" in run("revert", "trial", "en")
    assert '"subject": "At a shell"' in run("versions", "trial", "en")
    assert "default" in run("list")
