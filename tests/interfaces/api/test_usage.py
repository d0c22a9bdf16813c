"""Batches of usage over HTTP: counted once, whole or not at all, and bounded."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from tests.support.factories_consumers import combined_line
from tests.support.programs import NOW, Program, calls

NDJSON = "application/x-ndjson"


def test_events_are_matched_to_operations(known: Program) -> None:
    lines = calls() + calls(path="/v1/orders/8", status=404) + calls(path="/unknown") + b"garbage\n"
    report = known.send("POST", "/usage?source=edge", 200, data=lines, content_type=NDJSON)
    assert (report["lines"], report["matched"], report["unmatched"], report["broken"]) == (4, 2, 1, 1)
    operation = next(
        one for one in known.get("/apis/orders/operations")["items"] if one["path"] == "/v1/orders/{id}"
    )
    found = known.get(f"/operations/{operation['id']}", days=7)
    [caller] = found["callers"]
    assert (caller["consumer"], caller["calls"], caller["client_errors"]) == ("unattributed", 2, 1)
    assert found["last_call_at"] == found["callers"][0]["last_at"]
    assert found["daily"][-1] == {"on": "2026-11-22", "calls": 2, "client_errors": 1, "server_errors": 0}
    assert found["deprecation"] is None


@pytest.mark.parametrize("query", ["", "&format=combined"])
def test_a_gzipped_access_log_is_taken(known: Program, query: str) -> None:
    body = gzip.compress(combined_line() * 3) + gzip.compress(
        combined_line()
    )  # two members, as rotation leaves
    report = known.send(
        "POST",
        f"/usage?source=edge{query}",
        200,
        data=body,
        content_type="text/plain",
        headers={"Content-Encoding": "gzip"},
    )
    assert (report["log_format"], report["lines"], report["matched"]) == ("combined", 4, 4)


def test_a_gzip_file_may_be_sent_as_one(known: Program) -> None:
    body = gzip.compress(combined_line())
    sent = known.send("POST", "/usage?source=edge", 200, data=body, content_type="application/gzip")
    assert sent["matched"] == 1


def test_the_same_batch_counts_once(known: Program) -> None:
    first = known.send("POST", "/usage?source=edge", 200, data=calls(), content_type=NDJSON)
    packed = gzip.compress(calls())
    again = known.send(
        "POST",
        "/usage?source=edge",
        200,
        data=packed,
        content_type=NDJSON,
        headers={"Content-Encoding": "gzip"},
    )
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert first["key"] == again["key"]
    assert again["matched"] == 1


def test_a_batch_is_known_by_its_idempotency_key(known: Program) -> None:
    key = {"Idempotency-Key": "edge-09"}
    for lines, duplicate in ((calls(), False), (calls() * 2, True)):
        report = known.send("POST", "/usage?source=edge", 200, data=lines, content_type=NDJSON, headers=key)
        assert (report["key"], report["duplicate"], report["lines"]) == ("edge-09", duplicate, 1)


def test_a_source_reports_on_one_api_when_it_says_so(known: Program) -> None:
    known.send("POST", "/usage?source=edge&api=orders", 200, data=calls(), content_type=NDJSON)
    [source] = known.get("/sources")["items"]
    assert (source["slug"], source["api"], source["log_format"]) == ("edge", "orders", "ndjson")
    assert (source["stale"], source["missing"]) == (False, False)
    known.send("POST", "/usage?source=edge&api=invoices", 404, data=calls(), content_type=NDJSON)


def test_a_source_that_is_silent_for_a_day_is_stale(known: Program) -> None:
    old = calls(at=NOW - timedelta(days=2))
    known.send("POST", "/usage?source=edge", 200, data=old, content_type=NDJSON)
    assert known.get("/sources")["items"][0]["stale"] is True


REFUSED = {
    "no gzip": (b"not gzip", 422, "body: is no complete gzip"),
    "half a gzip": (gzip.compress(calls() * 100)[:-12], 422, "body: is no complete gzip"),
    "a gzip bomb": (gzip.compress(b"x" * 60_000_000), 413, "once it is unpacked"),
    "unknown lines": (gzip.compress(b"what is this?\n" * 3), 422, "what is this?"),
    "nothing": (gzip.compress(b""), 422, "there is no line"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_batch_that_cannot_be_read_changes_nothing(
    known: Program, rows: Callable[[], dict[str, int]], name: str
) -> None:
    body, status, detail = REFUSED[name]
    before = rows()
    refused = known.send(
        "POST",
        "/usage?source=edge",
        status,
        data=body,
        content_type=NDJSON,
        headers={"Content-Encoding": "gzip"},
    )
    assert detail in refused["detail"]
    assert rows() == before


def test_a_batch_of_50_mb_changes_nothing(known: Program, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()
    known.send("POST", "/usage?source=edge", 413, data=b"x" * 50_000_000, content_type=NDJSON)
    assert rows() == before


def test_a_batch_that_does_not_tell_its_length_is_taken_whole_or_not_at_all(
    known: Program, rows: Callable[[], dict[str, int]]
) -> None:
    sent: dict[str, Any] = {"content_type": NDJSON, "headers": {"Transfer-Encoding": "chunked"}}
    ends = {"wsgi.input_terminated": True}  # as a server says that unpacks the chunks
    before = rows()
    huge = BytesIO(calls() * 250_000)
    refused = known.send("POST", "/usage?source=edge", 413, input_stream=huge, environ_overrides=ends, **sent)
    assert "SUNDIAL_MAX_BODY_MB" in refused["detail"]
    assert rows() == before
    small = BytesIO(calls())
    report = known.send("POST", "/usage?source=edge", 200, input_stream=small, environ_overrides=ends, **sent)
    assert report["matched"] == 1


@pytest.mark.parametrize(
    ("query", "content_type", "encoding", "status"),
    [
        ("", NDJSON, "", 422),
        ("?source=No Good", NDJSON, "", 422),
        ("?source=edge&format=morse", NDJSON, "", 422),
        ("?source=edge", "application/x-www-form-urlencoded", "", 415),
        ("?source=edge", NDJSON, "br", 415),
    ],
)
def test_a_batch_that_breaks_the_rules_is_refused(
    known: Program,
    rows: Callable[[], dict[str, int]],
    query: str,
    content_type: str,
    encoding: str,
    status: int,
) -> None:
    before = rows()
    headers = {"Content-Encoding": encoding} if encoding else {}
    known.send("POST", f"/usage{query}", status, data=calls(), content_type=content_type, headers=headers)
    assert rows() == before


def test_a_line_without_an_end_is_broken_and_bounded(known: Program) -> None:
    body = calls() + b'{"at": "' + b"9" * 200_000 + b"\n" + calls(path="/v1/orders/8")
    report = known.send("POST", "/usage?source=edge", 200, data=body, content_type=NDJSON)
    assert report["matched"] == 2
    assert report["broken"] > 0


def test_who_still_sends_a_parameter_is_told(known: Program) -> None:
    lines = calls(path="/v1/orders/8?status=open&page=2") + calls(path="/v1/orders/9?page=3")
    known.send("POST", "/usage?source=edge", 200, data=lines, content_type=NDJSON)
    [operation] = [
        one for one in known.get("/apis/orders/operations")["items"] if one["path"] == "/v1/orders/{id}"
    ]
    names = known.get(f"/operations/{operation['id']}/names")["items"]
    assert [(one["kind"], one["name"], one["calls"], one["consumers"]) for one in names] == [
        ("parameter", "page", 2, 1),
        ("parameter", "status", 1, 1),
    ]
    [status] = known.get(f"/operations/{operation['id']}/names", name="status")["items"]
    assert [(one["consumer"], one["calls"]) for one in status["callers"]] == [("unattributed", 1)]
    assert known.get(f"/operations/{operation['id']}/names", kind="media-type")["items"] == []


def test_a_source_tells_its_rate_and_its_gaps(known: Program) -> None:
    lines = calls() + calls(at=NOW - timedelta(hours=51), path="/v1/nowhere")
    known.send("POST", "/usage?source=edge", 200, data=lines, content_type=NDJSON)
    told = known.get("/sources/edge", days=7)
    assert (told["slug"], told["calls"], told["unknown"], told["sampling_rate"]) == ("edge", 2, 1, 1)
    assert [gap["hours"] for gap in told["gaps"]] == [49]
    assert [day["calls"] for day in told["daily"]][-3:] == [1, 0, 1]
    known.send("GET", "/sources/nobody", 404)


def test_unknown_traffic_is_listed_with_hints(known: Program) -> None:
    lines = calls(path="/orders/8841", count=2) + calls(path="/internal/8841", status=404)
    known.send("POST", "/usage?source=edge&api=orders", 200, data=lines, content_type=NDJSON)
    found = known.get("/unknown-traffic")
    assert found["total"] == 2
    first, second = found["items"]
    assert (first["api"], first["path"], first["successes"]) == ("orders", "/orders/…", 2)
    assert first["hint"].startswith("would match GET /v1/orders/{id}")
    assert (second["hint"], second["operation_id"]) == ("", None)
    assert known.get("/unknown-traffic", api="orders", source="edge")["total"] == 2
    assert known.get("/unknown-traffic", source="other")["total"] == 0
    known.send("GET", "/unknown-traffic?api=nothing", 404)
