"""Where contacts are told beside their mailboxes: a webhook, a Slack or Teams channel for each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Contact
from deprecations.errors import EndpointNotFound
from deprecations.notice_models import ContactEndpoint
from deprecations.owner_models import ApiOwner
from notifications.endpoints import add_endpoint, remove_endpoints, rotate_secret
from notifications.models import Endpoint


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes; `mail_to` is where it goes instead when an endpoint doesn't take it."""

    channel: str
    recipient: str
    endpoint_id: int | None = None
    mail_to: str = ""


def endpoints_of(session: Session, contact_ids: Collection[int]) -> dict[int, Endpoint]:
    """Return the address of each contact that has one beside its mailbox."""
    rows = session.execute(
        select(ContactEndpoint.contact_id, Endpoint)
        .join(Endpoint, Endpoint.id == ContactEndpoint.endpoint_id)
        .where(ContactEndpoint.contact_id.in_(contact_ids))
    )
    return {row[0]: row[1] for row in rows}


def endpoint_of(session: Session, contact: Contact) -> Endpoint:
    """Return a contact's address; raises EndpointNotFound for one that is told by mail."""
    found = endpoints_of(session, [contact.id]).get(contact.id)
    if found is None:
        raise EndpointNotFound(f"{contact.email} is told by mail: give it another address first")
    return found


def destination(session: Session, contact: Contact, mail_channel: str) -> Destination:
    """Return where a contact is told by now: by mail, where its address takes nothing any more."""
    endpoint = endpoints_of(session, [contact.id]).get(contact.id)
    if endpoint is None or endpoint.disabled_at is not None:
        return Destination(mail_channel, contact.email)
    return Destination(endpoint.channel, endpoint.hint, endpoint.id, contact.email)


def tell_at(
    session: Session,
    contact: Contact,
    *,
    channel: str,
    address: str,
    key: bytes,
    allow_private: bool,
    now: datetime,
) -> Endpoint:
    """Tell a contact at an address from now on, in the place of any that it had; raises EndpointRefused.

    One whose mail stopped is told again.
    """
    made = add_endpoint(
        session, channel=channel, address=address, key=key, allow_private=allow_private, now=now
    )
    tell_by_mail(session, contact)
    contact.disabled_at, contact.disabled_reason = None, None
    session.add(ContactEndpoint(contact_id=contact.id, endpoint_id=made.id))
    session.flush()
    return made


def tell_by_mail(session: Session, contact: Contact) -> bool:
    """Tell a contact by mail again; tell whether it was told elsewhere. What waits there goes by mail."""
    found = endpoints_of(session, [contact.id]).get(contact.id)
    return found is not None and bool(remove_endpoints(session, [found.id]))


def begin_secret(session: Session, contact: Contact, now: datetime) -> Endpoint:
    """Begin a new secret for what a contact's webhook is sent."""
    found = endpoint_of(session, contact)
    rotate_secret(session, found, now)
    return found


def forget_unused(session: Session) -> int:
    """Forget the addresses that are nobody's any more: their contacts were removed."""
    used = select(ContactEndpoint.endpoint_id).union(
        select(ApiOwner.endpoint_id).where(ApiOwner.endpoint_id.is_not(None))
    )
    return remove_endpoints(
        session, session.scalars(select(Endpoint.id).where(Endpoint.id.not_in(used))).all()
    )
