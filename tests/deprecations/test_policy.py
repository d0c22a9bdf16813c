"""What an API promises about endings."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from deprecations.errors import PlanRefused, PolicyRefused
from deprecations.policies import set_policy, terms_of
from deprecations.policy import Terms, check_dates, check_replacement, earliest_sunset
from registry.models import Api


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


def test_a_sunset_before_its_notice_period_is_refused_with_the_earliest_legal_date() -> None:
    with pytest.raises(PolicyRefused) as refused:
        check_dates(
            Terms(90),
            announced_on=date(2026, 11, 22),
            deprecated_on=date(2026, 12, 1),
            sunset_on=date(2027, 2, 19),
        )
    assert str(refused.value) == (
        "The last day can't be 2027-02-19: this API promises 90 days' notice, counted from 2026-11-22. "
        "The earliest legal last day is 2027-02-20."
    )
    assert refused.value.rule == "minimum-notice"
    assert (refused.value.asked, refused.value.earliest) == (date(2027, 2, 19), date(2027, 2, 20))


def test_the_last_day_may_be_the_earliest_legal_one() -> None:
    check_dates(
        Terms(90),
        announced_on=date(2026, 11, 22),
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 2, 20),
    )


def test_a_promised_replacement_must_be_named_or_denied() -> None:
    with pytest.raises(PolicyRefused, match="promises a replacement"):
        check_replacement(Terms(), replacement="")
    check_replacement(Terms(), replacement="none")
    check_replacement(Terms(replacement_required=False), replacement="")


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
