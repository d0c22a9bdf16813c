"""May a part of an operation go? By its own days, and by who uses it, not by who calls."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.contracts import Offer, receive
from consumers.models import Consumer, Credential, NameUse, UsedName
from deprecations.advance import advance
from deprecations.consumer_grades import Grade
from deprecations.models import Deprecation, TargetKind
from deprecations.plan_verdict import verdict_on
from deprecations.plans import plan_and_announce
from deprecations.targets import Thing
from deprecations.verdict import Verdict
from deprecations.verdict_reasons import Answer, Kind
from registry.models import Api, Operation, Version
from tests.consumers.pacts.files import pact
from tests.support.factories_deprecations import (
    NOW,
    make_consumer,
    make_plan,
    make_source,
    make_usage,
    spell,
)

DAY = timedelta(days=1)


def ending(
    session: Session, operation: Operation, kind: TargetKind, name: str, place: str = ""
) -> Deprecation:
    """Plan the end of a part, which is over for a month."""
    value = "OPEN" if kind is TargetKind.ENUM_VALUE else ""
    said: dict[str, Any] = {"reason": "Old.", "replacement": "none", "documentation": "", "zone": "UTC"}
    days: dict[str, Any] = {"deprecated_on": date(2026, 7, 1), "sunset_on": date(2026, 10, 22)}
    thing = Thing(kind, operation.api_id, operation.id, name, place, value)
    planned = plan_and_announce(session, thing=thing, **said, **days, by="dana", now=NOW - 150 * DAY)
    advance(session, NOW)
    return planned


def judge(session: Session, planned: Deprecation) -> Verdict:
    return verdict_on(session, planned, now=NOW).worst


def kinds(found: Verdict) -> set[Kind]:
    return {reason.kind for reason in found.reasons}


def use(session: Session, consumer: Consumer, operation: Operation, name: str, days_ago: int) -> None:
    """Let a consumer call, sending a query parameter."""
    at = NOW - days_ago * DAY
    make_usage(session, consumer, operation, at)
    used = session.scalar(select(UsedName).where(UsedName.name == name))
    if used is None:
        used = UsedName(operation_id=operation.id, kind="parameter", name=name)
        session.add(used)
        session.flush()
    credential = session.scalars(select(Credential).where(Credential.consumer_id == consumer.id)).one()
    counts = {"calls": 4, "first_at": at, "last_at": at}
    session.add(NameUse(used_name_id=used.id, day=at.date(), credential_id=credential.id, **counts))
    session.flush()


def hand_in(session: Session, consumer: Consumer, api: Api, response: dict[str, Any]) -> None:
    """Let a consumer's contract read one order."""
    call = {"request": {"method": "GET", "path": "/v1/orders/7"}, "response": response}
    data = pact(call, consumer={"name": consumer.slug}, provider={"name": api.slug})
    receive(session, Offer(data, "upload"), by="dana", now=NOW)


def test_a_parameter_that_nobody_sends_may_go_though_its_operation_is_called(
    session: Session, operation: Operation
) -> None:
    make_source(session)
    planned = ending(session, operation, TargetKind.PARAMETER, "state", "query")
    use(session, make_consumer(session), operation, "limit", 1)
    found = judge(session, planned)
    assert (found.answer, kinds(found)) == (Answer.SAFE, {Kind.SILENCE})
    assert found.target == f"query parameter “state” of {operation.label}"
    assert found.consumers == ()


def test_who_sends_a_parameter_stands_against_its_end(session: Session, operation: Operation) -> None:
    make_source(session)
    planned = ending(session, operation, TargetKind.PARAMETER, "state", "query")
    use(session, make_consumer(session), operation, "state", 1)
    found = judge(session, planned)
    assert (found.answer, kinds(found)) == (Answer.UNSAFE, {Kind.CALLS})
    assert found.reasons[0].sentence.startswith("Acme Sync used it in 4 calls")


