from datetime import UTC, date, datetime, timedelta

import pytest

from interfaces.pages.times import absolute, date_in, day_in, relative, relative_day, stamp

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)


def test_an_instant_is_said_with_its_zone() -> None:
    assert absolute(NOW) == "22 Nov 2026, 09:41 UTC"


def test_an_instant_is_said_in_the_zone_of_its_reader() -> None:
    assert absolute(NOW, "Asia/Tokyo") == "22 Nov 2026, 18:41 JST"


def test_a_zone_without_letters_of_its_own_is_said_by_its_distance() -> None:
    assert absolute(NOW, "Asia/Kathmandu") == "22 Nov 2026, 15:26 UTC+0545"


def test_a_clock_that_changed_says_so() -> None:
    assert absolute(NOW, "Europe/Berlin") == "22 Nov 2026, 10:41 CET"
    assert absolute(NOW - timedelta(days=60), "Europe/Berlin") == "23 Sep 2026, 11:41 CEST"


def test_an_instant_in_another_zone_keeps_utc_in_its_title() -> None:
    assert stamp(NOW) == '<time datetime="2026-11-22T09:41:00+00:00">22 Nov 2026, 09:41 UTC</time>'
    assert 'title="22 Nov 2026, 09:41 UTC">22 Nov 2026, 18:41 JST<' in stamp(NOW, "Asia/Tokyo")


def test_the_date_of_an_instant_is_that_of_the_reader_s_calendar() -> None:
    late = NOW.replace(hour=22)
    assert (day_in(late, "UTC"), day_in(late, "Asia/Tokyo")) == ("22 Nov 2026", "23 Nov 2026")
    assert date_in(late, "Asia/Tokyo") == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-12), "12 minutes ago"),
        (timedelta(hours=5), "in 5 hours"),
        (timedelta(hours=-47), "47 hours ago"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=90), "in 90 days"),
        (timedelta(days=186), "in 6 months"),
        (timedelta(days=-1100), "3 years ago"),
    ],
)
def test_a_distance_is_said_in_the_unit_that_fits_it(distance: timedelta, words: str) -> None:
    assert relative(NOW + distance, NOW) == words


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 23), "tomorrow"),
        (date(2026, 11, 21), "yesterday"),
        (date(2026, 12, 4), "in 12 days"),
        (date(2026, 11, 10), "12 days ago"),
    ],
)
def test_a_day_is_said_from_today(on: date, words: str) -> None:
    assert relative_day(on, date(2026, 11, 22)) == words
