"""The people who are told what concerns a consumer."""

import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from consumers.errors import Conflict, ConsumersError, NotFound
from consumers.models import Consumer, Contact, ContactRole
from storage.languages import DEFAULT, checked_language
from storage.names import checked_name
from storage.paging import Page, page_of
from storage.zones import checked_zone

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?=.{1,190}\Z)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def contacts_of(session: Session, consumer_id: int, page: int = 1) -> Page[Contact]:
    """Return a consumer's contacts by name, those whose mail stopped included."""
    statement = select(Contact).where(Contact.consumer_id == consumer_id)
    return page_of(session, statement.order_by(Contact.name, Contact.id), page)


def add_contact(
    session: Session,
    consumer: Consumer,
    *,
    name: str,
    email: str,
    role: str = ContactRole.TECHNICAL,
    zone: str = "UTC",
    language: str = DEFAULT,
    now: datetime,
) -> Contact:
    """Add a person who is told what concerns a consumer; `zone` is an IANA time zone's name."""
    address = checked_email(email, ConsumersError)
    zone, language = checked_zone(zone, ConsumersError), checked_language(language, ConsumersError)
    same = select(Contact.id).where(
        Contact.consumer_id == consumer.id, func.lower(Contact.email) == address.lower()
    )
    if session.scalar(same) is not None:
        raise Conflict(f"{address} is a contact of {consumer.slug} already")
    contact = Contact(
        consumer_id=consumer.id,
        name=checked_name(name, "a contact", ConsumersError),
        email=address,
        role=_checked_role(role),
        zone=zone,
        language=language,
        created_at=now,
    )
    session.add(contact)
    session.flush()
    return contact


def checked_email(email: str, refusal: Callable[[str], Exception]) -> str:
    """Return an e-mail address without blanks around it; `refusal` is raised for what is none."""
    address = email.strip()
    if not _EMAIL.fullmatch(address):
        raise refusal(f"“{address}” is no e-mail address: write it as name@example.com")
    return address


def change_contact(
    session: Session,
    contact: Contact,
    *,
    name: str | None = None,
    role: str | None = None,
    zone: str | None = None,
    language: str | None = None,
) -> None:
    """Change what is said about a contact; None leaves a thing as it is."""
    if name is not None:
        contact.name = checked_name(name, "a contact", ConsumersError)
    if role is not None:
        contact.role = _checked_role(role)
    if zone is not None:
        contact.zone = checked_zone(zone, ConsumersError)
    if language is not None:
        contact.language = checked_language(language, ConsumersError)
    session.flush()


def find_contact(session: Session, contact_id: int) -> Contact:
    """Return the contact of that number."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound(f"there is no contact {contact_id}")
    return contact


def contacts_at(session: Session, email: str) -> tuple[Contact, ...]:
    """Return the contacts that have an address, of whichever consumers."""
    same = select(Contact).where(func.lower(Contact.email) == email.strip().lower())
    return tuple(session.scalars(same.order_by(Contact.id)))


def remove_contact(session: Session, contact: Contact) -> None:
    """Take a contact away; what it was told stays on record with the notices."""
    session.execute(delete(Contact).where(Contact.id == contact.id))


def _checked_role(role: str) -> str:
    if role not in set(ContactRole):
        raise ConsumersError(f"“{role}” is no role of a contact: use {', '.join(ContactRole)}")
    return role
