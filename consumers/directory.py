"""The consumers themselves: registering, changing and finding them; the door to credentials and contacts.

Who may do so is `access`'s, and the trail of who did is its too.
"""

import re
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consumers.contacts import add_contact, contacts_of, find_contact, remove_contact
from consumers.credentials import (
    add_credential,
    credentials_of,
    find_credential,
    move_credential,
    remove_credential,
)
from consumers.errors import Conflict, ConsumerNotFound, ConsumersError
from consumers.models import Consumer, Credential
from consumers.unattributed import UNATTRIBUTED, unattributed
from storage.names import checked_line, checked_name
from storage.paging import Page, page_of

__all__ = [
    "add_contact",
    "add_credential",
    "change",
    "consumers",
    "contacts_of",
    "credentials_of",
    "find",
    "find_contact",
    "find_credential",
    "move_credential",
    "register",
    "remove",
    "remove_contact",
    "remove_credential",
    "unattributed",
]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 80
_ADDRESSES = frozenset({"new", "import"})  # pages beside those of consumers


def register(
    session: Session, *, slug: str, name: str, description: str = "", team: str = "", now: datetime
) -> Consumer:
    """Register a consumer; its slug is what commands and addresses call it by."""
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
        raise ConsumersError(
            f"“{slug}” can't name a consumer: use up to {_LONGEST_SLUG} small letters, digits, single hyphens"
        )
    if slug in _ADDRESSES:
        raise Conflict(f"“{slug}” is an address of its own here: choose another name")
    if slug == UNATTRIBUTED:
        raise Conflict(f"“{slug}” is kept for traffic that names no consumer: choose another name")
    consumer = Consumer(
        slug=slug,
        name=checked_name(name, "a consumer", ConsumersError),
        description=description,
        team=checked_line(team, "the team", ConsumersError),
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(consumer)
    except IntegrityError:
        raise Conflict(
            f"there is a consumer called {slug} already: change it, or choose another name"
        ) from None
    return consumer


def change(
    session: Session,
    consumer: Consumer,
    *,
    name: str | None = None,
    description: str | None = None,
    team: str | None = None,
) -> None:
    """Change what is said about a consumer; None leaves a thing as it is."""
    if name is not None:
        consumer.name = checked_name(name, "a consumer", ConsumersError)
    if description is not None:
        consumer.description = description
    if team is not None:
        consumer.team = checked_line(team, "the team", ConsumersError)
    session.flush()


def remove(session: Session, consumer: Consumer, now: datetime) -> None:
    """Take a consumer away with its contacts; what it called becomes unattributed again."""
    nobody = unattributed(session, now)
    if consumer.id == nobody.id:
        raise ConsumersError("traffic that names no consumer has to count somewhere: this one stays")
    for credential in list(session.scalars(select(Credential).filter_by(consumer_id=consumer.id))):
        remove_credential(session, credential, now)
    session.execute(delete(Consumer).where(Consumer.id == consumer.id))


def find(session: Session, slug: str) -> Consumer:
    """Return the consumer of that slug."""
    consumer = session.scalar(select(Consumer).where(Consumer.slug == slug))
    if consumer is None:
        raise ConsumerNotFound(f"there is no consumer called {slug}: `sundial consumer list` shows the names")
    return consumer


def consumers(session: Session, *, search: str = "", page: int = 1) -> Page[Consumer]:
    """Return the consumers by name; only those whose name, slug or team has the searched text."""
    statement = select(Consumer).order_by(Consumer.name, Consumer.id)
    if search.strip():
        columns = (Consumer.name, Consumer.slug, Consumer.team)
        likely = (column.icontains(search.strip(), autoescape=True) for column in columns)
        statement = statement.where(or_(*likely))
    return page_of(session, statement, page)
