"""One contact of a consumer: what is said about it, where it is told, and a trial of that."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from consumers import directory
from consumers.errors import ConsumerNotFound, ConsumersError, NotFound
from consumers.models import Consumer, Contact, ContactRole
from deprecations.contact_endpoints import endpoints_of
from deprecations.errors import EndpointNotFound
from interfaces.gate import actor, runtime
from interfaces.pages.route import POST, Route
from interfaces.telling import (
    BY_MAIL,
    choose_channel,
    contact_of,
    edit_contact,
    new_secret,
    secret_of,
    try_channel,
    two_sign,
)
from notifications.endpoints import NAMES
from notifications.errors import EndpointRefused
from storage.languages import NAMES as LANGUAGES
from storage.zones import zones

_REFUSED = 422
_ABOUT = ("name", "role", "zone", "language")
_CHANNELS = ((BY_MAIL, "By mail"), *NAMES.items())
Act = Callable[[Session, Consumer, Contact], ResponseReturnValue]


def contact(slug: str, contact_id: int) -> ResponseReturnValue:
    """Show a contact."""
    with runtime().database.reading() as session:
        consumer = directory.find(session, slug)
        return _page(session, consumer, contact_of(session, consumer, contact_id))


def change_contact(slug: str, contact_id: int) -> ResponseReturnValue:
    """Change what is said about a contact."""
    given = {name: request.form[name].strip() for name in _ABOUT if name in request.form}

    def act(session: Session, consumer: Consumer, one: Contact) -> ResponseReturnValue:
        edit_contact(session, runtime(), consumer, one, by=actor(), **given)
        flash(f"{one.name} is changed.", "good")
        return _back(slug, contact_id)

    return _take(slug, contact_id, act)


def choose_contact_channel(slug: str, contact_id: int) -> ResponseReturnValue:
    """Choose where a contact is told; a webhook's secret is shown, this once."""
    channel, address = request.form.get("channel", ""), request.form.get("address", "")

    def act(session: Session, consumer: Consumer, one: Contact) -> ResponseReturnValue:
        around = runtime()
        made = choose_channel(session, around, consumer, one, channel=channel, address=address, by=actor())
        if secret := secret_of(around, made):
            return _page(session, consumer, one, secret=secret)
        flash(f"{one.name} is told {f'at {made.hint}' if made else 'by mail'} from now on.", "good")
        return _back(slug, contact_id)

    return _take(slug, contact_id, act)


def rotate_contact_secret(slug: str, contact_id: int) -> ResponseReturnValue:
    """Begin a new secret, and show it, this once."""

    def act(session: Session, consumer: Consumer, one: Contact) -> ResponseReturnValue:
        made = new_secret(session, runtime(), consumer, one, by=actor())
        return _page(session, consumer, one, secret=secret_of(runtime(), made.endpoint), ended=made.ended)

    return _take(slug, contact_id, act)


def send_contact_trial(slug: str, contact_id: int) -> ResponseReturnValue:
    """Send a trial message, and show what becomes of it."""

    def act(session: Session, consumer: Consumer, one: Contact) -> ResponseReturnValue:
        made = try_channel(session, runtime(), consumer, one, by=actor())
        return redirect(url_for("pages.envelope", key=made.key))

    return _take(slug, contact_id, act)


def _take(slug: str, contact_id: int, act: Act) -> ResponseReturnValue:
    database = runtime().database
    try:
        with database.transaction() as session:
            consumer = directory.find(session, slug)
            return act(session, consumer, contact_of(session, consumer, contact_id))
    except (ConsumerNotFound, NotFound):
        raise
    except (ConsumersError, EndpointRefused, EndpointNotFound) as error:
        refusal = str(error)
    with database.reading() as session:
        consumer = directory.find(session, slug)
        one = contact_of(session, consumer, contact_id)
        return _page(session, consumer, one, errors={"": refusal}, given=_shown()), _REFUSED


def _page(session: Session, consumer: Consumer, one: Contact, **more: Any) -> str:
    endpoint = endpoints_of(session, [one.id]).get(one.id)
    facts: dict[str, Any] = {
        "consumer": consumer,
        "contact": one,
        "endpoint": endpoint,
        "channels": _CHANNELS,
        "names": NAMES,
        "roles": [(role.value, role.value.capitalize()) for role in ContactRole],
        "zones": zones(),
        "languages": [*LANGUAGES.items()],
        "secret": "",
        "ended": "",
        "two_sign": two_sign(endpoint, runtime().clock()),
        "given": {},
        "errors": {},
        **more,
    }
    return render_template("consumer/contact.html", **facts)


def _shown() -> dict[str, str]:
    """Return what a refused form held, without the address: it is a secret."""
    return {name: value for name, value in request.form.items() if name not in ("address", "csrf_token")}


def _back(slug: str, contact_id: int) -> ResponseReturnValue:
    return redirect(url_for("pages.contact", slug=slug, contact_id=contact_id))


_CONTACT = "/consumers/<slug>/contacts/<int:contact_id>"
ROUTES = (
    Route(_CONTACT, "contact", contact),
    Route(f"{_CONTACT}/change", "change_contact", change_contact, POST),
    Route(f"{_CONTACT}/channel", "choose_contact_channel", choose_contact_channel, POST),
    Route(f"{_CONTACT}/secret", "rotate_contact_secret", rotate_contact_secret, POST),
    Route(f"{_CONTACT}/trial", "send_contact_trial", send_contact_trial, POST),
)
