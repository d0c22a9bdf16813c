"""One consumer's later last day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from consumers.models import Consumer
from deprecations import extensions
from deprecations.errors import DeprecationNotFound, PlanRefused
from deprecations.history import history
from deprecations.merged_consumers import merge_consumers
from deprecations.models import Deprecation
from deprecations.moving import move
from registry.models import Operation
from tests.support.factories_deprecations import NOW, make_consumer, make_plan

WORDS: dict[str, Any] = {
    "until_on": date(2027, 9, 30),
    "reason": "Their release is in September.",
    "approved_by": "kim@example.com",
    "by": "dana",
    "now": NOW,
}


@pytest.fixture
def planned(session: Session, operation: Operation) -> Deprecation:
    return make_plan(session, operation, zone="Europe/Berlin")


@pytest.fixture
def acme(session: Session) -> Consumer:
    return make_consumer(session)


def test_an_extension_lasts_to_the_end_of_its_day_in_the_plans_zone(
    session: Session, planned: Deprecation, acme: Consumer
) -> None:
    made = extensions.grant(session, planned, acme, **WORDS)
    assert made.until_at == datetime(2027, 9, 30, 21, 59, 59, tzinfo=UTC)
    assert extensions.in_force(session, [planned.id], made.until_at) == {(planned.id, acme.id): made}
    assert extensions.in_force(session, [planned.id], datetime(2027, 9, 30, 22, tzinfo=UTC)) == {}
    last = history(session, planned)[-1]
    assert (last.step, last.approved_by, last.by) == ("extend", "kim@example.com", "dana")
    assert "Acme Sync may go on until Thu 30 Sep 2027" in last.reason


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"until_on": date(2027, 6, 30)}, "gives Acme Sync no more time"),
        ({"reason": " "}, "Say why"),
        ({"approved_by": " "}, "who approves"),
        (
            {"until_on": date(2029, 7, 2)},
            "more than two years after the last day: the latest is Sun 1 Jul 2029",
        ),
    ],
)
def test_an_extension_that_gives_nothing_is_refused(
    session: Session, planned: Deprecation, acme: Consumer, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(PlanRefused, match=message):
        extensions.grant(session, planned, acme, **(WORDS | changes))


def test_a_revoked_extension_is_over_and_another_can_be_granted(
    session: Session, planned: Deprecation, acme: Consumer
) -> None:
    first = extensions.grant(session, planned, acme, **WORDS)
    with pytest.raises(PlanRefused, match="has an extension already"):
        extensions.grant(session, planned, acme, **WORDS)
    extensions.revoke(session, planned, first, reason="They are ready.", by="dana", now=NOW)
    assert extensions.in_force(session, [planned.id], NOW) == {}
    with pytest.raises(PlanRefused, match="revoked already"):
        extensions.revoke(session, planned, first, reason="Again.", by="dana", now=NOW)
    second = extensions.grant(session, planned, acme, **WORDS)
    assert extensions.extensions(session, planned.id) == (second, first)
    assert extensions.find_extension(session, second.id).consumer.slug == "acme-sync"
    with pytest.raises(DeprecationNotFound):
        extensions.find_extension(session, 4711)


@pytest.mark.parametrize("longest", ["acme-sync", "acme-old"])
def test_of_two_consumers_that_become_one_the_longer_extension_stays_and_both_reasons_are_told(
    session: Session, planned: Deprecation, acme: Consumer, longest: str
) -> None:
    old = make_consumer(session, "acme-old")
    for one in (acme, old):
        until = date(2027, 9, 30) if one.slug == longest else date(2027, 8, 31)
        told = WORDS | {"until_on": until, "reason": f"{one.slug} is slow."}
        extensions.grant(session, planned, one, **told)
    merge_consumers(session, acme, old, by="dana", now=NOW)
    [left] = extensions.in_force(session, [planned.id], NOW).values()
    assert (left.consumer.slug, left.until_on) == ("acme-sync", date(2027, 9, 30))
    last = history(session, planned)[-1]
    assert all(f"{slug} is slow." in last.reason for slug in ("acme-sync", "acme-old"))


def test_an_extension_that_the_plan_itself_outlasts_gives_nothing_more(
    session: Session, planned: Deprecation, acme: Consumer
) -> None:
    extensions.grant(session, planned, acme, **WORDS)
    move(
        session,
        planned,
        deprecated_on=planned.deprecated_on,
        sunset_on=date(2027, 12, 31),
        by="dana",
        reason="Later for all.",
        now=NOW,
    )
    assert extensions.in_force(session, [planned.id], NOW) == {}
