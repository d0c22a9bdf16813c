"""Who of a consumer's contacts hears of what."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.contacts import remove_contact
from consumers.models import Contact, ContactRole
from deprecations.errors import PlanRefused
from deprecations.hearing import TOPICS, Hearing, Topic, hearing, routing_of, set_routing
from deprecations.milestones import Milestone
from deprecations.notice_models import Notice
from deprecations.notices import plan_notices
from deprecations.packing import Desk, pack
from registry.models import Operation
from tests.support.factories_deprecations import NOW, make_consumer, make_contact, make_plan, make_usage

DESK = Desk(channel="mailbox", domain="sundial.example.com", base_url="https://sundial.example.com")
T_14 = datetime.fromisoformat("2027-06-16T12:00:00+00:00")


@pytest.fixture
def people(session: Session, operation: Operation) -> dict[str, Contact]:
    """A contact of each role of a consumer that calls what ends on 30 June 2027."""
    consumer = make_consumer(session)
    made = {
        role.value: make_contact(session, consumer, f"{role}@example.com", role=role) for role in ContactRole
    }
    for days in range(0, 210, 7):
        make_usage(session, consumer, operation, NOW + timedelta(days=days, minutes=-2))
    make_plan(session, operation)
    return made


def tick(session: Session, now: datetime) -> dict[str, set[str]]:
    """Do what the scheduler does; answer who was told of what so far."""
    plan_notices(session, now)
    pack(session, desk=DESK, now=now)
    told: dict[str, set[str]] = {}
    for notice in session.scalars(select(Notice).where(Notice.envelope_key.is_not(None))):
        told.setdefault(notice.milestone, set()).add(notice.recipient.partition("@")[0])
    return told


def test_who_works_on_it_is_reminded_and_who_answers_for_it_hears_of_dates(
    session: Session, people: dict[str, Contact]
) -> None:
    assert tick(session, NOW)["announced"] == {"technical", "team", "owner"}
    told = tick(session, T_14)
    assert told["t-14"] == {"technical", "team"}
    assert tick(session, T_14 + timedelta(days=8))["t-7"] == {"technical", "team", "owner"}


def test_nobody_is_left_untold_for_a_role(session: Session, people: dict[str, Contact]) -> None:
    for role in ("technical", "team", "owner"):
        remove_contact(session, people[role])
    assert tick(session, NOW)["announced"] == {"security"}
    assert tick(session, T_14)["t-14"] == {"security"}


def test_an_api_chooses_and_what_was_planned_before_is_judged_by_that(
    session: Session, people: dict[str, Contact], operation: Operation
) -> None:
    tick(session, NOW)
    set_routing(session, operation.api_id, {"reminders": ["security"]})
    assert tick(session, T_14)["t-14"] == {"security"}
    dropped = select(Notice.dropped_because).where(Notice.milestone == "t-14").distinct()
    assert "the API tells this to contacts of other roles" in set(session.scalars(dropped))
    assert routing_of(session, operation.api_id)[Topic.DATES] == {"technical", "team", "owner"}


def test_what_is_no_topic_or_no_role_is_refused(session: Session, operation: Operation) -> None:
    for wrong in ({"weather": ["owner"]}, {"dates": ["king"]}):
        with pytest.raises(PlanRefused):
            set_routing(session, operation.api_id, wrong)


def test_every_milestone_but_that_for_the_next_role_has_a_topic() -> None:
    assert set(TOPICS) == set(Milestone) - {Milestone.ESCALATED}


def test_contacts_are_counted_as_they_are_told(session: Session, people: dict[str, Contact]) -> None:
    who: Hearing = hearing(session, [people["owner"].consumer_id])
    assert (who.count(1, "announced"), who.count(1, "t-30"), who.count(1, "sunset")) == (3, 2, 3)
