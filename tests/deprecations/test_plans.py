"""A plan from draft to removal, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations import board, replacement
from deprecations.acts import cancel, remove, revive
from deprecations.advance import advance
from deprecations.approvals import approve
from deprecations.calendar import Span
from deprecations.errors import (
    AlreadyPlanned,
    DeprecationNotFound,
    PlanRefused,
    PolicyRefused,
    TransitionRefused,
)
from deprecations.history import history
from deprecations.lifecycle import TRANSITIONS, Step, next_state, open_steps
from deprecations.models import Deprecation, State, SunsetBy
from deprecations.moving import move
from deprecations.plans import announce, edit, plan, plan_and_announce
from deprecations.policies import set_policy
from registry.errors import NotFound
from registry.models import Api, Operation, Version
from tests.support.factories_deprecations import (
    NOW,
    make_api,
    make_approval,
    make_operation,
    make_plan,
    make_source,
)

WORDS: dict[str, Any] = {
    "reason": "The field total becomes amount.value.",
    "replacement": "GET /v2/orders/{id}",
    "documentation": "https://docs.example.com/orders/v2",
    "deprecated_on": date(2026, 12, 1),
    "sunset_on": date(2027, 6, 30),
    "zone": "Europe/Berlin",
    "by": "dana@example.com",
    "now": NOW,
}


def steps(session: Session, deprecation: Deprecation) -> list[str]:
    return [event.step for event in history(session, deprecation)]


def test_a_draft_is_announced_to_nobody(session: Session, operation: Operation) -> None:
    draft = plan(session, operation_id=operation.id, **WORDS)
    assert (draft.state, draft.announced_at) == ("draft", None)
    assert steps(session, draft) == ["plan"]


def test_an_announced_plan_has_its_instants(session: Session, operation: Operation) -> None:
    planned = plan_and_announce(session, operation_id=operation.id, **WORDS)
    assert (planned.state, planned.announced_at) == ("announced", NOW)
    assert planned.deprecated_at == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    assert planned.sunset_at == datetime(2027, 6, 30, 21, 59, 59, tzinfo=UTC)
    assert steps(session, planned) == ["plan", "announce"]


def test_a_plan_against_policy_is_refused(session: Session, operation: Operation) -> None:
    early = WORDS | {"sunset_on": date(2027, 1, 15)}
    with pytest.raises(PolicyRefused, match="The earliest legal last day is Sat 20 Feb 2027"):
        plan_and_announce(session, operation_id=operation.id, **early)


def test_the_notice_counts_from_the_day_in_the_plans_zone(session: Session, operation: Operation) -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # the 23rd in Berlin
    values = WORDS | {"now": late, "sunset_on": date(2027, 2, 20)}
    with pytest.raises(PolicyRefused, match=r"counted from Mon 23 Nov 2026. .* is Sun 21 Feb 2027"):
        plan(session, operation_id=operation.id, **values)


def test_a_draft_that_waited_too_long_is_refused_when_announced(
    session: Session, operation: Operation
) -> None:
    draft = plan(session, operation_id=operation.id, **(WORDS | {"sunset_on": date(2027, 2, 20)}))
    with pytest.raises(PolicyRefused):
        announce(session, draft, by="dana@example.com", now=NOW + timedelta(days=1))
    assert draft.state == "draft"


def test_an_operation_has_one_plan_at_a_time(session: Session, operation: Operation) -> None:
    first = plan_and_announce(session, operation_id=operation.id, **WORDS)
    with pytest.raises(AlreadyPlanned, match=r"GET /v1/orders/\{id\} has a plan already, number 1: "):
        plan(session, operation_id=operation.id, **WORDS)
    cancel(session, first, by="dana", reason="Too many still call it.", now=NOW)
    second = plan(session, operation_id=operation.id, **WORDS)
    assert board.live_plan(session, operation.id) == second


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": "  "}, "Say why"),
        ({"sunset_on": date(2026, 11, 30)}, "can't come before Tue 1 Dec 2026, its first"),
        ({"sunset_on": date(2927, 6, 30)}, "mind the years"),
        ({"zone": "Mars/Olympus"}, "there is no time zone 'Mars/Olympus'"),
        ({"documentation": "javascript:alert(1)"}, "is no link"),
        ({"documentation": "https://docs.example.com/\r\nSet-Cookie: a=b"}, "is no link"),
        ({"documentation": 'https://docs.example.com/"><script>'}, "is no link"),
        ({"documentation": "https://[docs"}, "is no link"),
        ({"replacement": "x" * 1001}, "too long"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    session: Session, operation: Operation, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(PlanRefused, match=message):
        plan(session, operation_id=operation.id, **(WORDS | changes))


def test_a_plan_for_nothing_is_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        plan(session, operation_id=4711, **WORDS)


def test_time_carries_a_plan_on(session: Session, operation: Operation) -> None:
    planned = plan_and_announce(session, operation_id=operation.id, **WORDS)
    second = timedelta(seconds=1)
    assert advance(session, planned.deprecated_at - second) == 0
    assert advance(session, planned.deprecated_at) == 1
    assert planned.state == "deprecated"
    assert advance(session, planned.sunset_at) == 0
    assert advance(session, planned.sunset_at + second) == 1
    assert planned.state == "sunset"
    assert advance(session, planned.sunset_at + second) == 0


def test_after_a_long_sleep_every_step_is_taken_and_written_down(
    session: Session, operation: Operation
) -> None:
    planned = plan_and_announce(session, operation_id=operation.id, **WORDS)
    assert advance(session, NOW + timedelta(days=900)) == 2
    assert steps(session, planned) == ["plan", "announce", "deprecate", "sunset"]


def test_what_was_deprecated_long_ago_is_deprecated_as_soon_as_it_is_announced(
    session: Session, operation: Operation
) -> None:
    values = WORDS | {"deprecated_on": date(2025, 1, 1)}
    assert plan_and_announce(session, operation_id=operation.id, **values).state == "deprecated"


def test_later_is_free(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation, sunset_on=date(2027, 2, 20))
    later = {"deprecated_on": date(2026, 12, 1), "sunset_on": date(2027, 2, 21)}
    at = NOW + timedelta(days=85)
    advance(session, at)
    move(session, planned, **later, by="dana", reason="One more day.", now=at)
    assert (planned.sunset_on, planned.state, planned.moved_at) == (date(2027, 2, 21), "deprecated", at)


def test_earlier_owes_the_full_notice_from_today(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation, sunset_on=date(2027, 6, 30))
    at = NOW + timedelta(days=30)  # 22 December: 90 days later is 22 March
    dates = {"deprecated_on": date(2026, 12, 1), "by": "dana", "reason": "Sooner.", "now": at}
    with pytest.raises(PolicyRefused, match=r"counted from Tue 22 Dec 2026. .* is Mon 22 Mar 2027"):
        move(session, planned, sunset_on=date(2027, 3, 21), **dates)
    assert planned.sunset_on == date(2027, 6, 30)
    with pytest.raises(PolicyRefused, match="needs the approval of somebody other than dana") as refused:
        move(session, planned, sunset_on=date(2027, 3, 22), **dates)
    assert refused.value.rule == "approval"
    make_approval(session, planned, date(2027, 3, 22), by="dana", now=at)
    with pytest.raises(PolicyRefused, match="somebody other than dana"):
        move(session, planned, sunset_on=date(2027, 3, 22), **dates)
    make_approval(session, planned, date(2027, 3, 22), by="kim", now=at)
    with pytest.raises(PolicyRefused, match="for the days from Tue 1 Dec 2026 to Tue 23 Mar 2027"):
        move(session, planned, sunset_on=date(2027, 3, 23), **dates)
    move(session, planned, sunset_on=date(2027, 3, 22), **dates)
    assert planned.sunset_on == date(2027, 3, 22)
    last = history(session, planned)[-1]
    assert (last.approved_by, last.correction) == ("kim", True)


def test_an_approval_holds_for_one_move(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation, sunset_on=date(2027, 9, 30))
    dates = {"deprecated_on": date(2026, 12, 1), "by": "dana", "reason": "Sooner."}
    make_approval(session, planned, date(2027, 3, 31), now=NOW)
    move(session, planned, sunset_on=date(2027, 3, 31), **dates, now=NOW)
    move(session, planned, sunset_on=date(2027, 9, 30), **dates, now=NOW + timedelta(hours=1))
    with pytest.raises(PolicyRefused, match="approval"):
        move(session, planned, sunset_on=date(2027, 3, 31), **dates, now=NOW + timedelta(hours=2))


def test_a_plan_whose_last_day_is_over_can_come_back(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation, sunset_on=date(2027, 2, 20))
    at = datetime(2027, 2, 22, tzinfo=UTC)
    advance(session, at)
    dates = {"deprecated_on": date(2026, 12, 1), "by": "dana", "reason": "Too early.", "now": at}
    with pytest.raises(PlanRefused, match="that is over already"):
        move(session, planned, sunset_on=date(2027, 2, 21), **dates)
    move(session, planned, sunset_on=date(2027, 3, 31), **dates)
    assert planned.state == "deprecated"
    move(session, planned, sunset_on=date(2027, 6, 30), **(dates | {"deprecated_on": date(2027, 4, 1)}))
    assert planned.state == "announced"


def test_a_moved_draft_keeps_policy_and_stays_a_draft(session: Session, operation: Operation) -> None:
    draft = plan(session, operation_id=operation.id, **WORDS)
    dates = {"deprecated_on": date(2026, 12, 1), "by": "dana", "reason": "Later.", "now": NOW}
    with pytest.raises(PolicyRefused):
        move(session, draft, sunset_on=date(2027, 1, 1), **dates)
    move(session, draft, sunset_on=date(2027, 12, 31), **dates)
    assert (draft.state, draft.moved_at) == ("draft", None)


def test_moving_to_the_same_dates_is_refused(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    with pytest.raises(PlanRefused, match="The dates are the ones that it has already"):
        move(
            session,
            planned,
            deprecated_on=planned.deprecated_on,
            sunset_on=planned.sunset_on,
            by="dana",
            reason="Nothing.",
            now=NOW,
        )


def test_history_keeps_what_was_promised_at_each_step(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    move(
        session,
        planned,
        deprecated_on=date(2027, 1, 1),
        sunset_on=date(2027, 12, 31),
        by="kim",
        reason="The successor is late.",
        now=NOW + timedelta(days=1),
    )
    events = history(session, planned)
    assert [event.sunset_on.isoformat() for event in events] == ["2027-06-30", "2027-06-30", "2027-12-31"]
    assert (events[-1].by, events[-1].reason) == ("kim", "The successor is late.")


def test_only_what_is_over_can_be_removed(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    words = {"by": "dana", "reason": "Nobody calls it."}
    with pytest.raises(TransitionRefused, match=r"it is announced and .* Wait until its last day is over"):
        remove(session, planned, **words, now=NOW)
    late = NOW + timedelta(days=900)
    advance(session, late)
    with pytest.raises(TransitionRefused, match="is not proven: No source of usage"):
        remove(session, planned, **words, now=late)
    assert planned.state == "sunset"
    make_source(session, until=late)
    remove(session, planned, **words, now=late)
    assert planned.state == "removed"
    assert history(session, planned)[-1].reason == "Nobody calls it. The verdict was safe."
    with pytest.raises(TransitionRefused):
        cancel(session, planned, **words, now=NOW + timedelta(days=900))


def test_somebody_may_answer_for_a_removal_whose_verdict_is_not_safe(
    session: Session, operation: Operation
) -> None:
    planned = make_plan(session, operation)
    late = NOW + timedelta(days=900)
    advance(session, late)
    remove(session, planned, despite_verdict=True, by="dana", reason="It is our own job.", now=late)
    assert history(session, planned)[-1].reason == "It is our own job. The verdict was not proven."


def test_a_plan_that_comes_back_earlier_than_promised_needs_a_colleague(
    session: Session, operation: Operation
) -> None:
    planned = make_plan(session, operation)
    cancel(session, planned, by="dana", reason="Too early.", now=NOW)
    revive(session, planned, by="dana", reason="After all.", now=NOW)
    edit(session, planned, sunset_on=date(2027, 5, 31), by="dana", now=NOW)
    with pytest.raises(PolicyRefused, match="needs the approval of somebody other than dana"):
        announce(session, planned, by="dana", now=NOW)
    days = {"deprecated_on": planned.deprecated_on, "sunset_on": planned.sunset_on}
    approve(session, planned, Step.ANNOUNCE, **days, reason="Agreed.", by="kim", now=NOW)
    announce(session, planned, by="dana", now=NOW)
    last = history(session, planned)[-1]
    assert (last.approved_by, last.correction) == ("kim", True)


def test_a_plan_that_comes_back_as_it_was_needs_nobody(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    cancel(session, planned, by="dana", reason="Too early.", now=NOW)
    revive(session, planned, by="dana", reason="After all.", now=NOW)
    announce(session, planned, by="dana", now=NOW)
    assert not history(session, planned)[-1].correction


def test_a_version_that_is_there_already_ends_nothing(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    label = session.scalars(select(Version.label)).first()
    assert label is not None
    with pytest.raises(PlanRefused, match="is published already"):
        move(
            session,
            planned,
            deprecated_on=planned.deprecated_on,
            sunset_on=planned.sunset_on,
            sunset_by=SunsetBy.VERSION,
            sunset_version=label,
            reason="Soon.",
            by="dana",
            now=NOW,
        )


def test_a_cancelled_plan_stays_cancelled(session: Session, operation: Operation) -> None:
    planned = make_plan(session, operation)
    cancel(session, planned, by="dana", reason="We keep it.", now=NOW)
    assert advance(session, NOW + timedelta(days=900)) == 0
    with pytest.raises(TransitionRefused, match=r"was cancelled \(since Sun 22 Nov 2026, .*, by dana\)"):
        announce(session, planned, by="dana", now=NOW)


STATES = st.sampled_from(list(State))
INSTANTS = st.integers(0, 17_520).map(lambda hours: NOW + timedelta(hours=hours - 8_760))


@given(state=STATES, step=st.sampled_from(list(Step)), instants=st.tuples(INSTANTS, INSTANTS), now=INSTANTS)
def test_a_step_works_exactly_when_it_is_offered(
    state: State, step: Step, instants: tuple[datetime, datetime], now: datetime
) -> None:
    span = Span(*sorted(instants))
    if step in open_steps(state, span, now):
        assert next_state(state, step, span, now) in State
    else:
        with pytest.raises(TransitionRefused):
            next_state(state, step, span, now)


def test_nothing_leads_out_of_what_is_removed() -> None:
    assert State.REMOVED not in {way.origin for way in TRANSITIONS}


def test_every_step_can_be_taken_back_until_it_is_removed() -> None:
    reached = {State.DRAFT}
    ways = {(way.origin, way.target) for way in TRANSITIONS}
    for state in set(State) - {State.REMOVED, State.DRAFT}:
        reached = {state}
        while more := {target for origin, target in ways if origin in reached} - reached:
            reached |= more
        assert State.DRAFT in reached, state


def test_plans_are_found_and_listed_the_next_to_end_first(
    session: Session, operation: Operation, api: Api
) -> None:
    late = make_plan(session, operation)
    soon = make_plan(session, make_operation(session, api, "GET /v1/orders"), sunset_on=date(2027, 3, 1))
    other = make_plan(session, make_operation(session, make_api(session, "billing"), "GET /bills"))
    assert board.deprecations(session, api_id=api.id).items == (soon, late)
    assert board.deprecations(session).total == 3
    cancel(session, other, by="dana", reason="We keep it.", now=NOW)
    assert board.deprecations(session).total == 2
    assert board.deprecations(session, state="cancelled").items == (other,)
    assert board.count_by_state(session)["announced"] == 2
    assert board.ending_before(session, datetime(2027, 4, 1, tzinfo=UTC)) == (soon,)
    assert board.live_plans(session, [operation.id]) == {operation.id: late}
    assert board.find(session, soon.id).operation.label == "GET /v1/orders"
    with pytest.raises(DeprecationNotFound):
        board.find(session, 4711)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("GET /v2/orders/{id}", replacement.Named("GET", "/v2/orders/{id}")),
        (" get   /v2/orders ", replacement.Named("GET", "/v2/orders")),
        ("https://docs.example.com/v2", None),
        ("none", None),
        ("", None),
        ("GET", None),
    ],
)
def test_a_replacement_is_read(text: str, named: replacement.Named | None) -> None:
    assert replacement.read(text) == named


def test_a_replacement_is_looked_up_whatever_its_parameters_are_called(session: Session, api: Api) -> None:
    successor = make_operation(session, api, "GET /v2/orders/{orderId}")
    assert replacement.find(session, "GET /v2/orders/{id}", api.id) == successor
    assert replacement.note(session, "GET /v2/orders/{id}", api.id) == ""
    assert "may not be published yet" in replacement.note(session, "GET /v3/orders", api.id)
    assert replacement.note(session, "none", api.id) == ""


def test_an_api_finds_its_own_successor_before_anothers(session: Session) -> None:
    make_operation(session, make_api(session, "a"), "GET /v2/orders")
    own = make_api(session, "b")
    mine = make_operation(session, own, "GET /v2/orders")
    assert replacement.find(session, "GET /v2/orders", own.id) == mine


def test_a_policy_without_notice_lets_an_operation_end_today(session: Session, operation: Operation) -> None:
    set_policy(session, operation.api_id, minimum_notice_days=0)
    planned = make_plan(session, operation, deprecated_on=date(2026, 11, 22), sunset_on=date(2026, 11, 22))
    assert planned.state == "deprecated"
    assert advance(session, NOW) == 0
