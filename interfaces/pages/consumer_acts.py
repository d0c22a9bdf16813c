"""What is done to a consumer: its contacts and credentials come and go. A refusal is said beside its form."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from consumers import directory
from consumers.errors import ConsumerNotFound, ConsumersError, NotFound
from consumers.merging import credential_of, split
from consumers.models import Consumer, Contact
from deprecations import merged_consumers
from interfaces.gate import actor, runtime
from interfaces.pages.consumer import page
from interfaces.pages.route import POST, Route
from storage.languages import DEFAULT

Act = Callable[[Session, Consumer, datetime], tuple[str, str]]
_REFUSED = 422
_MOST_DIGITS = 9
_ABOUT = ("name", "description", "team")
_CONTACT = ("name", "email", "role", "zone")


def change(slug: str) -> ResponseReturnValue:
    """Change what is said about a consumer."""

    def act(session: Session, found: Consumer, _now: datetime) -> tuple[str, str]:
        directory.change(session, found, **_given(_ABOUT))
        return found.name, f"{found.name} is changed."

    return _take(slug, "calls", "consumer changed", act)


def add_contact(slug: str) -> ResponseReturnValue:
    """Add somebody who is told what concerns a consumer."""

    def act(session: Session, found: Consumer, now: datetime) -> tuple[str, str]:
        language = request.form.get("language", DEFAULT)
        made = directory.add_contact(session, found, **_given(_CONTACT), language=language, now=now)
        return made.email, f"{made.email} is told from now on."

    return _take(slug, "contacts", "contact added", act)


def remove_contact(slug: str, contact_id: int) -> ResponseReturnValue:
    """Take a contact away."""

    def act(session: Session, found: Consumer, _now: datetime) -> tuple[str, str]:
        contact = _contact(session, found, contact_id)
        directory.remove_contact(session, contact)
        return contact.email, f"{contact.email} is told no more."

    return _take(slug, "contacts", "contact removed", act)


def add_credential(slug: str) -> ResponseReturnValue:
    """Say how traffic names a consumer; what came under that name before becomes its own."""
    pepper = runtime().pepper

    def act(session: Session, found: Consumer, now: datetime) -> tuple[str, str]:
        made = directory.add_credential(
            session,
            found,
            kind=request.form.get("kind", ""),
            value=request.form.get("value", ""),
            pepper=pepper,
            now=now,
        )
        named = f"{made.kind} {made.hint}"
        return named, f"{named} names {found.name} now. Its value is kept nowhere, only a hash of it."

    return _take(slug, "credentials", "credential added", act)


def remove_credential(slug: str, credential_id: int) -> ResponseReturnValue:
    """Say that a credential names its consumer no more."""

    def act(session: Session, found: Consumer, now: datetime) -> tuple[str, str]:
        credential = credential_of(session, found, credential_id)
        named = f"{credential.kind} {credential.hint}"
        directory.remove_credential(session, credential, now)
        return named, f"{named} names {found.name} no more; its calls count as unattributed."

    return _take(slug, "credentials", "credential removed", act)


def move_credential(slug: str, credential_id: int) -> ResponseReturnValue:
    """Give a credential to another consumer, with all calls that came under it."""

    def act(session: Session, found: Consumer, _now: datetime) -> tuple[str, str]:
        credential = credential_of(session, found, credential_id)
        named, to = (
            f"{credential.kind} {credential.hint}",
            directory.find(session, request.form.get("to", "").strip()),
        )
        calls = directory.move_credential(session, credential, to)
        return f"{named} to {to.slug}", f"{named} names {to.name} now; {calls:,} calls went along."

    return _take(slug, "credentials", "credential moved", act)


def split_consumer(slug: str) -> ResponseReturnValue:
    """Make a new consumer of some of this one's credentials."""
    given, chosen = _given(("slug", "name")), request.form.getlist("credential")

    def act(session: Session, found: Consumer, now: datetime) -> tuple[str, str]:
        ids = [int(one) for one in chosen if one.isascii() and one.isdigit() and len(one) <= _MOST_DIGITS]
        made = split(session, found, ids, **given, now=now)
        return f"{made.slug} out of it", f"{made.name} is a consumer of its own now, with its calls."

    return _take(slug, "credentials", "consumer split", act)


def merge_consumers(slug: str) -> ResponseReturnValue:
    """Make another consumer one with this one."""
    other = request.form.get("from", "").strip()

    def act(session: Session, found: Consumer, now: datetime) -> tuple[str, str]:
        gone = directory.find(session, other)
        name = gone.name
        merged = merged_consumers.merge_consumers(session, found, gone, by=actor(), now=now)
        return f"with {other}", f"{name} is one with {found.name} now; {merged.calls:,} calls went along."

    return _take(slug, "calls", "consumer merged", act)


def _take(slug: str, view: str, action: str, act: Act) -> ResponseReturnValue:
    around = runtime()
    with around.database.reading() as session:
        directory.find(session, slug)
    try:
        with around.database.transaction() as session:
            now = around.clock()
            detail, said = act(session, directory.find(session, slug), now)
            record(session, actor=actor(), action=action, subject=slug, detail=detail, now=now)
    except ConsumersError as error:
        if isinstance(error, NotFound) and not isinstance(error, ConsumerNotFound):
            flash(str(error), "bad")
            return redirect(url_for("pages.consumer", slug=slug, view=view))
        with around.database.reading() as session:
            found = directory.find(session, slug)
            return page(session, found, view, errors={"": str(error)}, given=_shown()), _REFUSED
    flash(said, "good")
    return redirect(url_for("pages.consumer", slug=slug, view=view))


def _given(fields: tuple[str, ...]) -> dict[str, str]:
    return {field: request.form.get(field, "").strip() for field in fields}


def _shown() -> dict[str, str]:
    """Return what a refused form held, without the credential's value: a secret is shown to nobody."""
    return {name: value for name, value in request.form.items() if name not in ("value", "csrf_token")}


def _contact(session: Session, found: Consumer, contact_id: int) -> Contact:
    contact = directory.find_contact(session, contact_id)
    if contact.consumer_id != found.id:
        raise NotFound(f"{found.slug} has no contact {contact_id}")
    return contact


ROUTES = (
    Route("/consumers/<slug>/change", "change_consumer", change, POST),
    Route("/consumers/<slug>/split", "split_consumer", split_consumer, POST),
    Route("/consumers/<slug>/merge", "merge_consumers", merge_consumers, POST),
    Route("/consumers/<slug>/contacts", "add_contact", add_contact, POST),
    Route("/consumers/<slug>/contacts/<int:contact_id>/remove", "remove_contact", remove_contact, POST),
    Route("/consumers/<slug>/credentials", "add_credential", add_credential, POST),
    Route(
        "/consumers/<slug>/credentials/<int:credential_id>/remove",
        "remove_credential",
        remove_credential,
        POST,
    ),
    Route("/consumers/<slug>/credentials/<int:credential_id>/move", "move_credential", move_credential, POST),
)
