"""When a reader is at work, in its own zone and country."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from deprecations.working_hours import country_of, is_open, is_working_day, last_opening, opens_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "opens"),
    [
        ("2026-11-24 09:00", "Europe/Berlin", "2026-11-24 09:00"),  # Tuesday, 10 in the morning
        ("2026-11-24 05:00", "Europe/Berlin", "2026-11-24 07:00"),  # before 8
        ("2026-11-24 17:00", "Europe/Berlin", "2026-11-25 07:00"),  # 18 is late
        ("2026-11-27 18:00", "Europe/Berlin", "2026-11-30 07:00"),  # Friday evening
        ("2026-12-24 18:00", "Europe/Berlin", "2026-12-28 07:00"),  # Christmas on Friday, then the weekend
        ("2026-11-26 15:00", "America/New_York", "2026-11-27 13:00"),  # Thanksgiving
        ("2026-11-26 15:00", "America/Toronto", "2026-11-26 15:00"),  # not in Canada
        ("2026-11-27 08:00", "Asia/Riyadh", "2026-11-29 05:00"),  # Friday and Saturday are free
        ("2026-11-28 03:00", "UTC", "2026-11-28 03:00"),  # nobody said where the reader is
        ("2027-03-27 12:00", "Europe/Berlin", "2027-03-30 06:00"),  # Easter Monday, and clocks went forward
    ],
)
def test_a_reader_is_told_in_working_hours(now: str, zone: str, opens: str) -> None:
    assert opens_at(at(now), zone) == at(opens)


@pytest.mark.parametrize(
    ("on", "zone", "opening"),
    [
        (date(2027, 6, 30), "Europe/Berlin", "2027-06-30 06:00"),
        (date(2027, 6, 27), "Europe/Berlin", "2027-06-25 06:00"),  # Sunday: the Friday before
        (date(2027, 1, 1), "Europe/Berlin", "2026-12-31 07:00"),
        (date(2028, 2, 29), "Asia/Kolkata", "2028-02-29 02:30"),
        (date(2027, 6, 27), "UTC", "2027-06-25 08:00"),
    ],
)
def test_a_reminder_comes_on_the_last_working_day_up_to_its_own(on: date, zone: str, opening: str) -> None:
    assert last_opening(on, zone) == at(opening)


def test_every_zone_opens_within_a_month_at_an_open_hour() -> None:
    for zone in sorted(available_timezones() - {"localtime"}):
        for now in (at("2026-12-31 23:30"), at("2027-03-28 01:30"), at("2027-02-06 00:00")):
            opens = opens_at(now, zone)
            assert is_open(opens, zone), (zone, now)
            assert now <= opens < now + timedelta(days=31)


def test_the_country_follows_from_the_zone() -> None:
    assert [country_of(zone) for zone in ("Europe/Berlin", "America/New_York", "UTC")] == ["DE", "US", ""]
    assert is_working_day(date(2026, 12, 25), "Etc/GMT+3"), "a zone of no country has no holidays"
