"""What providers of mail report by webhook, from outside: hard, soft, complaint, and who is no provider."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from consumers.models import Contact
from deprecations.unreachable import lift_suppression
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from notifications.attempts import settle
from notifications.models import Attempt, Envelope
from notifications.outbox import claim, post
from notifications.outcome import Receipt
from notifications.suppressions import list_suppressions
from tests.notifications.mail_events.test_providers import LOGIN, postmark
from tests.support.factories_deprecations import NOW, make_consumer, make_contact


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """Sundial's surroundings, with Postmark set up and two mails sent to a contact."""
    settings = Settings(
        data_dir=tmp_path / "data", database_url=database_url, mail_events_postmark_login=LOGIN
    )
    made = make_runtime(settings, lambda: NOW)
    with made.database.transaction() as session:
        make_contact(session, make_consumer(session))
        words = {"subject": "s", "text": "t", "html": "h", "domain": "example.com", "channel": "smtp"}
        for key in ("first", "second"):
            post(session, key=key, recipient="dana@example.com", **words, now=NOW)
        for one in claim(session, limit=9, lease_seconds=60, now=NOW):
            settle(session, one, Receipt("250 OK"), jitter=0, now=NOW)
    yield made
    made.database.engine.dispose()


def report(web: Flask, event: Any, *, status: int = 200, provider: str = "postmark") -> Any:
    posted = postmark(event)
    answer = web.test_client().post(
        f"/webhooks/mail/{provider}", data=posted.body, headers=dict(posted.headers)
    )
    assert answer.status_code == status, answer.text
    return answer.get_json()


def bounce(kind: str, to: str = "Dana@Example.com") -> dict[str, str]:
    return {"RecordType": "Bounce", "Type": kind, "Email": to, "Details": "550 5.1.1 no such user"}


def seen(runtime: Runtime) -> tuple[list[str], list[str], list[str], bool]:
    with runtime.database.reading() as session:
        tries = session.scalars(select(Attempt.outcome).where(Attempt.outcome != "sent")).all()
        states = session.scalars(select(Envelope.state).order_by(Envelope.id)).all()
        listed = [f"{one.address} {one.reason} {one.by}" for one in list_suppressions(session).items]
        told = session.scalars(select(Contact)).one().disabled_at is None
        return list(tries), list(states), listed, told


def test_a_hard_bounce_fails_the_newest_mail_and_stops_all_others(web: Flask, runtime: Runtime) -> None:
    for _ in range(2):
        assert report(web, bounce("HardBounce")) == {"events": 1, "noted": 1}
    listed = ["dana@example.com bounce postmark"]
    assert seen(runtime) == (["hard-bounce"], ["sent", "failed"], listed, False)


def test_a_report_that_comes_again_stops_no_mail_that_somebody_let_go_again(
    web: Flask, runtime: Runtime
) -> None:
    report(web, bounce("HardBounce"))
    with runtime.database.transaction() as session:
        lift_suppression(session, "dana@example.com")
    assert report(web, bounce("HardBounce")) == {"events": 1, "noted": 1}
    assert seen(runtime)[2:] == ([], True)


def test_a_soft_bounce_is_noted_once_and_stops_nothing(web: Flask, runtime: Runtime) -> None:
    for _ in range(2):
        report(web, bounce("Transient"))
    assert seen(runtime) == (["soft-bounce"], ["sent", "sent"], [], True)


def test_a_complaint_stops_all_mail_but_the_mail_was_delivered(web: Flask, runtime: Runtime) -> None:
    report(web, bounce("SpamComplaint") | {"RecordType": "SpamComplaint"})
    listed = ["dana@example.com complaint postmark"]
    assert seen(runtime) == (["complaint"], ["sent", "sent"], listed, False)


def test_of_addresses_that_never_got_a_mail_from_here_nothing_is_kept(web: Flask, runtime: Runtime) -> None:
    assert report(web, bounce("HardBounce", "kim@example.com")) == {"events": 1, "noted": 0}
    assert report(web, bounce("HardBounce", "\0")) == {"events": 1, "noted": 0}
    assert seen(runtime) == ([], ["sent", "sent"], [], True)


def test_who_is_not_set_up_or_not_proven_is_turned_away(web: Flask, runtime: Runtime) -> None:
    for provider in ("sendgrid", "amazon-ses", "mailgun", "nobody"):
        report(web, bounce("HardBounce"), status=404, provider=provider)
    answer = web.test_client().post("/webhooks/mail/postmark", data=b"{}")
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    posted = postmark({})
    answer = web.test_client().post("/webhooks/mail/postmark", data=b"{", headers=dict(posted.headers))
    assert answer.status_code == 422
    assert seen(runtime) == ([], ["sent", "sent"], [], True)
