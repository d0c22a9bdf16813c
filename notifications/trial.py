"""A trial mail or message: does it leave here, does it arrive there, how does it look."""

from datetime import UTC, datetime
from secrets import token_hex

from sqlalchemy.orm import Session

from notifications.card import Card
from notifications.compose import address
from notifications.models import Endpoint, Envelope
from notifications.outbox import post
from notifications.render import Rendered
from notifications.wordings import compose_mail, current


def post_trial(
    session: Session, recipient: str, *, channel: str, domain: str, base_url: str, by: str, now: datetime
) -> Envelope:
    """Put a trial mail into the outbox, a new one each time; raises Unmailable for what is no address."""
    to = address(recipient.strip()).addr_spec
    at = _moment(now)
    facts = {"by": by, "base_url": base_url, "channel": channel, "at": at}
    mail = compose_mail(session, "trial", facts, wording=current(session, "trial").get("en"), now=now)
    return post(
        session,
        key=_key(to, now),
        channel=channel,
        recipient=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        domain=domain,
        now=now,
    )


def post_trial_at(
    session: Session, endpoint: Endpoint, *, domain: str, base_url: str, by: str, now: datetime
) -> Envelope:
    """Put a trial message for an endpoint into the outbox, a new one each time."""
    at = _moment(now)
    words = f"{by} sent it on {at} to see that messages arrive here. There is nothing to do."
    card = Card("A trial message from Sundial", words, links=(("Sundial", base_url),), footer=base_url)
    event = {"type": "trial", "data": {"by": by, "link": base_url}}
    return post(
        session,
        key=_key(f"endpoint:{endpoint.id}", now),
        channel=endpoint.channel,
        recipient=endpoint.hint,
        endpoint_id=endpoint.id,
        payload=event if endpoint.channel == "webhook" else card.as_json(),
        subject=card.title,
        text=f"{card.lead}\n",
        html="",
        domain=domain,
        now=now,
    )


def post_sample(
    session: Session,
    kind: str,
    language: str,
    mail: Rendered,
    recipient: str,
    *,
    channel: str,
    domain: str,
    now: datetime,
) -> Envelope:
    """Put a mail made of a sample into the outbox, for whoever writes its templates; one a second each."""
    to = address(recipient.strip()).addr_spec
    return post(
        session,
        key=f"sample:{kind}:{language}:{to}:{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"[:200],
        channel=channel,
        recipient=to,
        subject=f"[Sample] {mail.subject}",
        text=mail.text,
        html=mail.html,
        domain=domain,
        now=now,
    )


def _key(to: str, now: datetime) -> str:
    return f"trial:{now.astimezone(UTC):%Y-%m-%dT%H:%M}:{token_hex(4)}:{to}"[:200]


def _moment(at: datetime) -> str:
    there = at.astimezone(UTC)
    return f"{there.day} {there:%b %Y, %H:%M} UTC"
