"""What a mail says differs: for each reader what concerns it, and never that what ends has ended."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.contracts import Offer, receive
from consumers.models import Consumer, Credential, NameUse, UsedName
from deprecations.models import TargetKind
from deprecations.notices import plan_notices
from deprecations.packing import Desk, pack
from deprecations.targets import Thing
from notifications.models import Envelope
from registry.models import Api, FindingOperation, Operation, StoredComparison, StoredFinding, Version
from tests.consumers.pacts.files import pact
from tests.support.factories_deprecations import (
    NOW,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
    spell,
)

DESK = Desk(channel="mailbox", domain="sundial.example.com", base_url="https://sundial.example.com")
ANSWER = "response 200 application/json"
_SIDES = {"old": None, "new": None}
TOTAL = {"element": "property", "aspect": "existence", "action": "removed", "property": "total"}
STATUS = {"element": "parameter", "aspect": "existence", "action": "removed", "property": None}
GONE = {"element": "operation", "aspect": "existence", "action": "removed", "property": None}


def _direction(where: str) -> str:
    return "response" if where.startswith("response") else "request"


@pytest.fixture
def comparison(session: Session, api: Api, operation: Operation) -> StoredComparison:
    version = session.get_one(Version, operation.first_version_id)
    spell(session, version, operation)
    made = StoredComparison(
        api_id=api.id, old_version_id=version.id, new_version_id=version.id, created_at=NOW
    )
    session.add(made)
    session.flush()
    return made


def find(
    session: Session,
    comparison: StoredComparison,
    operation: Operation,
    words: str,
    facts: dict[str, Any],
    where: str = ANSWER,
    level: str = "breaking",
) -> str:
    """Store a finding about an operation; answer its fingerprint."""
    position = session.query(StoredFinding).count()
    reach = {"method": operation.method, "path": operation.path, "where": where}
    finding = StoredFinding(
        comparison_id=comparison.id,
        position=position,
        rule="a-rule",
        level=level,
        text=words,
        fingerprint=f"f{position}",
        facts={**facts, **_SIDES, "level": level, "direction": _direction(where), "operations": [reach]},
    )
    session.add(finding)
    session.flush()
    session.add(FindingOperation(finding_id=finding.id, operation_id=operation.id))
    return finding.fingerprint


def caller(session: Session, operation: Operation, slug: str = "acme-sync") -> Consumer:
    """Make a consumer with a contact of its own that called yesterday."""
    made = session.scalar(select(Consumer).where(Consumer.slug == slug)) or make_consumer(session, slug)
    if session.scalar(select(Credential).where(Credential.consumer_id == made.id)) is None:
        session.add(
            Credential(
                consumer_id=made.id, kind="api-key", digest=slug.ljust(64, "."), hint="…", created_at=NOW
            )
        )
        session.flush()
    make_contact(session, made, f"{slug}@example.com")
    make_usage(session, made, operation, NOW - timedelta(days=1))
    return made


def send(
    session: Session, consumer: Consumer, operation: Operation, name: str, kind: str = "parameter"
) -> None:
    """Let yesterday's calls of a consumer send a query parameter, or a body of a media type."""
    used = UsedName(operation_id=operation.id, kind=kind, name=name)
    session.add(used)
    session.flush()
    at = NOW - timedelta(days=1)
    key = session.scalars(select(Credential.id).where(Credential.consumer_id == consumer.id)).one()
    counts = {"calls": 3, "first_at": at, "last_at": at}
    session.add(NameUse(used_name_id=used.id, day=at.date(), credential_id=key, **counts))


def told(session: Session) -> dict[str, str]:
    """Send what is due; answer the mails by recipient."""
    plan_notices(session, NOW)
    pack(session, desk=DESK, now=NOW)
    return {
        mail.recipient.partition("@")[0]: " ".join(mail.text.split())
        for mail in session.scalars(select(Envelope))
    }


def test_a_mail_says_what_breaks_at_what_its_reader_calls_and_nothing_else(
    session: Session, api: Api, operation: Operation, comparison: StoredComparison
) -> None:
    other = make_operation(session, api, "GET /v1/other")
    root = find(session, comparison, operation, "“total” was removed from the response.", TOTAL)
    find(session, comparison, operation, "The description changed.", TOTAL, level="editorial")
    find(session, comparison, other, "Something else broke.", STATUS, "query parameter status")
    caller(session, operation)
    make_plan(session, operation, finding=root)
    text = told(session)["acme-sync"]
    assert "Answer 200 (application/json): `total` is not there." in text
    assert text.count(" - ") == 1


