"""What an API promises about endings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from deprecations.approvals import approve
from deprecations.brownouts.freezes import freeze
from deprecations.errors import DeprecationNotFound, PlanRefused, PolicyRefused
from deprecations.history import history
from deprecations.lifecycle import Step
from deprecations.moving import move
from deprecations.plans import Exemption, announce, make_exception
from deprecations.plans import plan as plan_end
from deprecations.policies import Scope, drop_policy, policies_of, set_policy, terms_of
from deprecations.policy import Frozen, Proposal, Terms, breaches, earliest_sunset
from deprecations.presets import PRESETS
from registry.models import Api, Operation
from tests.support.factories_deprecations import NOW, make_operation, make_plan


@pytest.mark.parametrize(
    ("days", "announced_on", "deprecated_on", "earliest"),
    [
        (90, "2026-11-22", "2026-12-01", "2027-02-20"),
        (90, "2026-11-22", "2027-03-01", "2027-03-01"),
        (0, "2026-11-22", "2026-11-22", "2026-11-22"),
        (0, "2026-11-22", "2020-01-01", "2026-11-22"),
        (1, "2028-02-28", "2028-02-28", "2028-02-29"),
        (365, "2027-03-01", "2027-03-01", "2028-02-29"),
    ],
)
def test_the_earliest_last_day_keeps_the_notice_and_follows_the_deprecation(
    days: int, announced_on: str, deprecated_on: str, earliest: str
) -> None:
    announced, deprecated = date.fromisoformat(announced_on), date.fromisoformat(deprecated_on)
    assert earliest_sunset(Terms(days), announced, deprecated) == date.fromisoformat(earliest)


DAYS = Proposal(
    announced_on=date(2026, 11, 22),
    deprecated_on=date(2026, 12, 1),
    sunset_on=date(2027, 2, 20),
    replacement="GET /v2/orders",
    documentation="https://docs.example.com/v2",
)
"""The earliest days that 90 days of notice allow."""


def broken(terms: Terms, **changes: Any) -> list[str]:
    return [one.rule for one in breaches(terms, replace(DAYS, **changes))]


def test_a_sunset_before_its_notice_period_is_refused_with_the_earliest_legal_date() -> None:
    [refused] = breaches(Terms(90), replace(DAYS, sunset_on=date(2027, 2, 19)))
    assert str(refused) == (
        "The last day can't be Fri 19 Feb 2027: this API promises 90 days' notice, counted from "
        "Sun 22 Nov 2026. The earliest legal last day is Sat 20 Feb 2027."
    )
    assert refused.rule == "minimum-notice"
    assert (refused.asked, refused.earliest) == (date(2027, 2, 19), date(2027, 2, 20))


def test_the_last_day_may_be_the_earliest_legal_one() -> None:
    assert broken(Terms(90)) == []


def test_a_promised_replacement_must_be_named_or_denied() -> None:
    assert broken(Terms(), replacement="") == ["replacement-required"]
    assert broken(Terms(), replacement="none") == []
    assert broken(Terms(replacement_required=False), replacement="") == []


def test_a_promised_guide_must_be_linked() -> None:
    assert broken(Terms(documentation_required=True), documentation="") == ["documentation-required"]
    assert broken(Terms(documentation_required=True)) == []


def test_a_successor_works_beside_what_ends_for_as_long_as_promised() -> None:
    terms = Terms(90, overlap_days=120)
    since = {"names_successor": True, "successor_on": date(2026, 11, 1)}  # 120 days later is 1 March
    [refused] = breaches(terms, replace(DAYS, **since))
    assert (refused.rule, refused.earliest) == ("overlap", date(2027, 3, 1))
    assert broken(terms, **since, sunset_on=date(2027, 3, 1)) == []
    assert broken(terms, names_successor=True) == ["overlap"]  # not published yet
    assert broken(terms, replacement="https://docs.example.com/v2") == []  # nothing to count from


def test_nothing_ends_in_a_freeze_and_the_earliest_day_steps_over_it() -> None:
    frozen = (
        Frozen("Sales", date(2027, 2, 26), date(2027, 3, 2)),
        Frozen("Audit", date(2027, 2, 15), date(2027, 2, 25)),
    )
    [refused] = breaches(Terms(90), replace(DAYS, frozen=frozen))
    assert "nothing ends from Mon 15 Feb 2027 to Thu 25 Feb 2027 (Audit)" in str(refused)
    assert (refused.rule, refused.earliest) == ("freeze", date(2027, 3, 3))


@given(
    st.integers(0, 400),
    st.integers(0, 400),
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), max_size=4),
    st.one_of(st.none(), st.integers(-400, 100)),
)
def test_the_earliest_day_breaks_no_rule_and_the_day_before_does(
    notice: int, overlap: int, freezes: list[tuple[int, int]], successor: int | None
) -> None:
    day = timedelta(days=1)
    start = DAYS.announced_on
    frozen = tuple(
        Frozen("Freeze", start + first * day, start + (first + length) * day) for first, length in freezes
    )
    since = start + successor * day if successor is not None else None
    terms = Terms(notice, overlap_days=overlap)
    proposal = replace(DAYS, deprecated_on=start, frozen=frozen, successor_on=since)
    earliest = earliest_sunset(terms, start, start, successor_on=since if overlap else None, frozen=frozen)
    assert breaches(terms, replace(proposal, sunset_on=earliest)) == ()
    before = replace(proposal, sunset_on=earliest - day)
    assert earliest == start or breaches(terms, before)


def test_an_api_without_a_policy_keeps_the_default_terms(session: Session, api: Api) -> None:
    assert terms_of(session, api.id) == Terms(90, True)


def test_a_policy_can_be_changed(session: Session, api: Api) -> None:
    set_policy(session, api.id, minimum_notice_days=30)
    set_policy(session, api.id, minimum_notice_days=180, replacement_required=False)
    assert terms_of(session, api.id) == Terms(180, False)


@pytest.mark.parametrize("days", [-1, 100_000])
def test_a_notice_period_that_makes_no_sense_is_refused(session: Session, api: Api, days: int) -> None:
    with pytest.raises(PlanRefused):
        set_policy(session, api.id, minimum_notice_days=days)


def test_the_most_exact_policy_holds(session: Session, api: Api) -> None:
    for scope, days in (
        (Scope(), 100),
        (Scope("beta", ""), 30),
        (Scope("", "partner"), 200),
        (Scope("beta", "partner"), 60),
    ):
        set_policy(
            session, api.id, minimum_notice_days=days, stability=scope.stability, audience=scope.audience
        )
    found = {
        scope: terms_of(session, api.id, Scope(*scope)).minimum_notice_days
        for scope in (("stable", "public"), ("beta", "public"), ("stable", "partner"), ("beta", "partner"))
    }
    assert list(found.values()) == [100, 30, 200, 60]
    drop_policy(session, api.id, Scope("beta", "partner"))
    assert terms_of(session, api.id, Scope("beta", "partner")).minimum_notice_days == 30
    assert len(policies_of(session, api.id)) == 3
    with pytest.raises(DeprecationNotFound):
        drop_policy(session, api.id, Scope("beta", "partner"))
    with pytest.raises(PlanRefused, match="not taken away"):
        drop_policy(session, api.id, Scope())
    with pytest.raises(PlanRefused, match="is none of"):
        set_policy(session, api.id, minimum_notice_days=1, stability="rocky")


def test_a_plan_goes_by_its_own_stability_and_audience(session: Session, operation: Operation) -> None:
    set_policy(session, operation.api_id, minimum_notice_days=0, stability="beta")
    with pytest.raises(PolicyRefused, match="90 days"):
        make_plan(session, operation, sunset_on=date(2026, 12, 1))
    assert make_plan(session, operation, sunset_on=date(2026, 12, 1), stability="beta").stability == "beta"


def test_an_announcement_waits_for_the_approval_that_policy_asks_for(
    session: Session, operation: Operation
) -> None:
    set_policy(session, operation.api_id, minimum_notice_days=90, approval_required=True)
    words = words_of(operation)
    draft = plan_end(session, **words)
    with pytest.raises(PolicyRefused, match="somebody other than dana") as refused:
        announce(session, draft, by="lee", now=NOW)
    assert refused.value.rule == "approval"
    days = {"deprecated_on": draft.deprecated_on, "sunset_on": draft.sunset_on}
    approve(session, draft, Step.ANNOUNCE, **days, reason="Agreed.", by="kim", now=NOW)
    announce(session, draft, by="dana", now=NOW)
    assert history(session, draft)[-1].approved_by == "kim"


def words_of(operation: Operation, **changes: Any) -> dict[str, Any]:
    return {
        "operation_id": operation.id,
        "reason": "It leaks addresses.",
        "replacement": "none",
        "documentation": "",
        "deprecated_on": date(2026, 12, 1),
        "sunset_on": date(2027, 6, 30),
        "zone": "UTC",
        "by": "dana",
        "now": NOW,
        **changes,
    }


def test_an_exception_lets_a_plan_off_one_rule_and_no_other(session: Session, operation: Operation) -> None:
    soon = words_of(operation, sunset_on=date(2026, 12, 5), replacement="")
    urgent = Exemption("minimum-notice", "It leaks addresses.", "kim")
    with pytest.raises(PolicyRefused, match="promises a replacement"):
        plan_end(session, **soon, exceptions=(urgent,))
    made = plan_end(session, **(soon | {"replacement": "none"}), exceptions=(urgent,))
    announce(session, made, by="dana", now=NOW)
    last = history(session, made)
    assert [one.step for one in last] == ["plan", "except", "announce"]
    assert (last[1].approved_by, last[1].reason) == (
        "kim",
        "Need not keep minimum-notice: It leaks addresses.",
    )


@pytest.mark.parametrize(
    ("exemption", "message"),
    [
        (Exemption("minimum-notice", "Why not.", "dana"), "somebody other than you"),
        (Exemption("minimum-notice", "Why not.", " "), "somebody other than you"),
        (Exemption("minimum-notice", " ", "kim"), "Say why"),
        (Exemption("decency", "Why not.", "kim"), "No policy has a rule"),
    ],
)
def test_an_exception_without_somebody_who_answers_for_it_is_refused(
    session: Session, operation: Operation, exemption: Exemption, message: str
) -> None:
    made = make_plan(session, operation)
    with pytest.raises(PlanRefused, match=message):
        make_exception(session, made, exemption, by="dana", now=NOW)


def test_a_later_day_keeps_clear_of_freezes_and_needs_no_more(
    session: Session, api: Api, operation: Operation
) -> None:
    planned = make_plan(session, operation, sunset_on=date(2027, 3, 31))
    set_policy(session, api.id, minimum_notice_days=3650, documentation_required=True)
    frozen = {"starts_at": datetime(2027, 6, 1, tzinfo=UTC), "ends_at": datetime(2027, 6, 8, tzinfo=UTC)}
    freeze(session, None, **frozen, zone="UTC", reason="Sales", by="dana", now=NOW)
    to = {"deprecated_on": planned.deprecated_on, "by": "dana", "reason": "Later.", "now": NOW}
    with pytest.raises(PolicyRefused, match="nothing ends from Tue 1 Jun 2027 to Mon 7 Jun 2027"):
        move(session, planned, sunset_on=date(2027, 6, 7), **to)
    move(session, planned, sunset_on=date(2027, 6, 8), **to)


def test_overlap_counts_from_the_successors_first_publication(
    session: Session, api: Api, operation: Operation
) -> None:
    set_policy(session, api.id, minimum_notice_days=0, overlap_days=200)
    soon = {"sunset_on": date(2027, 6, 9), "replacement": "GET /v2/orders/{id}"}
    with pytest.raises(PolicyRefused, match="isn't published yet"):
        plan_end(session, **words_of(operation, **soon))
    make_operation(session, api, "GET /v2/orders/{id}")
    with pytest.raises(PolicyRefused, match="earliest legal last day is Thu 10 Jun 2027"):
        plan_end(session, **words_of(operation, **soon))
    plan_end(session, **words_of(operation, **soon | {"sunset_on": date(2027, 6, 10)}))


def test_every_preset_is_a_policy_that_can_be_set(session: Session, api: Api) -> None:
    for preset in PRESETS.values():
        terms = preset.terms
        kept = set_policy(
            session,
            api.id,
            minimum_notice_days=terms.minimum_notice_days,
            overlap_days=terms.overlap_days,
            replacement_required=terms.replacement_required,
            documentation_required=terms.documentation_required,
            approval_required=terms.approval_required,
        )
        assert kept == terms
        assert preset.words
