"""Newest documents beside plans for parts, versions and whole APIs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from deprecations.acts import remove
from deprecations.advance import advance
from deprecations.alarm_kinds import Alarm
from deprecations.alarms import Raised, alarms
from deprecations.models import Deprecation, TargetKind
from deprecations.plans import plan_and_announce
from deprecations.targets import Thing
from registry.models import (
    Api,
    ComparisonState,
    DocumentMark,
    DocumentOperation,
    FindingOperation,
    Operation,
    StoredComparison,
    StoredDocument,
    StoredFinding,
    Version,
)
from tests.support.factories_deprecations import NOW, make_operation, make_plan, spell

BEGUN = datetime(2026, 12, 2, tzinfo=UTC)
OVER = datetime(2027, 7, 2, tzinfo=UTC)
K = TargetKind
PLACED = {
    K.PARAMETER: "query",
    K.HEADER: "response",
    K.MEDIA_TYPE: "response",
    K.ENUM_VALUE: "query",
}


@pytest.fixture
def version(session: Session, operation: Operation) -> Version:
    """The newest version, whose document has the operation."""
    found = session.get_one(Version, operation.last_version_id)
    spell(session, found, operation)
    return found


def ends(session: Session, thing: Thing) -> Deprecation:
    return plan_and_announce(
        session,
        thing=thing,
        reason="Old.",
        replacement="none",
        documentation="",
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 6, 30),
        zone="UTC",
        by="dana",
        now=NOW,
    )


def a_part(operation: Operation, kind: K) -> Thing:
    value = "open" if kind is K.ENUM_VALUE else ""
    return Thing(kind, None, operation.id, "status", PLACED.get(kind, ""), value)


def mark(session: Session, version: Version, operation: Operation, **changes: Any) -> DocumentMark:
    facts = {"kind": "parameter", "name": "status", "place": "query", "sunset": "2027-06-30"}
    words = {"reason": "", "replacement": "", "operations": [[operation.method, operation.path]]}
    row = DocumentMark(digest=version.digest, position=1, **(facts | words | changes))
    session.add(row)
    session.flush()
    return row


def next_version(session: Session, old: Version, *operations: Operation, days: int = 1) -> Version:
    """Publish a version that has these operations, some days after now."""
    label = f"{old.position + 1}.0.0"
    document = {"name": "o", "dialect": "openapi-3.1", "title": "o", "spec_version": label, "bundle": b""}
    session.add(StoredDocument(digest=label.ljust(64, "0"), size=1, created_at=NOW, **document))
    session.flush()
    made = Version(
        api_id=old.api_id,
        digest=label.ljust(64, "0"),
        label=label,
        position=old.position + 1,
        origin="upload",
        published_by="dana",
        published_at=NOW + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    for one in operations:
        spell(session, made, one)
        one.last_version_id = made.id
    session.flush()
    return made


def lose(session: Session, old: Version, new: Version, operation: Operation) -> StoredComparison:
    """Let a comparison say that the query parameter is gone."""
    compared = StoredComparison(
        api_id=old.api_id,
        old_version_id=old.id,
        new_version_id=new.id,
        created_at=NOW,
        state=ComparisonState.DONE,
    )
    session.add(compared)
    session.flush()
    place = {"method": operation.method, "path": operation.path, "where": "query parameter status"}
    facts = {"element": "parameter", "aspect": "existence", "action": "removed", "property": ""}
    facts |= {"direction": "request", "operations": [place], "old": None, "new": None}
    found = StoredFinding(
        comparison_id=compared.id,
        position=1,
        rule="r",
        level="breaking",
        text="Gone.",
        fingerprint="0" * 12,
        facts=facts,
    )
    session.add(found)
    session.flush()
    session.add(FindingOperation(finding_id=found.id, operation_id=operation.id))
    session.flush()
    return compared


def told(session: Session, now: datetime) -> list[tuple[Alarm, str]]:
    found: tuple[Raised, ...] = alarms(session, now)
    return [(one.kind, one.sentence) for one in found]


@pytest.mark.parametrize(
    ("kind", "is_told"),
    [
        (K.PARAMETER, True),
        (K.REQUEST_PROPERTY, True),
        (K.RESPONSE_PROPERTY, True),
        (K.HEADER, True),
        (K.ENUM_VALUE, False),
        (K.MEDIA_TYPE, False),
        (K.SECURITY_SCHEME, False),  # 3.2 was the first to give it a mark
    ],
)
def test_a_part_that_can_be_marked_and_is_not_is_told(
    session: Session, operation: Operation, version: Version, kind: K, is_told: bool
) -> None:
    planned = ends(session, a_part(operation, kind))
    assert told(session, NOW) == []
    advance(session, BEGUN)
    what = planned.target.label
    said = [(Alarm.UNMARKED, f"{what} is deprecated, and 1.0.0 doesn't say so.")]
    assert told(session, BEGUN) == (said if is_told else [])
    mark(session, version, operation, kind=kind.value, place=PLACED.get(kind, ""))
    assert told(session, BEGUN) == []


def test_no_dialect_is_asked_for_a_mark_that_it_does_not_have(
    session: Session, operation: Operation, version: Version
) -> None:
    ends(session, a_part(operation, K.PARAMETER))
    session.get_one(StoredDocument, version.digest).dialect = "openapi-2.0"
    advance(session, BEGUN)
    assert told(session, BEGUN) == []


def test_a_mark_with_another_day_is_told(session: Session, operation: Operation, version: Version) -> None:
    ends(session, a_part(operation, K.PARAMETER))
    mark(session, version, operation, sunset="2027-01-31")
    [(kind, sentence)] = told(session, NOW)
    assert kind is Alarm.OTHER_DAY
    assert sentence.startswith("1.0.0 says that Sun 31 Jan 2027 is the last day of query parameter “status”")


def test_what_is_over_is_not_said_to_be_deprecated(
    session: Session, operation: Operation, version: Version
) -> None:
    ends(session, a_part(operation, K.PARAMETER))
    make_plan(session, operation)
    advance(session, BEGUN)
    advance(session, OVER)
    sentences = [sentence for _kind, sentence in told(session, OVER)]
    assert len(sentences) == 2
    for sentence in sentences:
        assert "ended on Wed 30 Jun 2027, and 1.0.0 still has it, without a mark." in sentence


def test_a_part_that_is_gone_early_or_still_there_after_its_removal_is_told(
    session: Session, operation: Operation, version: Version
) -> None:
    planned = ends(session, a_part(operation, K.PARAMETER))
    mark(session, version, operation)
    newer = next_version(session, version, operation)
    compared = lose(session, version, newer, operation)
    [(kind, sentence)] = told(session, BEGUN)
    assert kind is Alarm.GONE_TOO_EARLY
    assert sentence.startswith(
        "2.0.0 has no query parameter “status” of GET /v1/orders/{id}, which was promised"
    )
    advance(session, BEGUN)
    advance(session, OVER)
    assert told(session, OVER) == []
    remove(session, planned, despite_verdict=True, by="dana", reason="Gone.", now=OVER)
    assert told(session, OVER) == []
    session.query(StoredFinding).delete()
    assert [kind for kind, _sentence in told(session, OVER)] == [Alarm.STILL_THERE]
    for state, why in ((ComparisonState.PENDING, "isn't made yet"), (ComparisonState.FAILED, "failed")):
        compared.state = state
        session.flush()
        [(kind, sentence)] = told(session, OVER)
        assert kind is Alarm.NOT_KNOWN
        assert sentence.endswith(f"whether 2.0.0 has it isn't known: comparing 1.0.0 with 2.0.0 {why}.")


def test_a_part_goes_with_its_operation(session: Session, operation: Operation, version: Version) -> None:
    ends(session, a_part(operation, K.ENUM_VALUE))
    next_version(session, version)
    assert [kind for kind, _sentence in told(session, NOW)] == [Alarm.GONE_TOO_EARLY]
    make_plan(session, operation)
    [(_kind, sentence)] = told(session, NOW)  # the operation's own plan says it once
    assert sentence.startswith("2.0.0 has no GET /v1/orders/{id}, ")


@pytest.mark.parametrize("thing", [Thing(K.API), Thing(K.VERSION, name="/v1")])
def test_a_version_and_an_api_are_held_to_each_of_their_operations(
    session: Session, api: Api, operation: Operation, version: Version, thing: Thing
) -> None:
    others = [make_operation(session, api, f"GET /v1/{name}") for name in "abcd"]
    for one in others:
        spell(session, version, one)
    planned = ends(session, Thing(thing.kind, api.id, name=thing.name))
    advance(session, BEGUN)
    [(kind, sentence)] = told(session, BEGUN)
    what = planned.target.label
    assert kind is Alarm.UNMARKED
    assert sentence == (
        f"GET /v1/a, GET /v1/b, GET /v1/c and 2 more of {what} are deprecated, and 1.0.0 doesn't say so."
    )
    for row in session.query(DocumentOperation):
        row.deprecated = True
    newer = next_version(session, version, *others)
    for row in session.query(DocumentOperation):
        row.deprecated = True
    session.flush()
    [(kind, sentence)] = told(session, BEGUN)
    assert kind is Alarm.GONE_TOO_EARLY
    assert sentence.startswith(f"{newer.label} has no GET /v1/orders/{{id}} of {what}, which was promised")
    advance(session, OVER)
    remove(session, planned, despite_verdict=True, by="dana", reason="Gone.", now=OVER)
    [(kind, sentence)] = told(session, OVER)
    assert kind is Alarm.STILL_THERE
    assert sentence.endswith("was noted as removed, and 2.0.0 has it.")


def test_what_a_version_has_and_the_newest_lacked_all_along_is_not_gone_too_early(
    session: Session, api: Api, operation: Operation, version: Version
) -> None:
    next_version(session, version, days=-1)
    ends(session, Thing(K.VERSION, api.id, name="1.0.0"))
    assert told(session, NOW) == []
