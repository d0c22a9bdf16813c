"""Two consumers become one and one becomes two, and everything that hangs on them follows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers import contracts, directory
from consumers.contracts import Offer, receive
from consumers.errors import Conflict, ConsumersError, NotFound
from consumers.ingest import ingest
from consumers.merging import merge, split
from consumers.models import Consumer, Credential, Usage
from storage.base import Base
from tests.consumers.pacts.files import pact
from tests.support.factories_consumers import NOW, PEPPER, event, publish_templates


@pytest.fixture
def two(session: Session) -> tuple[Consumer, Consumer]:
    """Acme and its old self, each with a credential, 2 and 3 calls, and contacts, one of them of both."""
    publish_templates(session, "orders-api", "1", [("GET", "/v1/orders/{id}")])
    made = []
    for slug, key in (("acme", "key-of-acme-now"), ("acme-old", "key-of-acme-before")):
        one = directory.register(session, slug=slug, name=slug.title(), now=NOW)
        directory.add_credential(session, one, kind="api-key", value=key, pepper=PEPPER, now=NOW)
        for name in ("both", slug):
            directory.add_contact(session, one, name=name, email=f"{name}@example.com", now=NOW)
        made.append(one)
    lines = [
        event(identity={"api-key": key}, count=count)
        for key, count in (("key-of-acme-now", 2), ("key-of-acme-before", 3))
    ]
    ingest(session, source="edge", key="k", log_format="ndjson", data=lines, pepper=PEPPER, now=NOW)
    return made[0], made[1]


def calls_of(session: Session, consumer: Consumer) -> int:
    mine = select(func.sum(Usage.calls)).where(Usage.consumer_id == consumer.id)
    return int(session.scalar(mine) or 0)


def test_what_the_one_that_goes_had_goes_along(session: Session, two: tuple[Consumer, Consumer]) -> None:
    into, gone = two
    receive(session, Offer(pact(), "upload", consumer_slug="acme-old"), by="dana", now=NOW)
    merged = merge(session, into, gone)
    assert (merged.calls, merged.credentials, merged.contacts) == (3, 1, 1)
    assert calls_of(session, into) == 5
    assert directory.credentials_of(session, into.id).total == 2
    emails = [one.email for one in directory.contacts_of(session, into.id).items]
    assert emails == ["acme@example.com", "acme-old@example.com", "both@example.com"]
    assert contracts.contracts(session, consumer_id=into.id).total == 1
    with pytest.raises(NotFound):
        directory.find(session, "acme-old")
    again = [event(identity={"api-key": "key-of-acme-before"}, at=NOW - timedelta(hours=1))]
    ingest(session, source="edge", key="l", log_format="ndjson", data=again, pepper=PEPPER, now=NOW)
    assert calls_of(session, into) == 6


def test_nothing_refers_to_the_one_that_went(session: Session, two: tuple[Consumer, Consumer]) -> None:
    gone = two[1].id
    merge(session, *two)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "consumers":
                left = select(func.count()).select_from(table).where(key.parent == gone)
                assert session.scalar(left) == 0, table.name


def test_a_merge_that_makes_no_sense_is_refused(session: Session, two: tuple[Consumer, Consumer]) -> None:
    nobody = directory.unattributed(session, NOW)
    with pytest.raises(ConsumersError, match="acme is one consumer already"):
        merge(session, two[0], two[0])
    for pair in ((two[0], nobody), (nobody, two[0])):
        with pytest.raises(ConsumersError, match="say whose its names are instead"):
            merge(session, *pair)


def test_a_new_consumer_is_made_of_some_credentials_with_their_calls(
    session: Session, two: tuple[Consumer, Consumer]
) -> None:
    merge(session, *two)
    [old] = session.scalars(
        select(Credential).join(Usage, Usage.credential_id == Credential.id).where(Usage.calls == 3)
    )
    made = split(session, two[0], [old.id, old.id], slug="acme-again", name="Acme again", now=NOW)
    assert (calls_of(session, made), calls_of(session, two[0])) == (3, 2)


def test_a_split_that_makes_no_sense_is_refused(session: Session, two: tuple[Consumer, Consumer]) -> None:
    [other] = directory.credentials_of(session, two[1].id).items
    with pytest.raises(ConsumersError, match="one at least"):
        split(session, two[0], [], slug="third", name="New", now=NOW)
    with pytest.raises(NotFound, match=f"acme has no credential {other.id}"):
        split(session, two[0], [other.id], slug="third", name="New", now=NOW)
    with pytest.raises(Conflict, match="there is a consumer called acme-old already"):
        split(session, two[1], [other.id], slug="acme-old", name="New", now=NOW)
