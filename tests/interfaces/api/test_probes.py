"""The live check from a program's side, against a real server on loopback."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from interfaces.live_check import check_due
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from tests.interfaces.api.test_edge import PLAN
from tests.support.programs import NOW, Program


class Edge:
    """What the edge sends, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.url = ""


@pytest.fixture
def edge() -> Iterator[Edge]:
    state = Edge()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(f"{self.command} {self.path}")
            self.send_response(state.status)
            for name, value in [*state.headers, ("Content-Length", "0")]:
                self.send_header(name, value)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - as the server calls it

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/base"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """Surroundings in which addresses of this machine may be asked."""
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, probe_private_addresses=True)
    made = make_runtime(settings, lambda: NOW)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def checked(known: Program, edge: Edge) -> Program:
    """A program whose API has a plan, a base address and a probe; the edge answers as planned."""
    known.send("POST", "/deprecations", 201, PLAN)
    known.send("PUT", "/apis/orders/edge", 200, {"base_url": f"{edge.url}/"})
    known.send("POST", "/apis/orders/probes", 201, {"path": "/v1/orders/7?x=a b"})
    edge.headers = [
        tuple(pair) for pair in known.get("/headers", method="GET", path="/v1/orders/7")["headers"]
    ]
    return known


def kinds(answer: Any) -> list[str]:
    (one,) = answer["items"]
    return [drift["kind"] for drift in one["drifts"]]


def test_a_reply_as_planned_has_no_drift(checked: Program, edge: Edge) -> None:
    (one,) = checked.send("POST", "/apis/orders/check", 200)["items"]
    assert (one["status"], one["drifts"], one["last_at"]) == (200, [], "2026-11-22T09:30:00Z")
    assert edge.asked == ["GET /base/v1/orders/7?x=a%20b"]


def test_drift_is_told_and_its_history_kept(checked: Program, edge: Edge) -> None:
    right = edge.headers
    checked.send("POST", "/apis/orders/check", 200)
    edge.headers = [("Deprecation", "true"), *right[1:], ("Sunset", "next year")]
    assert kinds(checked.send("POST", "/apis/orders/check", 200)) == ["malformed", "duplicate"]
    checked.send("POST", "/apis/orders/check", 200)
    edge.headers = []
    assert kinds(checked.send("POST", "/apis/orders/check", 200)) == [
        "missing",
        "missing",
        *["missing-link"] * 2,
    ]
    number = checked.get("/apis/orders/probes")["items"][0]["id"]
    told = checked.get(f"/probes/{number}/results")
    assert [len(one["drifts"]) for one in told["items"]] == [4, 2, 0]


def test_a_redirect_is_judged_and_not_followed(checked: Program, edge: Edge) -> None:
    edge.status = 302
    edge.headers = [*edge.headers, ("Location", "http://169.254.169.254/")]
    assert kinds(checked.send("POST", "/apis/orders/check", 200)) == []
    assert len(edge.asked) == 1


def test_an_edge_that_does_not_answer_is_drift_too(checked: Program, edge: Edge) -> None:
    checked.send("PUT", "/apis/orders/edge", 200, {"base_url": "http://127.0.0.1:9"})
    assert kinds(checked.send("POST", "/apis/orders/check", 200)) == ["unreachable"]


def test_private_addresses_are_refused_by_default(checked: Program, edge: Edge, runtime: Runtime) -> None:
    careful = replace(runtime, settings=Settings(data_dir=runtime.settings.data_dir))
    assert check_due(careful, lambda: False) == 1
    (one,) = checked.get("/apis/orders/probes")["items"]
    assert "is no public address" in one["drifts"][0]["text"]
    assert edge.asked == []


def test_the_scheduler_asks_every_hour_and_each_once(checked: Program, edge: Edge, runtime: Runtime) -> None:
    assert check_due(runtime, lambda: False) == 1
    assert check_due(runtime, lambda: False) == 0
    later = replace(runtime, clock=lambda: NOW + timedelta(hours=1))
    assert check_due(later, lambda: False) == 1
    assert len(edge.asked) == 2
    (one,) = checked.get("/apis/orders/probes")["items"]
    assert one["last_at"] == "2026-11-22T10:30:00Z"


@pytest.mark.parametrize(
    "asked",
    [
        {"path": "v1"},
        {"path": "//evil.example.com/"},
        {"path": "/v1/orders/{id}"},
        {"path": "/v1/orders/7", "method": "DELETE"},
        {"path": "/\u0007"},
        {"path": "/" + "ü" * 500},
    ],
)
def test_what_cannot_be_asked_is_refused(known: Program, asked: dict[str, str]) -> None:
    known.send("POST", "/apis/orders/probes", 422, asked)


def test_a_probe_is_added_once_and_removed(known: Program) -> None:
    known.send("POST", "/apis/orders/check", 422)
    made = known.send("POST", "/apis/orders/probes", 201, {"path": "/v1/orders/7"})
    known.send("POST", "/apis/orders/probes", 422, {"path": "/v1/orders/7"})
    assert "has no base address" in known.send("POST", "/apis/orders/check", 422)["detail"]
    known.send("DELETE", f"/apis/orders/probes/{made['id']}", 204)
    known.send("DELETE", f"/apis/orders/probes/{made['id']}", 404)
    known.get(f"/probes/{made['id']}/results", 404)


@pytest.mark.parametrize("base", ["ftp://x", "https://api.example.com/?a=", "nowhere"])
def test_a_base_that_is_none_is_refused(known: Program, base: str) -> None:
    known.send("PUT", "/apis/orders/edge", 422, {"base_url": base})
