"""Counting usual lines in one go comes to what counting line by line comes to."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from consumers.readers import READERS, USUAL
from consumers.readers.otlp import span_item
from consumers.readers.otlp_spans import SPANS
from consumers.rollup import RollUp
from consumers.routing import Router
from consumers.tally import Tally, roll_up
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


ODD = {
    "combined": (
        b'203.0.113.9 - a b [22/Nov/2026:05:10:34 +0000] "GET /v1/orders HTTP/1.1" 200 1 "-" "\xff"',
        b'203.0.113.9 - - [22/Nov/2026:05:10:34 +0100] "GET /v1/orders?q=\\x22 HTTP/1.1" 200 1 "-" "beta/1"',
        b'203.0.113.9 - - [22/Nov/2026:05:10:61 +0000] "GET /v1/orders HTTP/1.1" 200 1 "-" "-"',
        b'203.0.113.9 - - [22/Nov/2026:05:10:34 +0000] "GET http://h/v1/orders HTTP/1.1" 200 1 "-" "-"',
        b'203.0.113.9 - - [22/Nov/2026:05:10:34 +0000] "GET /v1/orders HTTP/1.1" 200 1',
    ),
    "ndjson": (
        event("/nowhere", identity={"shoe-size": "44"}),
        event("/nowhere", identity={"user": 44}),
        event(identity={"user": ["acme"]}),
        event(identity={"user": "acme", "client-id": "7"}),
        event(host="api.example.com", user_agent="acme-sync/2.1"),
        event(count=3, content_type="application/json", user_agent="acme-sync/2.1"),
        event("/else", route="/v1/orders/{id}", sampling_rate=0.5, user_agent="acme-sync/2.1"),
        event(status="200"),
        event(status=True),
        event(method="get"),
        event(user_agent=7),
        b"[1]",
        b"\xff",
    ),
}


def told(result: RollUp) -> tuple[object, ...]:
    counts = (result.lines, result.matched, result.unmatched, result.broken, list(result.samples))
    kept = (result.callers, result.hours, result.names, result.unknown)
    return (*counts, *kept, result.first_at, result.last_at)


@pytest.mark.parametrize("name", USUAL)
@given(lines=st.lists(st.tuples(*MEMBERS), max_size=20), odd=st.lists(st.integers(0, 12), max_size=3))
def test_usual_and_unusual_lines_come_to_the_same(
    name: str, lines: list[tuple[str, int, str, int]], odd: list[int]
) -> None:
    strange = (ODD[name][number % len(ODD[name])] for number in odd)
    data = [b"{broken", b"", *strange, *(LINE[name](*members) for members in lines)]
    data = [line.rstrip(b"\n") for line in data]
    orders = {3: {"user-agent": 0}, 4: {"user-agent": 0}}
    tally = Tally(ROUTER.match, 7, NOW, orders)
    tally.add_calls(USUAL[name].calls([b"\n".join(data)]), USUAL[name])
    assert told(tally.finish()) == told(roll_up(READERS[name](data), ROUTER.match, 7, NOW, orders))


USUAL_SPAN = {
    "http.request.method": "GET",
    "url.path": "/v1/orders/7",
    "http.response.status_code": 200,
    "client.id": "acme",
    "user_agent.original": "acme-sync/2.1 (linux)",
}
STRANGE = (
    {"url.query": "status=open&page=2"},
    {"url.query": "-"},
    {"url.path": "/v1/orders/search?status=open", "url.query": "page=2"},
    {"url.path": "/v1/orders#top"},
    {"url.path": "/nowhere/8"},
    {"url.path": "*"},
    {"http.target": "/v1/orders"},
    {"url.path": None, "url.full": "https://api.example.com/v1/orders?x=1"},
    {"http.request.method": "get"},
    {"http.request.method": "OPTIONS"},
    {"http.request.method": None},
    {"http.response.status_code": "404"},
    {"http.response.status_code": 0},
    {"http.response.status_code": 503},
    {"http.response.status_code": None},
    {"http.route": "/v1/orders/{id}", "url.path": "/prefix/v1/orders/7"},
    {"http.route": "-"},
    {"client.id": None},
    {"client.id": None, "user_agent.original": None},
    {"client.id": "-"},
    {"client.id": " acme "},
    {"enduser.id": "jane"},
    {"client.id": None, "http.request.header.x-api-key": ["key-7"]},
    {"user_agent.original": 7},
    {"user_agent.original": "-"},
    {"http.request.header.content-type": ["application/json"]},
    {"server.address": "api.example.com:443"},
)


def span(number: int, changes: dict[str, Any]) -> Span:
    at = int(NOW.timestamp()) * 1_000_000_000 - number * 123_456_789_012
    made = Span(kind=1 if number == 5 else 2, start_time_unix_nano=at)
    made.trace_state = "ot=th:8" if number == 4 else ""
    for name, value in {**USUAL_SPAN, **changes}.items():
        if value is not None:
            into = made.attributes.add(key=name).value
            if isinstance(value, list):
                into.array_value.values.add(string_value=value[0])
            else:
                setattr(into, "string_value" if isinstance(value, str) else "int_value", value)
    return made


@given(st.lists(st.tuples(st.integers(-30, 30), st.sampled_from(STRANGE), st.sampled_from(STRANGE))))
def test_usual_and_unusual_spans_come_to_the_same(drawn: list[tuple[int, Any, Any]]) -> None:
    spans = [span(number, {**one, **other}) for number, one, other in drawn]
    orders = {4: {"user-agent": 0}}
    tally = Tally(ROUTER.match, 1, NOW, orders)
    tally.add_calls(SPANS.calls(spans), SPANS)
    items = (span_item(number, one) for number, one in enumerate(spans, 1))
    assert told(tally.finish()) == told(roll_up(items, ROUTER.match, 1, NOW, orders))
