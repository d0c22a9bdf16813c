"""The example traffic is the same every time, in order, readable, and tells the planned stories."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from examples.company import load_company
from examples.noise import BROKEN
from examples.traffic import lines, ndjson

pytestmark = pytest.mark.slow

COMPANY = load_company()
TODAY = date(2031, 3, 14)
COMBINED = re.compile(
    r'(?P<address>\S+) - (?P<user>\S+) \[(?P<at>[^]]+)\] "(?P<method>[A-Z]+) (?P<target>\S+) HTTP/1\.1"'
    r' (?P<status>\d{3}) (?P<size>\d+) "[^"]*" "(?P<agent>[^"]*)"'
)


@cache
def log() -> list[str]:
    return list(lines(COMPANY, TODAY))


@cache
def events() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ndjson(COMPANY, TODAY)]


@cache
def hits() -> list[re.Match[str]]:
    return [match for match in map(COMBINED.fullmatch, log()) if match]


def instant(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z")


def ages(user: str, path: str) -> set[int]:
    found = [hit for hit in hits() if hit["user"] == user and path in hit["target"]]
    return {(TODAY - instant(hit["at"]).date()).days for hit in found}


def weekday_calls(agent: str, path: str) -> list[int]:
    """Answer the calls of the first and of the last weekday in the log."""
    days = Counter(
        instant(hit["at"]).date()
        for hit in hits()
        if agent in hit["agent"] and hit["target"].startswith(path)
    )
    weekdays = sorted(day for day in days if day.weekday() < 5)
    return [days[weekdays[0]], days[weekdays[-1]]]


def test_the_same_day_gives_the_same_bytes() -> None:
    assert list(lines(COMPANY, TODAY)) == log()
    assert [json.loads(line) for line in ndjson(COMPANY, TODAY)] == events()


def test_two_weeks_are_a_log_of_some_ten_thousand_lines() -> None:
    assert 20_000 <= len(log()) <= 60_000
    assert 5_000 <= len(events()) <= 15_000


def test_every_line_is_in_the_combined_format_but_the_broken_ones() -> None:
    unread = len(log()) - len(hits())
    assert unread == len(BROKEN) * 14


def test_lines_and_events_are_in_order_of_time() -> None:
    logged = [instant(hit["at"]) for hit in hits()]
    assert logged == sorted(logged)
    assert [event["at"] for event in events()] == sorted(event["at"] for event in events())


def test_nothing_lies_in_the_future() -> None:
    midnight = datetime(2031, 3, 14, tzinfo=UTC)
    assert max(instant(hit["at"]) for hit in hits()) < midnight
    assert max(event["at"] for event in events()) < "2031-03-14"


def test_a_later_end_only_adds_lines() -> None:
    until = datetime(2031, 3, 14, 9, 30, tzinfo=UTC)
    longer = list(lines(COMPANY, TODAY, until=until))
    assert longer[: len(log())] == log()
    last = COMBINED.fullmatch(longer[-1])
    assert last
    assert datetime(2031, 3, 14, 9, tzinfo=UTC) < instant(last["at"]) < until


def test_a_longer_window_keeps_the_days_it_had() -> None:
    assert set(log()) <= set(lines(COMPANY, TODAY, days=20))


def test_every_user_and_key_in_the_traffic_is_registered() -> None:
    registered = {(key.kind.value, key.value) for c in COMPANY.consumers for key in c.credentials}
    shown = {("user", hit["user"]) for hit in hits() if hit["user"] != "-"}
    shown |= {pair for event in events() for pair in event["identity"].items()}
    assert shown <= registered


def test_strangers_stay_unattributed() -> None:
    pinned = [k.value for c in COMPANY.consumers for k in c.credentials if k.kind == "user-agent"]
    nameless = {hit["agent"] for hit in hits() if hit["user"] == "-"}
    assert {agent for agent in nameless if not agent.startswith(tuple(pinned))} >= {
        "python-requests/2.32.3",
        "curl/8.5.0",
    }


def test_the_bookkeeping_run_comes_once_a_month() -> None:
    assert ages("ledgerwell", "/pdf") == {26, 56, 86}


def test_nobody_has_called_for_rates_in_twelve_weeks() -> None:
    rated = [hit for hit in hits() if hit["target"].startswith("/v1/rates")]
    assert {hit["user"] for hit in rated} == {"bramble"}
    assert min(ages("bramble", "/v1/rates")) >= 84


def test_the_early_migrant_calls_nothing_under_v1() -> None:
    assert not ages("juniper", "/v1/")
    assert ages("juniper", "/v2/")


def test_the_app_leaves_v1_for_v2() -> None:
    first, last = weekday_calls("SwiftletApp", "/v1/tracking")
    assert last < first * 0.7
    first, last = weekday_calls("SwiftletApp", "/v2/tracking")
    assert last > first * 1.4


def test_a_new_adopter_began_this_week() -> None:
    adopted = [event["at"] for event in events() if event["identity"] == {"client-id": "harbour-portal"}]
    assert min(adopted) >= "2031-03-10"


def test_the_largest_consumer_makes_most_calls_on_what_ends_next() -> None:
    orders = Counter(hit["user"] for hit in hits() if hit["target"].startswith("/v1/orders/FW-"))
    assert orders["copperleaf"] > sum(orders.values()) * 0.8