def test_that_the_operation_went_is_no_difference(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    root = find(session, comparison, operation, "The operation was removed.", GONE, where="operation")
    caller(session, operation)
    make_plan(session, operation, finding=root)
    text = told(session)["acme-sync"]
    assert "differs" not in text


def test_nor_is_that_the_part_went_whose_end_is_planned(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    root = find(session, comparison, operation, "“total” was removed.", TOTAL)
    caller(session, operation)
    thing = Thing(TargetKind.RESPONSE_PROPERTY, operation.api_id, operation.id, name="total")
    make_plan(session, operation, finding=root, thing=thing)
    assert "differs" not in told(session)["acme-sync"]


def test_two_consumers_are_told_what_concerns_each(
    session: Session, api: Api, operation: Operation, comparison: StoredComparison
) -> None:
    root = find(
        session, comparison, operation, "The parameter status went.", STATUS, "query parameter status"
    )
    find(session, comparison, operation, "The property total went.", TOTAL)
    for slug, body in (("reads-it", {"total": 1}), ("passes-it-over", {"id": 1})):
        interaction = {
            "request": {"method": "GET", "path": "/v1/orders/7"},
            "response": {"status": 200, "body": body},
        }
        data = pact(interaction, consumer={"name": slug}, provider={"name": api.slug})
        receive(session, Offer(data, "upload", version="1.2.0"), by="dana", now=NOW)
    slugs = ("reads-it", "passes-it-over", "sends-it", "sends-others", "untold")
    _, _, sender, narrow, _ = [caller(session, operation, slug) for slug in slugs]
    send(session, sender, operation, "status")
    send(session, narrow, operation, "page")
    make_plan(session, operation, finding=root)
    mails = told(session)
    hear = {slug: ("`status` is not there" in text, "`total` is not" in text) for slug, text in mails.items()}
    assert hear == {
        "reads-it": (False, True),
        "passes-it-over": (False, False),
        "sends-it": (True, True),
        "sends-others": (False, True),
        "untold": (True, True),
    }
    assert mails["sends-it"].index("`status`") < mails["sends-it"].index("`total`")
    assert "`status` is not there. You sent it in 3 calls." in mails["sends-it"]
    assert "`total` is not there. Your contract relies on it." in mails["reads-it"]


def test_what_comes_in_another_format_than_its_calls_send_concerns_nobody(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    own = "request body application/json"
    root = find(session, comparison, operation, "x", TOTAL, own, level="dangerous")
    find(session, comparison, operation, "x", {**TOTAL, "property": "sum"}, "request body application/xml")
    sender, _untold = caller(session, operation), caller(session, operation, "untold")
    send(session, sender, operation, "application/json", "media-type")
    make_plan(session, operation, finding=root)
    mails = told(session)
    assert "`total` is not there. Your calls send this format." in mails["acme-sync"]
    assert "`sum`" not in mails["acme-sync"]
    assert mails["untold"].index("`sum`") < mails["untold"].index("`total`"), "what breaks comes first"
    assert "`total` is not there. It depends on how you use it." in mails["untold"]


def test_a_mail_tells_five_and_how_many_more_there_are(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    facts = [{**TOTAL, "property": f"field{number}"} for number in range(7)]
    roots = [find(session, comparison, operation, "x", one) for one in facts]
    caller(session, operation)
    make_plan(session, operation, finding=roots[0])
    text = told(session)["acme-sync"]
    assert (text.count("`field"), "And 2 more, on your page." in text) == (5, True)


def test_what_must_be_sent_and_is_not_yet_is_told_with_that(
    session: Session, operation: Operation, comparison: StoredComparison
) -> None:
    page = {"element": "parameter", "aspect": "existence", "action": "added", "property": None}
    root = find(session, comparison, operation, "x", page, "query parameter page")
    caller(session, operation)
    make_plan(session, operation, finding=root)
    said = "Query parameter `page` is new, and has to be sent. Your calls can’t have it yet."
    assert said in told(session)["acme-sync"]
