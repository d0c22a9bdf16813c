"""Where contacts are told: what page, API and command do to it, each noted in the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from access.audit import record
from consumers.contacts import change_contact, find_contact
from consumers.errors import NotFound
from consumers.models import Consumer, Contact
from deprecations.contact_endpoints import begin_secret, endpoints_of, tell_at, tell_by_mail
from interfaces.mail import desk, endpoint_key, send_trial, trial_words
from interfaces.runtime import Runtime
from notifications.endpoints import BOTH_SIGN, signing_secrets
from notifications.models import Endpoint, Envelope
from notifications.trial import post_trial_at

BY_MAIL = "mail"


def contact_of(session: Session, consumer: Consumer, contact_id: int) -> Contact:
    """Return a consumer's contact of that number."""
    contact = find_contact(session, contact_id)
    if contact.consumer_id != consumer.id:
        raise NotFound(f"{consumer.slug} has no contact {contact_id}")
    return contact


def edit_contact(
    session: Session,
    runtime: Runtime,
    consumer: Consumer,
    contact: Contact,
    *,
    by: str,
    name: str | None = None,
    role: str | None = None,
    zone: str | None = None,
    language: str | None = None,
) -> None:
    """Change what is said about a contact; None leaves a thing as it is."""
    change_contact(session, contact, name=name, role=role, zone=zone, language=language)
    _note(session, runtime, consumer, "contact changed", contact.email, by)


def choose_channel(
    session: Session,
    runtime: Runtime,
    consumer: Consumer,
    contact: Contact,
    *,
    channel: str,
    address: str,
    by: str,
) -> Endpoint | None:
    """Tell a contact at an address, or by mail again; return the endpoint, None for mail."""
    if channel == BY_MAIL:
        tell_by_mail(session, contact)
        _note(session, runtime, consumer, "contact told by mail", contact.email, by)
        return None
    made = tell_at(
        session,
        contact,
        channel=channel,
        address=address,
        key=endpoint_key(runtime),
        allow_private=runtime.settings.channel_private_addresses,
        now=runtime.clock(),
    )
    _note(session, runtime, consumer, "contact told elsewhere", f"{contact.email} at {made.hint}", by)
    return made


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A webhook with its new secret, and a sentence about the one that signs no more, "" where both do."""

    endpoint: Endpoint
    ended: str


def new_secret(
    session: Session, runtime: Runtime, consumer: Consumer, contact: Contact, *, by: str
) -> NewSecret:
    """Begin a new secret for a contact's webhook."""
    ended = ended_secret(endpoints_of(session, [contact.id]).get(contact.id), runtime.clock())
    found = begin_secret(session, contact, runtime.clock())
    _note(session, runtime, consumer, "message secret rotated", f"{contact.email} at {found.hint}", by)
    return NewSecret(found, ended)


def two_sign(endpoint: Endpoint | None, now: datetime) -> bool:
    """Tell whether two secrets sign by now, so that a new one ends the older of them at once."""
    return bool(endpoint and endpoint.rotated_at and now < endpoint.rotated_at + BOTH_SIGN)


def ended_secret(endpoint: Endpoint | None, now: datetime) -> str:
    """Say which secret a new one ends at once: of three only the newest two sign; "" for none."""
    if endpoint is None or not two_sign(endpoint, now):
        return ""
    return (
        f"The secret from before {endpoint.rotated_at:%Y-%m-%d %H:%M} UTC signs no more: two sign at a time. "
        "A receiver that still checks by it refuses what is posted."
    )


def secret_of(runtime: Runtime, endpoint: Endpoint | None) -> str:
    """Return the secret that signs what is posted, to be shown once; "" where nothing is signed."""
    if endpoint is None or endpoint.channel != "webhook":
        return ""
    return signing_secrets(endpoint, endpoint_key(runtime), runtime.clock())[0]


def try_channel(
    session: Session, runtime: Runtime, consumer: Consumer, contact: Contact, *, by: str
) -> Envelope:
    """Put a trial message to where a contact is told into the outbox."""
    endpoint = endpoints_of(session, [contact.id]).get(contact.id)
    if endpoint is None:
        return send_trial(session, runtime, contact.email, by=by)
    _note(session, runtime, consumer, "trial message sent", f"{contact.email} at {endpoint.hint}", by)
    return trial_at(session, runtime, endpoint, contact.language, by=by)


def trial_at(session: Session, runtime: Runtime, endpoint: Endpoint, language: str, *, by: str) -> Envelope:
    """Put a trial message to an address into the outbox."""
    ours, now = desk(runtime), runtime.clock()
    return post_trial_at(
        session,
        endpoint,
        domain=ours.domain,
        base_url=ours.base_url,
        by=by,
        written=trial_words(language, now),
        now=now,
    )


def _note(session: Session, runtime: Runtime, consumer: Consumer, action: str, detail: str, by: str) -> None:
    record(session, actor=by, action=action, subject=consumer.slug, detail=detail, now=runtime.clock())
