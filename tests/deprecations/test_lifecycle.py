"""Every step beyond the straight way: edited, closed, paused, taken back, ended by a version."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from deprecations import closing
from deprecations.acts import brown_out, cancel, close, pause, recover, reopen, revive
from deprecations.advance import advance
from deprecations.errors import AlreadyPlanned, PlanRefused, PolicyRefused, TransitionRefused
from deprecations.headers import EdgeTerms, headers
from deprecations.history import history
from deprecations.models import Deprecation, SunsetBy
from deprecations.moving import move, resume
from deprecations.plans import announce, edit, plan
from deprecations.rules import ruleset
from registry.models import Api, Operation, Version
from tests.support.factories_deprecations import NOW, make_consumer, make_operation, make_plan, make_usage

DAY = timedelta(days=1)
BY: dict[str, Any] = {"by": "dana", "reason": "So it was decided."}
BEGUN = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def running(session: Session, operation: Operation) -> Deprecation:
    """An ending whose first day has begun; its last day is 30 June 2027."""
    planned = make_plan(session, operation)
    advance(session, BEGUN)
    return planned


def steps(session: Session, planned: Deprecation) -> list[str]:
    return [event.step for event in history(session, planned)]


def test_a_draft_is_edited_and_its_history_keeps_what_it_said(session: Session, operation: Operation) -> None:
    draft = plan(
        session,
        operation_id=operation.id,
        reason="Too slow.",
        replacement="none",
        documentation="",
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 6, 30),
        zone="UTC",
        by="dana",
        now=NOW,
    )
    edit(session, draft, replacement="get /v2/orders", sunset_on=date(2027, 7, 31), by="kim", now=NOW)
    assert (draft.replacement, draft.sunset_on, draft.reason) == (
        "GET /v2/orders",
        date(2027, 7, 31),
        "Too slow.",
    )
    assert [(one.replacement, one.sunset_on) for one in history(session, draft)] == [
        ("none", date(2027, 6, 30)),
        ("GET /v2/orders", date(2027, 7, 31)),
    ]
    with pytest.raises(PolicyRefused, match="earliest legal last day"):
        edit(session, draft, sunset_on=date(2026, 12, 31), by="kim", now=NOW)


def test_what_was_announced_is_moved_not_edited(session: Session, running: Deprecation) -> None:
    with pytest.raises(TransitionRefused, match="Its consumers were told its dates"):
        edit(session, running, reason="Other.", by="dana", now=BEGUN)


def test_closing_keeps_the_list_of_who_called_before(
    session: Session, running: Deprecation, operation: Operation
) -> None:
    old, new = make_consumer(session, "old"), make_consumer(session, "new")
    make_usage(session, old, operation, BEGUN - DAY)
    close(session, running, **BY, now=BEGUN)
    make_usage(session, new, operation, BEGUN + DAY)
    assert (running.state, running.closed_at) == ("closed", BEGUN)
    assert closing.known(session, [running.id]) == {(running.id, old.id)}
    reopen(session, running, **BY, now=BEGUN + 2 * DAY)
    assert (running.state, running.closed_at) == ("deprecated", None)
    assert closing.known(session, [running.id]) == set()


def test_its_day_closes_it_even_after_a_long_sleep(session: Session, api: Api, operation: Operation) -> None:
    planned = make_plan(session, operation, closes_on=date(2027, 1, 15))
    late = make_consumer(session, "late")
    make_usage(session, late, operation, datetime(2027, 1, 20, tzinfo=UTC))
    advance(session, datetime(2027, 2, 1, tzinfo=UTC))
    assert (planned.state, planned.closed_at) == ("closed", datetime(2027, 1, 15, tzinfo=UTC))
    assert closing.known(session, [planned.id]) == set()
    advance(session, datetime(2027, 7, 1, tzinfo=UTC))
    assert steps(session, planned) == ["plan", "announce", "deprecate", "close", "sunset"]


@pytest.mark.parametrize("closes_on", [date(2026, 11, 30), date(2027, 7, 1)])
def test_it_closes_while_it_is_deprecated_or_not_at_all(
    session: Session, operation: Operation, closes_on: date
) -> None:
    with pytest.raises(PlanRefused, match="that day must lie from Tue 1 Dec 2026 to Wed 30 Jun 2027"):
        make_plan(session, operation, closes_on=closes_on)


def test_brownouts_lead_back_to_where_it_was(session: Session, running: Deprecation) -> None:
    brown_out(session, running, **BY, now=BEGUN)
    recover(session, running, **BY, now=BEGUN)
    assert running.state == "deprecated"
    close(session, running, **BY, now=BEGUN)
    brown_out(session, running, **BY, now=BEGUN)
    recover(session, running, **BY, now=BEGUN)
    assert running.state == "closed"


def test_a_paused_plan_says_nothing_and_owes_the_days_that_were_left(
    session: Session, running: Deprecation
) -> None:
    pause(session, running, **BY, now=datetime(2027, 5, 31, 12, tzinfo=UTC))  # 30 days were left
    assert headers(running, EdgeTerms()) == ()
    assert ruleset(session, now=BEGUN).rules == ()
    after = datetime(2027, 9, 1, 12, tzinfo=UTC)
    assert advance(session, after) == 0
    with pytest.raises(PolicyRefused, match="The earliest last day is Fri 1 Oct 2027") as refused:
        resume(session, running, **BY, now=after)
    assert refused.value.rule == "notice-after-pause"
    resume(session, running, sunset_on=date(2027, 10, 1), **BY, now=after)
    assert (running.state, running.paused_at, running.moved_at) == ("deprecated", None, after)


def test_a_pause_before_the_first_day_leads_back_to_announced(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    pause(session, planned, **BY, now=NOW)
    resume(session, planned, **BY, now=NOW)
    assert (planned.state, planned.moved_at) == ("announced", None)


def test_a_closed_plan_is_closed_again_after_its_pause(session: Session, running: Deprecation) -> None:
    close(session, running, **BY, now=BEGUN)
    pause(session, running, **BY, now=BEGUN)
    resume(session, running, **BY, now=BEGUN)
    assert running.state == "closed"


def test_a_cancelled_plan_is_taken_up_again_as_a_draft(session: Session, running: Deprecation) -> None:
    cancel(session, running, **BY, now=BEGUN)
    revive(session, running, **BY, now=BEGUN)
    assert (running.state, running.announced_at) == ("draft", None)
    announce(session, running, by="dana", now=BEGUN)
    assert running.state == "deprecated"


def test_a_cancelled_plan_stays_cancelled_where_another_took_its_place(
    session: Session, running: Deprecation, operation: Operation
) -> None:
    cancel(session, running, **BY, now=BEGUN)
    make_plan(session, operation)
    with pytest.raises(AlreadyPlanned, match="It has another plan by now, number 2: "):
        revive(session, running, **BY, now=BEGUN)
    assert running.state == "cancelled"


def test_not_before_a_day_promises_no_sunset_and_never_ends_by_itself(
    session: Session, operation: Operation
) -> None:
    planned = make_plan(session, operation, sunset_by=SunsetBy.NOT_BEFORE)
    advance(session, NOW + 900 * DAY)
    assert planned.state == "deprecated"
    assert "Sunset" not in dict(headers(planned, EdgeTerms()))
    at = datetime(2027, 6, 1, tzinfo=UTC)
    move(
        session,
        planned,
        deprecated_on=planned.deprecated_on,
        sunset_on=date(2027, 6, 30),
        sunset_by=SunsetBy.DATE,
        **BY,
        now=at,
    )
    assert "Sunset" in dict(headers(planned, EdgeTerms()))
    assert history(session, planned)[-1].correction is False
    advance(session, datetime(2027, 7, 1, tzinfo=UTC))
    assert planned.state == "sunset"


@pytest.mark.parametrize(
    ("label", "ends"), [("3", True), ("3.0.1", True), ("v3.1", True), ("30", False), ("2.9", False)]
)
def test_a_version_ends_it_once_it_is_published_and_the_promised_day_is_over(
    session: Session, api: Api, operation: Operation, label: str, ends: bool
) -> None:
    planned = make_plan(session, operation, sunset_by=SunsetBy.VERSION, sunset_version="3")
    first = session.query(Version).filter_by(api_id=api.id).one()
    session.add(
        Version(
            api_id=api.id,
            digest=first.digest,
            label=label,
            position=2,
            origin="upload",
            published_by="dana",
            published_at=BEGUN,
        )
    )
    session.flush()
    advance(session, datetime(2027, 6, 30, 12, tzinfo=UTC))
    assert planned.state == "deprecated"
    advance(session, datetime(2027, 7, 1, tzinfo=UTC))
    assert planned.state == ("sunset" if ends else "deprecated")
    assert ("arrive" in steps(session, planned)) is ends


def test_a_version_that_ends_it_has_a_name(session: Session, operation: Operation) -> None:
    with pytest.raises(PlanRefused, match="Say which version"):
        make_plan(session, operation, sunset_by=SunsetBy.VERSION)
    with pytest.raises(PlanRefused, match="No version ends it"):
        make_plan(session, operation, sunset_version="3")


def test_history_can_not_be_rewritten(session: Session, running: Deprecation) -> None:
    event = history(session, running)[0]
    event.reason = "It was never so."
    with pytest.raises(TypeError, match="append-only"):
        session.flush()
    session.rollback()


def test_two_operations_end_apart(session: Session, api: Api, running: Deprecation) -> None:
    other = make_plan(session, make_operation(session, api, "GET /v1/orders"))
    cancel(session, other, **BY, now=BEGUN)
    assert running.state == "deprecated"
