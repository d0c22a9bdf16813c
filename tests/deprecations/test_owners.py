"""What an API's own team is told: once, one message a day, and nothing that is over."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.models import Consumer, Contact
from deprecations.advance import advance
from deprecations.answers import answer
from deprecations.errors import OwnerNotFound, PlanRefused
from deprecations.models import Deprecation, ImpactSnapshot
from deprecations.notices import plan_notices
from deprecations.owner_events import Kind, events
from deprecations.owner_mail import owner_notices, tell_owners
from deprecations.owner_models import OwnerNotice
from deprecations.owners import add_owner, change_owner, find_owner, owners, remove_owner, told_of
from deprecations.packing import Desk, pack
from deprecations.snapshots import take
from deprecations.unreachable import lift_suppression, stop_mail_to, suppress_address
from notifications.models import Envelope, SuppressionReason
from notifications.suppressions import Entry
from registry.models import Api, ComparisonState, Operation, StoredComparison, StoredDocument, Version
from tests.support.factories_deprecations import (
    NOW,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_source,
    make_usage,
)

DESK = Desk(channel="mailbox", domain="sundial.example.com", base_url="https://sundial.example.com")
DAY = timedelta(days=1)


@pytest.fixture
def consumer(session: Session, operation: Operation) -> Consumer:
    """A consumer that calls what ends on 30 June 2027, every fourth day."""
    made = make_consumer(session)
    make_contact(session, made)
    for days in range(0, 260, 4):
        make_usage(session, made, operation, NOW + timedelta(days=days, minutes=-2))
    return made


@pytest.fixture
def plan(session: Session, operation: Operation, consumer: Consumer) -> Deprecation:
    return make_plan(session, operation)


def mails(session: Session) -> list[Envelope]:
    return list(
        session.scalars(select(Envelope).where(Envelope.key.startswith("owners:")).order_by(Envelope.id))
    )


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(OwnerNotice.kind).order_by(OwnerNotice.id)))


def break_something(session: Session, api: Api, now: object = NOW) -> StoredComparison:
    """Let a second version of an API break callers of the first."""
    old = session.scalars(select(Version).where(Version.api_id == api.id)).one()
    digest = "2" * 64
    session.add(
        StoredDocument(
            digest=digest,
            name="openapi.yaml",
            dialect="openapi-3.1",
            title=api.name,
            spec_version="2.0.0",
            size=1,
            bundle=b"",
            created_at=NOW,
        )
    )
    session.flush()
    new = Version(
        api_id=api.id,
        digest=digest,
        label="2.0.0",
        position=2,
        origin="upload",
        published_by="dana",
        published_at=now,
    )
    session.add(new)
    session.flush()
    step = StoredComparison(
        api_id=api.id,
        old_version_id=old.id,
        new_version_id=new.id,
        state=ComparisonState.DONE,
        breaking=2,
        created_at=NOW,
    )
    session.add(step)
    session.flush()
    return step


def test_whom_to_ask_is_told_where_nobody_is_named(session: Session, api: Api) -> None:
    (implied,) = told_of(session, [api])[api.id]
    assert (implied.name, implied.email, implied.is_fallback) == (
        "Orders team",
        "orders-team@example.com",
        True,
    )
    add_owner(session, api, name="Mara", email="Mara@example.com", zone="Europe/Berlin", now=NOW)
    (named,) = told_of(session, [api])[api.id]
    assert (named.email, named.zone) == ("mara@example.com", "Europe/Berlin")
    api.owner = "Platform team, platform@example.com"
    remove_owner(session, owners(session, api.id)[0])
    assert told_of(session, [api])[api.id][0].name == "Platform team"
    api.owner = "the orders team"
    assert told_of(session, [api])[api.id] == ()


def test_a_breaking_version_is_told_once_with_where_to_look(session: Session, api: Api) -> None:
    make_operation(session, api)
    step = break_something(session, api)
    assert tell_owners(session, desk=DESK, now=NOW) == 1
    (mail,) = mails(session)
    assert mail.recipient == "orders-team@example.com"
    assert mail.subject == "Orders API: A version breaks callers"
    assert "Version 2.0.0 breaks callers of 1.0.0: 2 breaking changes." in mail.text
    assert f"https://sundial.example.com/comparisons/{step.id}" in mail.text
    for days in range(1, 4):
        assert tell_owners(session, desk=DESK, now=NOW + days * DAY) == 0


def test_each_of_a_team_is_told_in_the_language_that_it_chose(session: Session, api: Api) -> None:
    make_operation(session, api)
    break_something(session, api)
    for name, language in (("Mara", "en"), ("Jonas", "de")):
        add_owner(session, api, name=name, email=f"{name}@example.com", language=language, now=NOW)
    assert tell_owners(session, desk=DESK, now=NOW) == 2
    told = {mail.recipient: mail for mail in mails(session)}
    assert "breaking changes" in told["mara@example.com"].text
    german = told["jonas@example.com"]
    assert german.subject == "Orders API: Eine Version ist nicht kompatibel"
    assert "2 inkompatible Änderungen" in german.text
    assert "breaking" not in german.text
    assert '<html lang="de">' in german.html


@pytest.mark.parametrize(
    ("hurt", "at_risk", "said"),
    [
        (1, 3, "2 breaking changes; of the consumers, 1 is hurt and 3 at risk."),
    ],
)
def test_a_breaking_version_says_whom_it_hits(
    session: Session, api: Api, operation: Operation, hurt: int, at_risk: int, said: str
) -> None:
    step = break_something(session, api)
    counts = {"hurt": hurt, "at_risk": at_risk, "unknown": 0, "not_hurt": 0}
    session.add(
        ImpactSnapshot(comparison_id=step.id, taken_at=NOW, taken_by="sundial", since=NOW, body=b"", **counts)
    )
    session.flush()
    (event,) = events(session, NOW)
    assert event.sentence.endswith(said)


def test_a_breaking_version_whose_callers_nobody_tells_of_is_judged_anew_when_it_is_told(
    session: Session, api: Api, operation: Operation, consumer: Consumer
) -> None:
    step = break_something(session, api)
    take(session, step.id, by="sundial", now=NOW - DAY)
    tell_owners(session, desk=DESK, now=NOW)
    (mail,) = mails(session)
    said = " ".join(mail.text.split())
    assert "whom it hits is not known. No source of usage reports on this API, so silence proves" in said
    assert session.scalar(select(func.count()).select_from(ImpactSnapshot)) == 2


def test_all_of_a_day_is_one_mail_for_each_person_the_most_urgent_first(
    session: Session, api: Api, plan: Deprecation, consumer: Consumer
) -> None:
    add_owner(session, api, name="Mara", email="mara@example.com", now=NOW)
    add_owner(session, api, name="Tom", email="tom@example.com", now=NOW)
    make_source(session, until=NOW - 3 * DAY)
    later = plan.sunset_at + 5 * DAY  # the calls of every fourth day went on
    advance(session, later)
    break_something(session, api, later)
    assert tell_owners(session, desk=DESK, now=later) == 2
    to_mara, to_tom = sorted(mails(session), key=lambda one: one.recipient)
    assert (to_mara.recipient, to_tom.recipient) == ("mara@example.com", "tom@example.com")
    text = to_mara.text
    places = [
        text.index(word) for word in ("Called after its last day", "fell silent", "breaks callers", "To do:")
    ]
    assert places[:3] == sorted(places[:3])
    assert tell_owners(session, desk=DESK, now=later + timedelta(hours=1)) == 0


def test_a_second_message_waits_for_the_next_day(session: Session, api: Api) -> None:
    make_operation(session, api)
    make_source(session, until=NOW - 3 * DAY)
    assert tell_owners(session, desk=DESK, now=NOW) == 1
    break_something(session, api)
    assert tell_owners(session, desk=DESK, now=NOW + timedelta(hours=1)) == 0
    assert tell_owners(session, desk=DESK, now=NOW + DAY) == 1
    assert kinds(session) == [Kind.STALE_SOURCE, Kind.BREAKING]


def test_a_team_is_told_at_work_and_not_of_what_is_over_by_then(session: Session, api: Api) -> None:
    make_operation(session, api)
    add_owner(session, api, name="Mara", email="mara@example.com", zone="Europe/Berlin", now=NOW)
    source = make_source(session, until=NOW - 3 * DAY)  # NOW is a Sunday
    assert tell_owners(session, desk=DESK, now=NOW) == 0
    assert kinds(session) == [Kind.STALE_SOURCE]
    source.last_event_at = NOW + timedelta(hours=22)
    session.flush()
    assert tell_owners(session, desk=DESK, now=NOW + DAY) == 0
    assert kinds(session) == []
    source.last_event_at = NOW + timedelta(hours=22)
    assert tell_owners(session, desk=DESK, now=NOW + 3 * DAY) == 1, "silent anew"


def test_who_asks_for_time_is_told_to_those_who_decide(
    session: Session, api: Api, plan: Deprecation, consumer: Consumer
) -> None:
    plan_notices(session, NOW)
    pack(session, desk=DESK, now=NOW)
    contact = session.scalars(select(Contact)).one()
    contact.consumer = consumer
    answer(session, contact, plan, kind="more-time", on=plan.sunset_on + 30 * DAY, words="A freeze.", now=NOW)
    assert tell_owners(session, desk=DESK, now=NOW) == 1
    (mail,) = mails(session)
    said = " ".join(mail.text.split())
    assert (
        "dana@example.com of Acme Sync asks for time until Fri 30 Jul 2027 for GET /v1/orders/{id}: "
        "“A freeze.”." in said
    )
    assert f"/deprecations/{plan.id}" in mail.text


def test_a_contact_that_can_not_be_reached_is_told(
    session: Session, api: Api, plan: Deprecation, consumer: Consumer
) -> None:
    stop_mail_to(session, "dana@example.com", "came back: 550 no such user", NOW)
    assert tell_owners(session, desk=DESK, now=NOW) == 1
    said = " ".join(mails(session)[0].text.split())
    assert "dana@example.com of Acme Sync is told nothing any more: came back: 550 no such user." in said
    assert "/consumers/acme-sync?view=contacts" in said


def test_a_last_week_with_callers_is_told(session: Session, plan: Deprecation, consumer: Consumer) -> None:
    assert tell_owners(session, desk=DESK, now=plan.sunset_at - 5 * DAY) == 1
    said = " ".join(mails(session)[0].text.split())
    assert "GET /v1/orders/{id} ends on Wed 30 Jun 2027, and Acme Sync still calls it." in said


def test_a_team_learns_who_of_it_can_not_be_told(session: Session, api: Api, operation: Operation) -> None:
    add_owner(session, api, name="Mara", email="mara@example.com", now=NOW)
    add_owner(session, api, name="Tom", email="tom@example.com", now=NOW)
    stop_mail_to(session, "tom@example.com", "came back: 550", NOW)
    assert tell_owners(session, desk=DESK, now=NOW) == 1
    (mail,) = mails(session)
    assert mail.recipient == "mara@example.com"
    assert "Tom of your own team can’t be told any more: came back: 550." in " ".join(mail.text.split())


def test_many_of_one_kind_hide_no_other(session: Session, api: Api, operation: Operation) -> None:
    for number in range(40):
        make_source(session, f"edge-{number}", until=NOW - 3 * DAY)
    break_something(session, api)
    tell_owners(session, desk=DESK, now=NOW)
    (mail,) = mails(session)
    assert mail.subject == "Orders API: 41 things to look at"
    assert mail.text.count("told of no call since") == 5
    assert "breaks callers of 1.0.0" in " ".join(mail.text.split())
    assert "And 35 more: A source of usage fell silent (35)." in " ".join(mail.text.split())


def test_who_can_not_be_reached_of_a_team_is_told_nothing(session: Session, api: Api) -> None:
    make_operation(session, api)
    add_owner(session, api, name="Mara", email="mara@example.com", now=NOW)
    break_something(session, api)
    bounced = Entry("MARA@example.com", SuppressionReason.BOUNCE, "550")
    assert suppress_address(session, bounced, by="the mail server", now=NOW) == 1
    assert tell_owners(session, desk=DESK, now=NOW) == 0
    assert lift_suppression(session, "mara@example.com")[1] == 1
    assert tell_owners(session, desk=DESK, now=NOW) == 1


def test_who_complained_is_not_to_be_asked_for_another_address(
    session: Session, operation: Operation, consumer: Consumer
) -> None:
    make_usage(session, consumer, operation, NOW - DAY)
    dana = session.scalars(select(Contact).where(Contact.consumer_id == consumer.id)).first()
    assert dana is not None
    for reason, advice in (
        (SuppressionReason.BOUNCE, "ask them for an address that works"),
        (SuppressionReason.COMPLAINT, "They want no mail from here"),
    ):
        suppress_address(session, Entry(dana.email, reason, "spam"), by="postmark", now=NOW)
        session.expire_all()
        (event,) = [one for one in events(session, NOW) if one.kind == "unreachable"]
        assert advice in event.to_do
        lift_suppression(session, dana.email)


def test_a_team_is_named_changed_and_listed(session: Session, api: Api) -> None:
    made = add_owner(session, api, name="Mara", email="mara@example.com", now=NOW)
    change_owner(session, made, zone="Europe/Berlin", is_fallback=True)
    assert (find_owner(session, api, made.id).zone, made.is_fallback) == ("Europe/Berlin", True)
    for wrong in ({"email": "mara@example.com"}, {"email": "nobody"}, {"email": "a@b.example", "zone": "x"}):
        with pytest.raises(PlanRefused):
            add_owner(session, api, **({"name": "X"} | wrong), now=NOW)  # type: ignore[arg-type]
    with pytest.raises(OwnerNotFound):
        find_owner(session, api, 99)
    assert owner_notices(session, api.id).total == 0


def test_nothing_needs_anybody_where_all_is_well(session: Session, consumer: Consumer) -> None:
    assert events(session, NOW) == ()
