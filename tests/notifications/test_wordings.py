"""The versions of templates: what is in force, what was, and the default that always works."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from deprecations.mail_samples import samples
from notifications.errors import TemplateRefused, WordingConflict, WordingNotFound
from notifications.models import Wording
from notifications.render import Rendered, default_source, render
from notifications.wordings import (
    compose_mail,
    current,
    edit,
    failing,
    find_version,
    forget_wordings,
    revert,
    source_of,
    versions,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SAMPLES = samples("trial", "en")
FACTS = SAMPLES[0].context
OURS = replace(default_source("trial"), subject="Does it arrive, {{ by }}?")


def save(session: Session, subject: str, based_on: int | None = None) -> Wording:
    source = replace(OURS, subject=subject)
    return edit(session, "trial", "en", source, samples=SAMPLES, based_on=based_on, by="dana", now=NOW)


def compose(session: Session, **facts: str) -> Rendered:
    wording = current(session, "trial").get("en")
    return compose_mail(session, "trial", {**FACTS, **facts}, wording=wording, now=NOW)


def test_what_is_saved_is_in_force_and_the_default_comes_back(session: Session) -> None:
    assert compose(session) == render("trial", FACTS)
    save(session, "One {{ by }}")
    assert compose(session).subject == "One dana@example.com"
    save(session, "Two")
    assert compose(session).subject == "Two"
    revert(session, "trial", "en", by="kim", now=NOW)
    assert compose(session) == render("trial", FACTS)
    assert [(one.number, one.is_default, one.by) for one in versions(session, "trial", "en")] == [
        (3, True, "kim"),
        (2, False, "dana"),
        (1, False, "dana"),
    ]
    assert source_of(find_version(session, "trial", "en", 1), "trial").subject == "One {{ by }}"


def test_saved_unchanged_or_reverted_twice_nothing_is_written(session: Session) -> None:
    assert revert(session, "trial", "en", by="kim", now=NOW) is None
    save(session, "One")
    save(session, "One")
    windows = replace(OURS, subject="One", text=OURS.text.replace("\n", "\r\n"))
    edit(session, "trial", "en", windows, samples=SAMPLES, by="kim", now=NOW)
    assert len(versions(session, "trial", "en")) == 1


def test_what_somebody_saved_meanwhile_is_not_overwritten(session: Session) -> None:
    save(session, "One", based_on=0)
    with pytest.raises(WordingConflict, match="saved version 1 meanwhile"):
        save(session, "Two", based_on=0)
    with pytest.raises(WordingConflict):
        revert(session, "trial", "en", based_on=0, by="kim", now=NOW)


def test_what_is_refused_changes_nothing(session: Session) -> None:
    with pytest.raises(TemplateRefused):
        save(session, "{{ nobody }}")
    assert versions(session, "trial", "en") == ()


def test_a_language_or_version_that_is_not_there_is_said(session: Session) -> None:
    with pytest.raises(WordingNotFound, match="trial isn't written in 'fr': use en, de"):
        versions(session, "trial", "fr")
    with pytest.raises(WordingNotFound, match="no version 7"):
        find_version(session, "trial", "en", 7)


def test_templates_that_fail_on_a_mail_lose_none_and_say_so(session: Session) -> None:
    save(session, "{{ by | truncate(3) }}{% if channel == 'mailbox' %}{{ nobody }}{% endif %}")
    assert compose(session).subject != render("trial", FACTS).subject
    assert failing(session) == ()
    assert compose(session, channel="mailbox") == render("trial", {**FACTS, "channel": "mailbox"})
    [failed] = failing(session)
    assert failed.failure == "subject, line 1: 'nobody' is undefined"
    save(session, "Mended")
    assert failing(session) == ()


def test_old_versions_are_forgotten_but_the_one_in_force_never(session: Session) -> None:
    save(session, "One")
    save(session, "Two")
    assert forget_wordings(session, before=NOW + timedelta(days=1)) == 1
    assert compose(session).subject == "Two"
