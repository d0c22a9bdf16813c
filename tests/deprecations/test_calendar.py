"""From days in a zone to instants, over every oddity of clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deprecations import calendar
from deprecations.errors import PlanRefused


@pytest.mark.parametrize(
    ("on", "zone", "begins", "ends"),
    [
        # an ordinary day, and one in a zone with a half hour in it
        ("2027-06-30", "UTC", "2027-06-30T00:00:00", "2027-06-30T23:59:59"),
        ("2027-06-30", "Europe/Berlin", "2027-06-29T22:00:00", "2027-06-30T21:59:59"),
        ("2027-06-30", "Asia/Kolkata", "2027-06-29T18:30:00", "2027-06-30T18:29:59"),
        # clocks go forward in the night: 23 hours; and back: 25
        ("2027-03-28", "Europe/Berlin", "2027-03-27T23:00:00", "2027-03-28T21:59:59"),
        ("2027-10-31", "Europe/Berlin", "2027-10-30T22:00:00", "2027-10-31T22:59:59"),
        ("2027-03-14", "America/New_York", "2027-03-14T05:00:00", "2027-03-15T03:59:59"),
        ("2027-11-07", "America/New_York", "2027-11-07T04:00:00", "2027-11-08T04:59:59"),
        # midnight itself is skipped: the day begins at 01:00
        ("2024-04-26", "Africa/Cairo", "2024-04-25T22:00:00", "2024-04-26T20:59:59"),
        ("2024-09-08", "America/Santiago", "2024-09-08T04:00:00", "2024-09-09T02:59:59"),
        # the last hour comes twice: the day ends with the second
        ("2024-04-06", "America/Santiago", "2024-04-06T03:00:00", "2024-04-07T03:59:59"),
        # midnight comes twice: the day begins with the first
        ("2024-11-03", "America/Havana", "2024-11-03T04:00:00", "2024-11-04T04:59:59"),
        # leap days
        ("2028-02-29", "Pacific/Auckland", "2028-02-28T11:00:00", "2028-02-29T10:59:59"),
        ("2028-02-29", "America/Los_Angeles", "2028-02-29T08:00:00", "2028-03-01T07:59:59"),
        ("2027-12-31", "Pacific/Kiritimati", "2027-12-30T10:00:00", "2027-12-31T09:59:59"),
    ],
)
def test_a_day_lasts_from_its_first_to_its_last_second(on: str, zone: str, begins: str, ends: str) -> None:
    span = calendar.span(date.fromisoformat(on), date.fromisoformat(on), zone)
    assert span.deprecated_at == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert span.sunset_at == datetime.fromisoformat(ends).replace(tzinfo=UTC)


ZONES = (
    *("UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Santiago", "America/Havana"),
    *("Africa/Cairo", "Africa/Casablanca", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut"),
    *("Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Niue"),
)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(on=DAYS, zone=st.sampled_from(ZONES))
def test_both_ends_of_a_day_show_its_date_and_their_neighbours_do_not(on: date, zone: str) -> None:
    begins, ends = calendar.deprecated_at(on, zone), calendar.sunset_at(on, zone)
    second = timedelta(seconds=1)
    assert calendar.day_of(begins, zone) == calendar.day_of(ends, zone) == on
    assert calendar.day_of(ends + second, zone) == on + timedelta(days=1)
    assert calendar.day_of(begins - second, zone) <= on
    assert timedelta(hours=22) < ends - begins < timedelta(hours=26)


@given(first=DAYS, more=st.integers(0, 2000), zone=st.sampled_from(ZONES))
def test_no_sunset_comes_before_its_deprecation(first: date, more: int, zone: str) -> None:
    span = calendar.span(first, first + timedelta(days=more), zone)
    assert span.deprecated_at < span.sunset_at


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(PlanRefused, match="there is no time zone"):
        calendar.deprecated_at(date(2027, 6, 30), zone)


def test_a_time_that_clocks_skip_is_refused() -> None:
    with pytest.raises(PlanRefused, match="No clock in Europe/Berlin shows 02:30 on 2027-03-28"):
        calendar.clock_time(datetime(2027, 3, 28, 2, 30), "Europe/Berlin")  # noqa: DTZ001 - as people type it
    twice = calendar.clock_time(datetime(2027, 10, 31, 2, 30), "Europe/Berlin")  # noqa: DTZ001 - likewise
    assert twice.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    with pytest.raises(PlanRefused, match="there is no time zone"):
        calendar.clock_time(datetime(2027, 3, 28, 2, 30), "Europe/Nowhere")  # noqa: DTZ001 - likewise
