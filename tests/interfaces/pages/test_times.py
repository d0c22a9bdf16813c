from datetime import UTC, date, datetime, timedelta

import pytest

from interfaces.pages.times import absolute, relative, relative_day

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)


def test_an_instant_is_said_with_its_zone() -> None:
    assert absolute(NOW) == "22 Nov 2026, 09:41 UTC"


def test_an_instant_is_said_in_the_zone_of_its_reader() -> None:
    assert absolute(NOW, "Asia/Tokyo") == "22 Nov 2026, 18:41 JST"


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
