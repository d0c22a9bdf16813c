"""A trial mail: does mail leave here, does it arrive there, how does it look."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from notifications.compose import address
from notifications.models import Envelope
from notifications.outbox import post
from notifications.render import render


def post_trial(
    session: Session, recipient: str, *, channel: str, domain: str, base_url: str, by: str, now: datetime
) -> Envelope:
    """Put a trial mail into the outbox; raises Unmailable for what is no address.

    One address gets one a minute, however often it is asked for.
    """
    to = address(recipient.strip()).addr_spec
    at = f"{now.astimezone(UTC):%Y-%m-%d, %H:%M} UTC"
    mail = render("trial", {"by": by, "base_url": base_url, "channel": channel, "at": at})
    return post(
        session,
        key=f"trial:{to}:{now.astimezone(UTC):%Y-%m-%dT%H:%M}"[:200],
        channel=channel,
        recipient=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        domain=domain,
        now=now,
    )
