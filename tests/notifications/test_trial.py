"""A trial mail goes to one address, a new one each time."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from notifications.errors import Unmailable
from notifications.trial import Written, post_trial

WORDS: dict[str, Any] = {
    "channel": "smtp",
    "domain": "example.com",
    "base_url": "https://sundial.example.com",
    "by": "<mara@example.com>",
    "written": Written("en", "Fri 31 May 2030, 09:00 UTC"),
}


def test_a_trial_mail_says_who_asked_for_it(session: Session, now: datetime) -> None:
    mail = post_trial(session, " dana@example.com ", **WORDS, now=now)
    assert (mail.recipient, mail.subject) == ("dana@example.com", "A trial mail from Sundial")
    assert "<mara@example.com> asked for it" in " ".join(mail.text.split())
    assert "&lt;mara@example.com&gt;" in mail.html


def test_each_trial_is_a_new_one(session: Session, now: datetime) -> None:
    first = post_trial(session, "dana@example.com", **WORDS, now=now)
    assert post_trial(session, "dana@example.com", **WORDS, now=now).id != first.id


@pytest.mark.parametrize(
    "recipient", ["", "dana", "a@example.com, b@example.com", "a@example.com\nBcc: b@c.de"]
)
def test_what_is_no_address_is_refused(session: Session, now: datetime, recipient: str) -> None:
    with pytest.raises(Unmailable):
        post_trial(session, recipient, **WORDS, now=now)
