"""Consumers: registering and changing them, how traffic names them, and who is told."""

from datetime import timedelta

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from access.audit import record
from access.tokens import Scope
from consumers import directory
from consumers.declared import declared_apis
from consumers.errors import NotFound
from consumers.habits import habits_of
from consumers.merging import credential_of, split
from consumers.models import Consumer
from consumers.usage import calls_of
from deprecations import merged_consumers
from deprecations.contact_endpoints import endpoints_of
from deprecations.silence import open_silences
from interfaces.api.answers import days, listed, made, page_number
from interfaces.api.law import body, query
from interfaces.api.route import Route
from interfaces.body import whole_body
from interfaces.gate import actor, runtime
from interfaces.importing import List, import_list
from interfaces.views.consumers import consumer_facts, contact_facts, credential_facts, silence_facts
from interfaces.views.facts import Facts, plain
from interfaces.views.usage import operation_calls_facts


def list_consumers() -> ResponseReturnValue:
    """List the consumers by name."""
    with runtime().database.reading() as session:
        found = directory.consumers(session, search=query().get("search", ""), page=page_number())
        return listed(found, consumer_facts)


def register_consumer() -> ResponseReturnValue:
    """Register a consumer."""
    around = runtime()
    with around.database.transaction() as session:
        now = around.clock()
        consumer = directory.register(session, **body(), now=now)
        record(session, actor=actor(), action="consumer registered", subject=consumer.slug, now=now)
    return made(consumer_facts(consumer), "show_consumer", slug=consumer.slug)


def import_consumers() -> ResponseReturnValue:
    """Import a Backstage catalog or a table, or say what that would change."""
    asked = query()
    given = List(whole_body(), "upload", asked["format"], may_move=asked.get("move", False))
    dry_run = asked.get("dry_run", False)
    report = import_list(runtime(), given, actor(), dry_run=dry_run)
    return jsonify({"applied": not dry_run, **plain(report)})


def show_consumer(slug: str) -> ResponseReturnValue:
    """Show a consumer with its credentials, its contacts and what it calls."""
    now = runtime().clock()
    since = now - timedelta(days=days())
    with runtime().database.reading() as session:
        consumer = directory.find(session, slug)
        calls = calls_of(session, consumer.id, since=since, until=now)
        silent = open_silences(habits_of(session, consumer.id), since=since, window_days=days(), now=now)
        facts = {
            **_detailed(session, consumer),
            "calls": [operation_calls_facts(one) for one in calls],
            "silences": [silence_facts(one) for one in silent],
            "declared": [api.slug for api in declared_apis(session, consumer.id)],
        }
    return jsonify(facts)


def change_consumer(slug: str) -> ResponseReturnValue:
    """Change what is said about a consumer."""
    around, changes = runtime(), body()
    with around.database.transaction() as session:
        consumer = directory.find(session, slug)
        directory.change(session, consumer, **changes)
        detail = ", ".join(changes)
        record(
            session, actor=actor(), action="consumer changed", subject=slug, detail=detail, now=around.clock()
        )
    return jsonify(consumer_facts(consumer))


def remove_consumer(slug: str) -> ResponseReturnValue:
    """Take a consumer away with its contacts; what it called becomes unattributed."""
    around = runtime()
    with around.database.transaction() as session:
        now, consumer = around.clock(), directory.find(session, slug)
        name = consumer.name
        directory.remove(session, consumer, now)
        record(session, actor=actor(), action="consumer removed", subject=slug, detail=name, now=now)
    return "", 204


