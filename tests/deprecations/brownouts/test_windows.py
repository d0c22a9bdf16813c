"""Windows in the database: announced, refused, aborted, and what the rules make of them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deprecations.acts import cancel
from deprecations.advance import advance
from deprecations.brownouts.exemptions import end_exemption, exempt, exempt_credentials
from deprecations.brownouts.freezes import freeze, freezes_of, thaw
from deprecations.brownouts.ramps import RAMPS, Window, lay_out
from deprecations.brownouts.windows import Phase, abort, announce, brownouts, phase, running
from deprecations.edge_models import Brownout
from deprecations.edge_terms import set_edge_terms
from deprecations.errors import BrownoutNotFound, ExemptionNotFound, FreezeNotFound, PlanRefused
from deprecations.following import follow
from deprecations.headers import EdgeTerms
from deprecations.history import history
from deprecations.models import Deprecation, State
from deprecations.rules import as_json, etag, ruleset
from registry.models import Operation
from tests.deprecations.brownouts.conftest import TUESDAY
from tests.support.factories_deprecations import NOW, make_api, make_consumer

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
WINDOW = Window(TUESDAY, TUESDAY + HOUR)


def announced(session: Session, plan: Deprecation, *windows: Window) -> tuple[Brownout, ...]:
    made = announce(session, plan, windows or [WINDOW], by="dana", reason="They must notice.", now=NOW)
    session.flush()
    return made


def frozen(session: Session, plan: Deprecation | None) -> int:
    api = plan.api if plan else None
    return freeze(
        session,
        api,
        starts_at=TUESDAY + HOUR / 2,
        ends_at=TUESDAY + WEEK,
        zone="UTC",
        reason="Christmas trade",
        by="dana",
        now=NOW,
    ).id


def test_a_ramp_is_announced_and_stands_in_the_history(session: Session, plan: Deprecation) -> None:
    announced(session, plan, *lay_out(RAMPS["mild"], first_at=TUESDAY, zone=plan.zone))
    assert len(brownouts(session, [plan.id])[plan.id]) == 4
    entry = history(session, plan)[-1]
    assert (entry.step, entry.by) == ("brownouts announced", "dana")
    assert "They must notice. 4 from Tue 8 Dec 2026, 13:00 to 14:00 UTC" in entry.reason


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window(NOW + timedelta(hours=23), NOW + timedelta(hours=25)), "announce it 24 hours before"),
        (
            Window(NOW + timedelta(days=2), NOW + timedelta(days=2, hours=1)),
            "before Tue 1 Dec 2026, its first day",
        ),
        (Window(TUESDAY + 40 * WEEK, TUESDAY + 40 * WEEK + HOUR), "after the last day, Wed 30 Jun 2027"),
        (Window(TUESDAY, TUESDAY + timedelta(minutes=1)), "must last 5 minutes"),
    ],
)
def test_a_window_at_the_wrong_time_is_refused_with_the_reason(
    session: Session, plan: Deprecation, window: Window, said: str
) -> None:
    with pytest.raises(PlanRefused, match=said):
        announced(session, plan, WINDOW, window)
    assert brownouts(session, [plan.id])[plan.id] == ()


def test_a_window_may_last_to_the_last_second_of_the_last_day(session: Session, plan: Deprecation) -> None:
    end = plan.sunset_at + timedelta(seconds=1)
    assert announced(session, plan, Window(end - HOUR, end))


def test_windows_that_overlap_are_refused(session: Session, plan: Deprecation) -> None:
    announced(session, plan)
    with pytest.raises(PlanRefused, match="overlaps the one from Tue 8 Dec 2026, 13:00 to 14:00 UTC"):
        announced(session, plan, Window(TUESDAY + HOUR / 2, TUESDAY + 2 * HOUR))
    assert announced(session, plan, Window(TUESDAY + HOUR, TUESDAY + 2 * HOUR))


def test_an_aborted_window_leaves_room_for_another(session: Session, plan: Deprecation) -> None:
    announced(session, plan)
    abort(session, plan, by="dana", reason="Not that day.", now=NOW)
    assert announced(session, plan)


@pytest.mark.parametrize("of_its_api", [True, False])
def test_a_window_in_a_freeze_is_refused_with_the_reason_in_both_zones(
    session: Session, plan: Deprecation, of_its_api: bool
) -> None:
    frozen(session, plan if of_its_api else None)
    with pytest.raises(PlanRefused) as refused:
        announced(session, plan)
    assert "Tue 8 Dec 2026, 13:00 to 14:00 UTC (Tue 8 Dec 2026, 14:00 to 15:00 Europe/Berlin)" in str(
        refused.value
    )
    assert "Christmas trade. Choose another time" in str(refused.value)


def test_another_apis_freeze_is_none_of_its_business(session: Session, plan: Deprecation) -> None:
    other = make_api(session, "billing")
    values = {"starts_at": TUESDAY, "ends_at": TUESDAY + WEEK, "zone": "UTC", "reason": "x", "by": "dana"}
    freeze(session, other, now=NOW, **values)  # type: ignore[arg-type]  # a freeze's values
    assert announced(session, plan)


def test_a_window_that_is_frozen_afterwards_does_not_run(session: Session, plan: Deprecation) -> None:
    (one,) = announced(session, plan)
    number = frozen(session, plan)
    freezes = freezes_of(session, plan.api_id)
    assert phase(one, freezes, TUESDAY) is Phase.FROZEN
    assert phase(one, freezes, TUESDAY + HOUR) is Phase.SKIPPED
    assert ruleset(session, now=NOW).rules[0].answers.outages == ()
    thaw(session, number)
    assert len(ruleset(session, now=NOW).rules[0].answers.outages) == 1


def test_a_window_that_ran_is_over_whatever_is_frozen_later(session: Session, plan: Deprecation) -> None:
    (one,) = announced(session, plan)
    later = TUESDAY + HOUR
    values = {"starts_at": TUESDAY, "ends_at": TUESDAY + WEEK, "zone": "UTC", "reason": "x", "by": "dana"}
    freeze(session, None, now=later, **values)  # type: ignore[arg-type]  # a freeze's values
    assert phase(one, freezes_of(session, plan.api_id), later) is Phase.OVER


def test_a_freeze_that_makes_no_sense_is_refused(session: Session, plan: Deprecation) -> None:
    good = {"starts_at": TUESDAY, "ends_at": TUESDAY + WEEK, "zone": "UTC", "reason": "x", "by": "dana"}
    for change, said in (
        ({"ends_at": TUESDAY}, "ends after it begins"),
        ({"starts_at": NOW - WEEK, "ends_at": NOW}, "over already"),
        ({"reason": " "}, "Say why"),
        ({"zone": "Mars/Olympus"}, "there is no time zone"),
    ):
        with pytest.raises(PlanRefused, match=said):
            freeze(session, plan.api, now=NOW, **(good | change))  # type: ignore[arg-type]  # a freeze's values
    with pytest.raises(FreezeNotFound):
        thaw(session, 4711)


def test_only_an_announced_plan_that_has_not_ended_can_have_brownouts(
    session: Session, plan: Deprecation
) -> None:
    advance(session, plan.sunset_at + HOUR)
    with pytest.raises(PlanRefused, match="Its last day is over"):
        announced(session, plan)
    cancel(session, plan, by="dana", reason="It stays.", now=plan.sunset_at + HOUR)
    with pytest.raises(PlanRefused, match="Only an announced plan"):
        announced(session, plan)


def test_one_act_stops_what_runs_and_what_lies_ahead(session: Session, plan: Deprecation) -> None:
    first, second = announced(session, plan, WINDOW, Window(TUESDAY + WEEK, TUESDAY + WEEK + HOUR))
    during = TUESDAY + HOUR / 2
    assert phase(first, (), during) is Phase.RUNNING
    assert [one.id for one in running(session, during)] == [first.id]
    before = ruleset(session, now=during)
    assert abort(session, plan, by="dana", reason="Too much.", now=during) == (first, second)
    after = ruleset(session, now=during)
    assert after.rules[0].answers.outages == ()
    assert etag(after) != etag(before)
    assert after.version > before.version
    assert (phase(first, (), during), first.aborted_because) == (Phase.ABORTED, "Too much.")
    assert running(session, during) == ()


def test_one_window_can_be_aborted_alone(session: Session, plan: Deprecation) -> None:
    first, second = announced(session, plan, WINDOW, Window(TUESDAY + WEEK, TUESDAY + WEEK + HOUR))
    abort(session, plan, only=second.id, by="dana", reason="A holiday.", now=NOW)
    assert first.aborted_at is None
    with pytest.raises(BrownoutNotFound):
        abort(session, plan, only=4711, by="dana", reason="x", now=NOW)


@pytest.mark.parametrize(("at", "reason"), [(TUESDAY + WEEK, "Over."), (NOW, " ")])
def test_there_is_nothing_to_abort_or_no_reason(
    session: Session, plan: Deprecation, at: object, reason: str
) -> None:
    announced(session, plan)
    with pytest.raises(PlanRefused):
        abort(session, plan, by="dana", reason=reason, now=at)  # type: ignore[arg-type]  # an instant


def test_a_rule_tells_what_to_answer_while_a_window_is_open(session: Session, plan: Deprecation) -> None:
    (one,) = announced(session, plan, Window(TUESDAY, TUESDAY + HOUR, percent=25, status=410))
    (told,) = as_json(ruleset(session, now=NOW))["rules"][0]["brownouts"]
    assert (told["id"], told["percent"], told["status"]) == (f"orders-{plan.id}-{one.id}", 25, 410)
    assert told["ends"] - told["starts"] == 3600
    assert told["problem"] == {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": "GET /v1/orders/{id} is switched off on purpose until Tue 8 Dec 2026, 14:00 UTC, as "
        "announced: it ends for good after Wed 30 Jun 2027 (Europe/Berlin). Instead: GET /v2/orders/{id}",
        "reason": "brownout",
        "operation": "GET /v1/orders/{id}",
        "deprecated_at": "2026-11-30T23:00:00Z",
        "sunset_at": "2027-06-30T21:59:59Z",
        "successor": "GET /v2/orders/{id}",
        "documentation": "https://docs.example.com/orders/v2",
        "contact": "Orders team <orders-team@example.com>",
        "brownout_ends_at": "2026-12-08T14:00:00Z",
    }
    assert as_json(ruleset(session, now=TUESDAY + HOUR))["rules"][0]["brownouts"] == []


def test_a_rule_has_a_tombstone_after_the_end_unless_the_api_wants_none(
    session: Session, plan: Deprecation
) -> None:
    assert as_json(ruleset(session, now=NOW))["rules"][0]["tombstone"] is None
    after = plan.sunset_at + HOUR
    advance(session, after)
    told = as_json(ruleset(session, now=after))["rules"][0]["tombstone"]
    assert (told["status"], told["reason"]) == (410, "retired")
    assert told["detail"] == (
        "GET /v1/orders/{id} has ended: its last day was Wed 30 Jun 2027 (Europe/Berlin). "
        "Instead: GET /v2/orders/{id}"
    )
    set_edge_terms(session, plan.api_id, EdgeTerms(tombstones=False))
    assert as_json(ruleset(session, now=after))["rules"][0]["tombstone"] is None


def test_exempt_consumers_are_known_by_their_credentials_until_their_time_is_over(
    session: Session, plan: Deprecation, operation: Operation
) -> None:
    acme = make_consumer(session)
    exempt(session, plan, acme, until_at=TUESDAY, reason="Release in spring.", by="dana", now=NOW)
    (told,) = as_json(ruleset(session, now=NOW))["rules"][0]["exempt"]
    assert told == {
        "kind": "api-key",
        "digest": "acme-sync".ljust(64, "."),
        "until": int(TUESDAY.timestamp()),
        "beyond": False,
    }
    assert exempt_credentials(session, [plan.id], TUESDAY)[plan.id] == ()
    exempt(session, plan, acme, until_at=None, reason="They pay for it.", by="dana", now=NOW)
    assert exempt_credentials(session, [plan.id], TUESDAY)[plan.id][0].until is None
    end_exemption(session, plan, acme, by="dana", reason="Moved.", now=NOW)
    assert exempt_credentials(session, [plan.id], NOW)[plan.id] == ()
    with pytest.raises(ExemptionNotFound):
        end_exemption(session, plan, acme, by="dana", reason="Again.", now=NOW)
    steps = [entry.step for entry in history(session, plan)]
    assert steps[-3:] == ["consumer exempted", "consumer exempted", "exemption ended"]


def test_nobody_in_particular_cannot_be_exempted(session: Session, plan: Deprecation) -> None:
    nobody = make_consumer(session, "nobody", is_unattributed=True)
    with pytest.raises(PlanRefused, match="can't be told apart"):
        exempt(session, plan, nobody, until_at=None, reason="x", by="dana", now=NOW)
    acme = make_consumer(session)
    for change in ({"reason": " "}, {"until_at": NOW}):
        with pytest.raises(PlanRefused):
            exempt(
                session, plan, acme, **({"until_at": None, "reason": "x", "by": "dana", "now": NOW} | change)
            )  # type: ignore[arg-type]  # its values


def test_the_plans_state_follows_its_windows(session: Session, plan: Deprecation) -> None:
    announced(session, plan, WINDOW, Window(TUESDAY + WEEK, TUESDAY + WEEK + HOUR))
    advance(session, TUESDAY - HOUR)
    assert (follow(session, TUESDAY - HOUR), plan.state) == (0, State.DEPRECATED)
    assert (follow(session, TUESDAY), plan.state) == (1, State.BROWNOUT)
    assert (follow(session, TUESDAY + HOUR), plan.state) == (0, State.BROWNOUT)
    assert (follow(session, TUESDAY + WEEK + HOUR), plan.state) == (1, State.DEPRECATED)
    assert [entry.reason for entry in history(session, plan)][-2:] == [
        "Its first brownout has begun.",
        "Its brownouts are over.",
    ]


def test_aborting_brings_the_plan_back(session: Session, plan: Deprecation) -> None:
    announced(session, plan)
    advance(session, TUESDAY)
    follow(session, TUESDAY)
    abort(session, plan, by="dana", reason="Too much.", now=TUESDAY)
    follow(session, TUESDAY)
    assert plan.state == State.DEPRECATED
    assert ruleset(session, now=TUESDAY).rules[0].answers.outages == ()
