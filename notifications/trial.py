"""A trial mail or message: does it leave here, does it arrive there, how does it look."""

from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex

from sqlalchemy.orm import Session

from notifications.card import Card
from notifications.compose import address
from notifications.models import Endpoint, Envelope
from notifications.outbox import post
from notifications.render import Rendered, sentences
from notifications.wordings import compose_mail, current

KIND = "trial"


@dataclass(frozen=True, slots=True)
class Written:
    """How a trial is written: in which language, and the instant that it tells, in that language's words."""

    language: str
    at: str


def post_trial(
    session: Session,
    recipient: str,
    *,
    channel: str,
    domain: str,
    base_url: str,
    by: str,
    written: Written,
    now: datetime,
) -> Envelope:
    """Put a trial mail into the outbox, a new one each time; raises Unmailable for what is no address."""
    to, language = address(recipient.strip()).addr_spec, written.language
    facts = {"by": by, "base_url": base_url, "channel": channel, "at": written.at, "language": language}
    mail = compose_mail(session, KIND, facts, wording=current(session, KIND).get(language), now=now)
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
    session: Session,
    endpoint: Endpoint,
    *,
    domain: str,
    base_url: str,
    by: str,
    written: Written,
    now: datetime,
) -> Envelope:
    """Put a trial message for an endpoint into the outbox, a new one each time."""
    words = sentences(KIND, written.language)
    said = str(words.message(by, written.at))
    links = (("Sundial", base_url),)
    card = Card(words.title, said, links=links, footer=base_url, language=written.language)
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
