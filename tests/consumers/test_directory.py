"""Consumers, their credentials and contacts."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers import directory
from consumers.errors import Conflict, ConsumerNotFound, ConsumersError, CredentialTaken, NotFound
from consumers.ingest import BatchReport, ingest
from consumers.models import Consumer, Credential, Usage
from storage.transactions import Database
from tests.support.factories_consumers import NOW, PEPPER, event, publish_templates

Send = Callable[..., BatchReport]
KEY = "a-key-of-acme-7f2a"


def make(session: Session, slug: str) -> Consumer:
    return directory.register(session, slug=slug, name=slug.title(), now=NOW)


def credential(session: Session, consumer: Consumer, value: str = KEY, kind: str = "api-key") -> Credential:
    return directory.add_credential(session, consumer, kind=kind, value=value, pepper=PEPPER, now=NOW)


def calls_by_slug(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Consumer.slug, func.sum(Usage.calls))
        .join(Consumer, Consumer.id == Usage.consumer_id)
        .group_by(Consumer.id)
    )
    return {slug: int(calls) for slug, calls in rows}


def test_a_consumer_is_found_by_its_slug(session: Session) -> None:
    made = directory.register(session, slug="acme", name=" Acme ", team="sales", now=NOW)
    assert directory.find(session, "acme") is made
    assert (made.name, made.team, made.is_unattributed, made.created_at) == ("Acme", "sales", False, NOW)
    with pytest.raises(ConsumerNotFound, match="no consumer called nonesuch"):
        directory.find(session, "nonesuch")


@pytest.mark.parametrize("slug", ["", "Acme", "a b", "-a", "a--b", "a" * 81, "é"])
def test_a_slug_that_no_command_could_take_is_refused(session: Session, slug: str) -> None:
    with pytest.raises(ConsumersError, match="can't name a consumer"):
        make(session, slug)


def test_a_taken_slug_and_the_kept_one_are_refused(session: Session) -> None:
    make(session, "acme")
    with pytest.raises(Conflict, match="acme already"):
        make(session, "acme")
    with pytest.raises(Conflict, match="is kept for traffic"):
        make(session, "unattributed")
    with pytest.raises(ConsumersError, match="needs a name"):
        directory.register(session, slug="other", name="  ", now=NOW)


def test_what_is_said_of_a_consumer_can_change(session: Session) -> None:
    made = make(session, "acme")
    directory.change(session, made, team="ops")
    directory.change(session, made, name="Acme Corp", description="")
    assert (made.name, made.team) == ("Acme Corp", "ops")


def test_consumers_are_listed_by_name_and_searched(session: Session) -> None:
    for slug in ("zeta", "acme", "acme-two"):
        make(session, slug)
    assert [found.slug for found in directory.consumers(session).items] == ["acme", "acme-two", "zeta"]
    assert [found.slug for found in directory.consumers(session, search=" ACME ").items] == [
        "acme",
        "acme-two",
    ]
    assert directory.consumers(session, search="%").total == 0


def test_there_is_one_unattributed_consumer(session: Session) -> None:
    first = directory.unattributed(session, NOW)
    assert first.is_unattributed
    assert directory.unattributed(session, NOW + timedelta(days=1)).id == first.id


def test_a_credential_that_traffic_used_before_brings_its_history(session: Session, send: Send) -> None:
    send(event(identity={"api-key": KEY}, count=5), event(identity={"api-key": "another-key-0000"}))
    assert calls_by_slug(session) == {"unattributed": 6}
    acme = make(session, "acme")
    added = credential(session, acme)
    assert (added.consumer_id, added.hint) == (acme.id, "…7f2a")
    assert calls_by_slug(session) == {"acme": 5, "unattributed": 1}
    send(event(identity={"api-key": KEY}, at=NOW - timedelta(hours=3)))
    assert calls_by_slug(session) == {"acme": 6, "unattributed": 1}


def test_a_credential_added_twice_is_one(session: Session) -> None:
    acme = make(session, "acme")
    assert credential(session, acme).id == credential(session, acme, f" {KEY} ").id
    assert directory.credentials_of(session, acme.id).total == 1


def test_a_credential_of_another_consumer_is_refused_by_its_name(session: Session) -> None:
    credential(session, make(session, "acme"))
    with pytest.raises(CredentialTaken, match="api-key …7f2a names acme already"):
        credential(session, make(session, "other"))


@pytest.mark.parametrize(
    ("kind", "value"), [("none", "x"), ("ip", "203.0.113.9"), ("user", "  "), ("user-agent", "()")]
)
def test_a_credential_that_could_name_nobody_is_refused(session: Session, kind: str, value: str) -> None:
    with pytest.raises(ConsumersError):
        credential(session, make(session, "acme"), value, kind)


def test_a_credential_moves_with_its_usage(session: Session, send: Send) -> None:
    acme, other = make(session, "acme"), make(session, "other")
    moving = credential(session, acme)
    send(event(identity={"api-key": KEY}, count=5))
    assert directory.move_credential(session, moving, other) == 5
    assert calls_by_slug(session) == {"other": 5}
    assert directory.find_credential(session, moving.id).consumer.slug == "other"


def test_calls_that_name_nobody_cannot_be_given_to_anybody(session: Session, send: Send) -> None:
    send(event())
    nobody = session.scalars(select(Credential)).one()
    with pytest.raises(Conflict, match="stay unattributed"):
        directory.move_credential(session, nobody, make(session, "acme"))


def test_a_removed_credential_leaves_its_usage_unattributed(session: Session, send: Send) -> None:
    acme = make(session, "acme")
    used, unused = credential(session, acme), credential(session, acme, "never-used", "user")
    send(event(identity={"api-key": KEY}))
    for gone in (used, unused):
        directory.remove_credential(session, gone, NOW)
    assert calls_by_slug(session) == {"unattributed": 1}
    assert directory.credentials_of(session, acme.id).total == 0
    with pytest.raises(NotFound, match="no credential"):
        directory.find_credential(session, unused.id)


def test_a_batch_counted_while_its_credential_moves_goes_along(database: Database) -> None:
    with database.transaction() as session:
        publish_templates(session, "orders", "1.0.0", [("GET", "/v1/orders/{id}")])
        moving = credential(session, make(session, "first"))
        make(session, "second")
    start = threading.Barrier(2)

    def count() -> None:
        start.wait()
        for number in range(10):
            with database.transaction() as session:
                lines = [event(identity={"api-key": KEY}, at=NOW - timedelta(hours=number))]
                words = {"source": "edge", "key": str(number), "log_format": "ndjson", "pepper": PEPPER}
                ingest(session, data=lines, now=NOW, **words)

    def move() -> None:
        start.wait()
        for slug in ("second", "first") * 5:
            with database.transaction() as session:
                found = directory.find_credential(session, moving.id)
                directory.move_credential(session, found, directory.find(session, slug))

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(count), pool.submit(move)]:
            work.result()
    with database.reading() as session:
        assert calls_by_slug(session) == {"first": 10}


def test_a_contact_is_added_and_removed(session: Session) -> None:
    acme = make(session, "acme")
    words = {"name": "Dana", "role": "owner", "zone": "Europe/Berlin"}
    dana = directory.add_contact(session, acme, email=" dana@example.com ", now=NOW, **words)
    assert (dana.email, dana.role, dana.zone, dana.created_at) == (
        "dana@example.com",
        "owner",
        "Europe/Berlin",
        NOW,
    )
    with pytest.raises(Conflict, match="is a contact of acme already"):
        directory.add_contact(session, acme, name="D", email="Dana@Example.com", now=NOW)
    assert [found.name for found in directory.contacts_of(session, acme.id).items] == ["Dana"]
    directory.remove_contact(session, directory.find_contact(session, dana.id))
    assert directory.contacts_of(session, acme.id).total == 0
    with pytest.raises(NotFound, match="no contact"):
        directory.find_contact(session, dana.id)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"email": "dana"}, "is no e-mail address"),
        ({"email": "dana@example"}, "is no e-mail address"),
        ({"email": "dana@example.com\nBcc: x@example.com"}, "is no e-mail address"),
        ({"email": "Dana <dana@example.com>"}, "is no e-mail address"),
        ({"email": f"{'x' * 65}@example.com"}, "is no e-mail address"),
        ({"role": "boss"}, "is no role of a contact: use technical, team, owner, security"),
        ({"zone": "Berlin"}, "is no time zone"),
        ({"zone": "../etc/passwd"}, "is no time zone"),
        ({"zone": ""}, "is no time zone"),
        ({"zone": "Europe"}, "is no time zone"),
        ({"zone": "x" * 300}, "is no time zone"),
        ({"name": " "}, "a contact needs a name"),
    ],
)
def test_a_contact_that_could_not_be_told_is_refused(
    session: Session, members: dict[str, str], message: str
) -> None:
    with pytest.raises(ConsumersError, match=message):
        words = {"name": "Dana", "email": "dana@example.com"} | members
        directory.add_contact(session, make(session, "acme"), now=NOW, **words)
