"""One contact of a consumer: what is said about it, and where it is told."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from consumers import directory
from deprecations.contact_endpoints import endpoints_of
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.telling import choose_channel, contact_of, edit_contact, new_secret, secret_of, try_channel
from interfaces.views.consumers import channel_facts, contact_facts
from interfaces.views.notices import envelope_facts


def change_contact(slug: str, contact_id: int) -> ResponseReturnValue:
    """Change a contact's name, role or zone; what is left out stays."""
    around = runtime()
    with around.database.transaction() as session:
        consumer = directory.find(session, slug)
        contact = contact_of(session, consumer, contact_id)
        edit_contact(session, around, consumer, contact, by=actor(), **body())
        return jsonify(contact_facts(contact, endpoints_of(session, [contact.id]).get(contact.id)))


def choose_contact_channel(slug: str, contact_id: int) -> ResponseReturnValue:
    """Choose where a contact is told; the answer has the secret that signs events, once."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        consumer = directory.find(session, slug)
        made = choose_channel(
            session,
            around,
            consumer,
            contact_of(session, consumer, contact_id),
            channel=asked["channel"],
            address=asked.get("address", ""),
            by=actor(),
        )
        return jsonify({**channel_facts(made), "secret": secret_of(around, made) or None})


def rotate_contact_secret(slug: str, contact_id: int) -> ResponseReturnValue:
    """Begin a new secret for what a contact's webhook is sent; the answer has it, once."""
    around = runtime()
    with around.database.transaction() as session:
        consumer = directory.find(session, slug)
        made = new_secret(session, around, consumer, contact_of(session, consumer, contact_id), by=actor())
        secret = secret_of(around, made.endpoint) or None
        return jsonify({**channel_facts(made.endpoint), "secret": secret, "ended": made.ended or None})


def send_contact_trial(slug: str, contact_id: int) -> ResponseReturnValue:
    """Send a trial message to where a contact is told."""
    around = runtime()
    with around.database.transaction() as session:
        consumer = directory.find(session, slug)
        sent = try_channel(session, around, consumer, contact_of(session, consumer, contact_id), by=actor())
        return jsonify(envelope_facts(sent))


_CONTACT = "/consumers/<slug>/contacts/<int:contact_id>"
ROUTES = (
    Route("PATCH", _CONTACT, Scope.MANAGE, change_contact),
    Route("PUT", f"{_CONTACT}/channel", Scope.MANAGE, choose_contact_channel),
    Route("POST", f"{_CONTACT}/channel/secret", Scope.MANAGE, rotate_contact_secret),
    Route("POST", f"{_CONTACT}/channel/trial", Scope.MANAGE, send_contact_trial),
)