def add_credential(slug: str) -> ResponseReturnValue:
    """Say how traffic names a consumer; what it called under that name before becomes its own."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now, consumer = around.clock(), directory.find(session, slug)
        credential = directory.add_credential(
            session, consumer, kind=asked["kind"], value=asked["value"], pepper=around.pepper, now=now
        )
        detail = f"{credential.kind} {credential.hint}"
        record(session, actor=actor(), action="credential added", subject=slug, detail=detail, now=now)
    return jsonify(credential_facts(credential)), 201


def remove_credential(slug: str, credential_id: int) -> ResponseReturnValue:
    """Say that a credential no longer names a consumer; its usage becomes unattributed."""
    around = runtime()
    with around.database.transaction() as session:
        now, consumer = around.clock(), directory.find(session, slug)
        credential = credential_of(session, consumer, credential_id)
        detail = f"{credential.kind} {credential.hint}"
        directory.remove_credential(session, credential, now)
        record(session, actor=actor(), action="credential removed", subject=slug, detail=detail, now=now)
    return "", 204


def move_credential(slug: str, credential_id: int) -> ResponseReturnValue:
    """Give a credential to another consumer, with all calls that came under it."""
    around = runtime()
    with around.database.transaction() as session:
        now, consumer = around.clock(), directory.find(session, slug)
        credential = credential_of(session, consumer, credential_id)
        to = directory.find(session, body()["to"])
        calls = directory.move_credential(session, credential, to)
        detail = f"{credential.kind} {credential.hint} to {to.slug}"
        record(session, actor=actor(), action="credential moved", subject=slug, detail=detail, now=now)
    return jsonify(consumer=to.slug, calls=calls)


def merge_consumers(slug: str) -> ResponseReturnValue:
    """Make another consumer one with this one; everything that it has goes along."""
    around, other = runtime(), body()["from"]
    with around.database.transaction() as session:
        now = around.clock()
        into, gone = directory.find(session, slug), directory.find(session, other)
        merged = merged_consumers.merge_consumers(session, into, gone, by=actor(), now=now)
        record(
            session, actor=actor(), action="consumer merged", subject=slug, detail=f"with {other}", now=now
        )
        facts = _detailed(session, directory.find(session, slug))
    return jsonify({**facts, "merged": plain(merged)})


def split_consumer(slug: str) -> ResponseReturnValue:
    """Make a new consumer of some of this one's credentials."""
    around, asked = runtime(), body()
    with around.database.transaction() as session:
        now, consumer = around.clock(), directory.find(session, slug)
        made_one = split(
            session, consumer, asked["credentials"], slug=asked["slug"], name=asked["name"], now=now
        )
        detail = f"{made_one.slug} out of it"
        record(session, actor=actor(), action="consumer split", subject=slug, detail=detail, now=now)
        facts = _detailed(session, made_one)
    return made(facts, "show_consumer", slug=facts["slug"])


def add_contact(slug: str) -> ResponseReturnValue:
    """Add a person who is told what concerns a consumer."""
    around = runtime()
    with around.database.transaction() as session:
        now, consumer = around.clock(), directory.find(session, slug)
        contact = directory.add_contact(session, consumer, **body(), now=now)
        record(session, actor=actor(), action="contact added", subject=slug, detail=contact.email, now=now)
    return jsonify(contact_facts(contact)), 201


def remove_contact(slug: str, contact_id: int) -> ResponseReturnValue:
    """Take a contact away; what it was told stays on record."""
    around = runtime()
    with around.database.transaction() as session:
        now, consumer = around.clock(), directory.find(session, slug)
        contact = directory.find_contact(session, contact_id)
        if contact.consumer_id != consumer.id:
            raise NotFound(f"{slug} has no contact {contact_id}")
        directory.remove_contact(session, contact)
        record(session, actor=actor(), action="contact removed", subject=slug, detail=contact.email, now=now)
    return "", 204


def _detailed(session: Session, consumer: Consumer) -> Facts:
    credentials = directory.credentials_of(session, consumer.id).items
    contacts = directory.contacts_of(session, consumer.id).items
    told = endpoints_of(session, [one.id for one in contacts])
    return {
        **consumer_facts(consumer),
        "credentials": [credential_facts(one) for one in credentials],
        "contacts": [contact_facts(one, told.get(one.id)) for one in contacts],
    }


ROUTES = (
    Route("GET", "/consumers", Scope.READ, list_consumers),
    Route("POST", "/consumers", Scope.MANAGE, register_consumer),
    Route("POST", "/consumers/import", Scope.MANAGE, import_consumers),
    Route("GET", "/consumers/<slug>", Scope.READ, show_consumer),
    Route("PATCH", "/consumers/<slug>", Scope.MANAGE, change_consumer),
    Route("DELETE", "/consumers/<slug>", Scope.MANAGE, remove_consumer),
    Route("POST", "/consumers/<slug>/credentials", Scope.MANAGE, add_credential),
    Route("DELETE", "/consumers/<slug>/credentials/<int:credential_id>", Scope.MANAGE, remove_credential),
    Route("POST", "/consumers/<slug>/credentials/<int:credential_id>/move", Scope.MANAGE, move_credential),
    Route("POST", "/consumers/<slug>/merge", Scope.MANAGE, merge_consumers),
    Route("POST", "/consumers/<slug>/split", Scope.MANAGE, split_consumer),
    Route("POST", "/consumers/<slug>/contacts", Scope.MANAGE, add_contact),
    Route("DELETE", "/consumers/<slug>/contacts/<int:contact_id>", Scope.MANAGE, remove_contact),
)