def test_a_parameter_s_own_silence_is_what_counts(session: Session, operation: Operation) -> None:
    make_source(session)
    planned = ending(session, operation, TargetKind.PARAMETER, "state", "query")
    acme = make_consumer(session)
    for days in (62, 31):
        use(session, acme, operation, "state", days)
    use(session, acme, operation, "limit", 1)
    assert kinds(judge(session, planned)) == {Kind.SHORT_SILENCE}


def test_where_no_source_tells_of_parameters_nothing_is_proven(
    session: Session, operation: Operation
) -> None:
    make_source(session)
    planned = ending(session, operation, TargetKind.PARAMETER, "state", "query")
    make_usage(session, make_consumer(session), operation, NOW - DAY)
    found = judge(session, planned)
    assert (found.answer, kinds(found)) == (Answer.NOT_PROVEN, {Kind.UNTOLD_PART})
    assert found.grades[0].grade is Grade.NOT_TOLD


def test_parameters_beyond_those_that_are_kept_may_be_the_one(session: Session, operation: Operation) -> None:
    make_source(session)
    planned = ending(session, operation, TargetKind.PARAMETER, "state", "query")
    use(session, make_consumer(session), operation, "…", 1)
    assert kinds(judge(session, planned)) == {Kind.UNTOLD_PART}


def test_of_a_value_it_is_not_known_who_sends_it_but_who_does_not(
    session: Session, operation: Operation
) -> None:
    make_source(session)
    planned = ending(session, operation, TargetKind.ENUM_VALUE, "state", "query")
    use(session, make_consumer(session), operation, "limit", 1)
    assert judge(session, planned).answer is Answer.SAFE
    use(session, make_consumer(session, "sends"), operation, "state", 1)
    found = judge(session, planned)
    assert (found.answer, kinds(found)) == (Answer.NOT_PROVEN, {Kind.UNTOLD_PART})


@pytest.mark.parametrize(
    ("reads", "answer", "kind"),
    [
        ({"id": 1}, Answer.SAFE, Kind.SILENCE),
        ({"total": 1}, Answer.UNSAFE, Kind.CONTRACT),
        (None, Answer.NOT_PROVEN, Kind.UNTOLD_PART),
    ],
)
def test_a_contract_tells_who_reads_a_property(
    session: Session, operation: Operation, api: Api, reads: dict[str, int] | None, answer: Answer, kind: Kind
) -> None:
    make_source(session)
    spell(session, session.get_one(Version, operation.first_version_id), operation)
    acme = make_consumer(session)
    make_usage(session, acme, operation, NOW - DAY)
    if reads is not None:
        call = {
            "request": {"method": "GET", "path": "/v1/orders/7"},
            "response": {"status": 200, "body": reads},
        }
        data = pact(call, consumer={"name": acme.slug}, provider={"name": api.slug})
        receive(session, Offer(data, "upload"), by="dana", now=NOW)
    found = judge(session, ending(session, operation, TargetKind.RESPONSE_PROPERTY, "total"))
    assert (found.answer, kind in kinds(found)) == (answer, True)


def test_no_contract_proves_that_a_header_is_never_sent(
    session: Session, operation: Operation, api: Api
) -> None:
    make_source(session)
    spell(session, session.get_one(Version, operation.first_version_id), operation)
    acme = make_consumer(session)
    make_usage(session, acme, operation, NOW - DAY)
    hand_in(session, acme, api, {"status": 200})
    found = judge(session, ending(session, operation, TargetKind.HEADER, "X-Trace", "request"))
    assert kinds(found) == {Kind.UNTOLD_PART}


def test_a_part_is_judged_by_its_own_last_day(session: Session, operation: Operation) -> None:
    make_source(session)
    make_plan(session, operation)  # the operation is promised until 2027
    planned = ending(session, operation, TargetKind.PARAMETER, "state", "query")
    assert judge(session, planned).answer is Answer.SAFE
    planned.sunset_at = NOW + DAY
    session.flush()
    assert kinds(judge(session, planned)) == {Kind.PROMISE}
