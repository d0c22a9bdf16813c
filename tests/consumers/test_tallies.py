"""Counting usual lines in one go comes to what counting line by line comes to."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.readers import READERS, TALLIES
from consumers.rollup import RollUp, Tally, roll_up
from consumers.routing import Router
from tests.support.factories_consumers import NOW, combined_line, event

TEMPLATES = [("GET", "/v1/orders", 1), ("GET", "/v1/orders/{id}", 2), ("POST", "/v1/orders", 3)]
ROUTER = Router([*TEMPLATES, ("GET", "/v1/orders/search", 4), ("GET", "/v1/files/{name}.json", 5)])
PATHS = (
    *(
        "/v1/orders",
        "/v1/orders/7",
        "/v1/orders/search?status=open",
        "/v1/orders/a%2Fb?a=1&b=2",
        "/nowhere/8",
    ),
    *(
        "/v1/files/a.json",
        "/v1/orders/",
        "/v1/orders?x=1#y",
        "*",
        "",
        "/v1/orders/7?cursor=a",
        "/v1/orders/7?cursor=b",
    ),
)
AGENTS = ("acme-sync/2.1", "acme-sync/2.2 (linux)", "-", "", "beta")
WHO = ("-", "acme", "globex", "with space", "")
SECONDS = st.sampled_from((0, 1, 1, 2, 3599, 3600, 7300, -60, 400 * 86_400, -9_000))


def agent_at(second: int) -> str:
    """Return one User-Agent for each instant: of calls at the very same, any may be told to be the last."""
    return AGENTS[second % len(AGENTS)]


def nginx(path: str, second: int, who: str, status: int) -> bytes:
    at = f"{NOW - timedelta(seconds=second):%d/%b/%Y:%H:%M:%S} +0000"
    return combined_line(path, who, at, agent_at(second)).replace(b" 200 ", b" %d " % status)


def ours(path: str, second: int, who: str, status: int) -> bytes:
    told = event(
        path,
        NOW - timedelta(seconds=second, milliseconds=second % 2 * 250),
        status=status,
        user_agent=agent_at(second),
        identity={"user": who} if who != "-" else {},
    )
    return told.replace(b"+00:00", b"Z") if second % 3 else told


LINE = {"combined": nginx, "ndjson": ours}
MEMBERS = (
    st.sampled_from(PATHS),
    SECONDS,
    st.sampled_from(WHO),
    st.sampled_from((200, 204, 302, 404, 500, 600)),
)


def told(result: RollUp) -> tuple[object, ...]:
    counts = (result.lines, result.matched, result.unmatched, result.broken, list(result.samples))
    return (*counts, result.buckets, result.names, result.unknown, result.first_at, result.last_at)


@pytest.mark.parametrize("name", TALLIES)
@given(lines=st.lists(st.tuples(*MEMBERS), max_size=20))
def test_usual_and_unusual_lines_come_to_the_same(name: str, lines: list[tuple[str, int, str, int]]) -> None:
    data = [b"{broken\n", b"\n", *(LINE[name](*members) for members in lines)]
    orders = {3: {"user-agent": 0}, 4: {"user-agent": 0}}
    tally = Tally(ROUTER.match, 7, NOW, orders)
    TALLIES[name](data, tally)
    assert told(tally.finish()) == told(roll_up(READERS[name](data), ROUTER.match, 7, NOW, orders))
