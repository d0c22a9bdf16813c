"""What a list says, done through the verbs that everybody uses; what would change is what did change.

It runs in the caller's transaction: who only wants to see what would change rolls it back.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consumers.contacts import add_contact, change_contact
from consumers.contract_models import DeclaredUse
from consumers.credentials import add_credential, move_credential
from consumers.directory import change, register
from consumers.errors import ConsumersError
from consumers.identify import canonical, digest
from consumers.imports.entries import (
    ConsumerEntry,
    ContactEntry,
    CredentialEntry,
    Entry,
    ImportRefused,
    OwnerEntry,
    UseEntry,
)
from consumers.models import Consumer, Contact, ContactRole, Credential
from registry import apis
from registry.errors import RegistryError
from registry.models import Api
from storage.languages import DEFAULT

_LONGEST_ORIGIN = 300


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an import does: at which place of the list, what, to whom, and in which way."""

    place: str
    what: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import does; `notes` say what of the list it left out, and why."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Work:
    session: Session
    origin: str
    pepper: bytes
    may_move: bool
    now: datetime
    consumers: dict[str, Consumer] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def apply(
    session: Session,
    entries: Sequence[Entry],
    *,
    origin: str,
    pepper: bytes,
    may_move: bool = False,
    now: datetime,
) -> ImportReport:
    """Bring consumers, credentials, contacts and owners to what a list says; nothing is taken away.

    `may_move`: a credential of another consumer changes hands; without, that is a fault. Raises ImportRefused
    with every fault, each at its place.
    """
    work = _Work(session, origin, pepper, may_move, now)
    changes: list[Change] = []
    faults: list[str] = []
    refused: set[str] = set()  # what else is said of whoever couldn't be registered would only repeat that
    for entry in entries:
        if not isinstance(entry, OwnerEntry) and entry.slug in refused:
            continue
        try:
            changes += _DO[type(entry)](work, entry)
        except (ConsumersError, RegistryError) as error:
            faults.append(f"{entry.place}: {error}")
            if isinstance(entry, ConsumerEntry):
                refused.add(entry.slug)
    if faults:
        raise ImportRefused(faults)
    return ImportReport(tuple(changes), tuple(dict.fromkeys(work.notes)))


def _consumer(work: _Work, entry: ConsumerEntry) -> Iterator[Change]:
    found = _known(work, entry.slug)
    if found is None:
        if entry.name is None:
            raise ConsumersError(f"there is no consumer called {entry.slug}, and no name to register it with")
        work.consumers[entry.slug] = register(
            work.session,
            slug=entry.slug,
            name=entry.name,
            team=entry.team or "",
            description=entry.description or "",
            now=work.now,
        )
        yield Change(entry.place, "consumer registered", entry.slug, entry.name)
        return
    told = {name: getattr(entry, name) for name in ("name", "team", "description")}
    if found.is_unattributed:
        raise ConsumersError(f"{entry.slug} is the traffic that names nobody: it is nobody's to describe")
    changed = _changed(found, told)
    if changed:
        said = "; ".join(f"{name}: {getattr(found, name) or 'none'} → {new}" for name, new in changed.items())
        change(work.session, found, **changed)
        yield Change(entry.place, "consumer changed", entry.slug, said)


def _credential(work: _Work, entry: CredentialEntry) -> Iterator[Change]:
    consumer = _wanted(work, entry.slug)
    key = digest(entry.kind, canonical(entry.kind, entry.value), work.pepper)
    known = work.session.scalar(
        select(Credential).filter_by(kind=entry.kind, digest=key).options(joinedload(Credential.consumer))
    )
    if known is not None and known.consumer_id == consumer.id:
        return
    if known is not None and not known.consumer.is_unattributed and work.may_move:
        before, calls = known.consumer.slug, move_credential(work.session, known, consumer)
        said = f"{known.kind} {known.hint} from {before}; {calls:,} calls go along"
        yield Change(entry.place, "credential moved", entry.slug, said)
        return
    made = add_credential(
        work.session, consumer, kind=entry.kind, value=entry.value, pepper=work.pepper, now=work.now
    )
    said = f"{made.kind} {made.hint}" + (", seen before under no name" if known is not None else "")
    yield Change(entry.place, "credential added", entry.slug, said)


def _contact(work: _Work, entry: ContactEntry) -> Iterator[Change]:
    consumer, email = _wanted(work, entry.slug), entry.email.strip()
    known = work.session.scalar(
        select(Contact).where(Contact.consumer_id == consumer.id, func.lower(Contact.email) == email.lower())
    )
    if known is None:
        add_contact(
            work.session,
            consumer,
            name=entry.name or email,
            email=email,
            role=entry.role or ContactRole.TECHNICAL,
            zone=entry.zone or "UTC",
            language=entry.language or DEFAULT,
            now=work.now,
        )
        yield Change(entry.place, "contact added", entry.slug, email)
        return
    told = {"name": entry.name, "role": entry.role, "zone": entry.zone, "language": entry.language}
    changed = _changed(known, told)
    if changed:
        said = "; ".join(f"{name}: {getattr(known, name)} → {new}" for name, new in changed.items())
        change_contact(work.session, known, **changed)
        yield Change(entry.place, "contact changed", entry.slug, f"{email}: {said}")


def _use(work: _Work, entry: UseEntry) -> Iterator[Change]:
    consumer = _wanted(work, entry.slug)
    api_id = work.session.scalar(select(Api.id).where(Api.slug == entry.api))
    if api_id is None:
        if not entry.may_be_missing:
            raise ConsumersError(f"there is no API called {entry.api}: `sundial api list` shows the names")
        work.notes.append(f"{entry.place}: no API is called {entry.api} here, so that use is left out")
        return
    known = work.session.get(DeclaredUse, (consumer.id, api_id))
    if known is not None:
        known.declared_at, known.origin = work.now, work.origin[:_LONGEST_ORIGIN]
        return
    work.session.add(
        DeclaredUse(
            consumer_id=consumer.id, api_id=api_id, origin=work.origin[:_LONGEST_ORIGIN], declared_at=work.now
        )
    )
    work.session.flush()
    yield Change(entry.place, "use declared", entry.slug, entry.api)


def _owner(work: _Work, entry: OwnerEntry) -> Iterator[Change]:
    api = work.session.scalar(select(Api).where(Api.slug == entry.api))
    if api is None:
        work.notes.append(f"{entry.place}: no API is called {entry.api} here, so its owner is left out")
        return
    if api.owner == entry.owner:
        return
    said = f"{api.owner or 'nobody'} → {entry.owner}"
    apis.change(work.session, api, name=api.name, description=api.description, owner=entry.owner)
    yield Change(entry.place, "owner changed", entry.api, said)


_DO: dict[type, Callable[[_Work, Any], Iterator[Change]]] = {
    ConsumerEntry: _consumer,
    CredentialEntry: _credential,
    ContactEntry: _contact,
    UseEntry: _use,
    OwnerEntry: _owner,
}


def _changed(row: Consumer | Contact, told: dict[str, str | None]) -> dict[str, str]:
    """Return what is told, and isn't so already."""
    return {name: new for name, new in told.items() if new is not None and new != getattr(row, name)}


def _known(work: _Work, slug: str) -> Consumer | None:
    if slug not in work.consumers:
        found = work.session.scalar(select(Consumer).where(Consumer.slug == slug))
        if found is None:
            return None
        work.consumers[slug] = found
    return work.consumers[slug]


def _wanted(work: _Work, slug: str) -> Consumer:
    found = _known(work, slug)
    if found is None:
        raise ConsumersError(f"there is no consumer called {slug}")
    return found
