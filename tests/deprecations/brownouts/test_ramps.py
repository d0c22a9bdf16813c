"""Ramps of windows, as values."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deprecations.brownouts.ramps import RAMPS, Window, check_shape, in_both, lay_out
from deprecations.calendar import local
from deprecations.errors import PlanRefused
from tests.deprecations.brownouts.conftest import TUESDAY


def test_the_thorough_ramp_grows_from_an_hour_to_a_day() -> None:
    windows = lay_out(RAMPS["thorough"], first_at=TUESDAY, zone="UTC")
    hours = [(one.ends_at - one.starts_at) // timedelta(hours=1) for one in windows]
    assert hours == [1, 1, 4, 4, 8, 8, 24, 24]
    assert [one.starts_at - TUESDAY for one in windows] == [timedelta(weeks=week) for week in range(8)]
    assert {(one.percent, one.status) for one in windows} == {(100, 503)}


def test_a_trickle_takes_more_callers_each_time() -> None:
    assert [one.percent for one in lay_out(RAMPS["trickle"], first_at=TUESDAY, zone="UTC")] == [
        5,
        10,
        25,
        50,
        100,
    ]


def test_weekly_windows_keep_their_hour_on_the_zones_clocks() -> None:
    before_summer_time = datetime(2027, 3, 23, 13, 0, tzinfo=UTC)  # clocks go forward on the 28th
    first, second = lay_out(RAMPS["brief"], first_at=before_summer_time, zone="Europe/Berlin")
    assert f"{local(first.starts_at, 'Europe/Berlin'):%H:%M}" == "14:00"
    assert f"{local(second.starts_at, 'Europe/Berlin'):%H:%M}" == "14:00"
    assert second.starts_at == datetime(2027, 3, 30, 12, 0, tzinfo=UTC)
    assert second.ends_at - second.starts_at == timedelta(hours=24)


@given(
    st.sampled_from(sorted(RAMPS)),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_a_ramps_windows_are_sound_and_never_overlap(name: str, first_at: datetime, zone: str) -> None:
    windows = lay_out(RAMPS[name], first_at=first_at, zone=zone)
    for one in windows:
        check_shape(one, zone)
    for earlier, later in pairwise(windows):
        assert earlier.ends_at <= later.starts_at


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window(TUESDAY, TUESDAY), "must last 5 minutes to 7 days"),
        (Window(TUESDAY, TUESDAY + timedelta(days=8)), "must last 5 minutes to 7 days"),
        (Window(TUESDAY, TUESDAY + timedelta(hours=1), percent=0), "0 % of calls can't be meant"),
        (Window(TUESDAY, TUESDAY + timedelta(hours=1), percent=101), "101 % of calls can't be meant"),
        (Window(TUESDAY, TUESDAY + timedelta(hours=1), status=500), "can't answer 500: use 503 or 410"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(window: Window, said: str) -> None:
    with pytest.raises(PlanRefused, match=said):
        check_shape(window, "UTC")


def test_a_window_is_said_in_utc_and_in_the_plans_zone() -> None:
    night = Window(datetime(2026, 12, 8, 23, 30, tzinfo=UTC), datetime(2026, 12, 9, 0, 30, tzinfo=UTC))
    assert in_both(night, "UTC") == "Tue 8 Dec 2026, 23:30 to Wed 9 Dec 2026, 00:30 UTC"
    assert in_both(night, "Europe/Berlin").endswith("(Wed 9 Dec 2026, 00:30 to 01:30 Europe/Berlin)")
