"""`python -m benchmarks.intake`: the ways in beside file reading, each against a yardstick that only decodes.

Batches over HTTP and OTLP are sent to the web application in this process, without a server: what a worker
does with each, until it is committed to SQLite. Their share is the processor time of merely decoding the same
by ours: by a handler of the same application, behind the same token; for OTLP, by the parser alone. Routing
is held against splitting the same paths. Memory is the most that `sundial ingest` holds for a log of several
blocks, and for one twice as long. `--processes` says how many `sundial ingest` count logs of their own into
one PostgreSQL at once: that tells wall time, so quiet the machine.
"""

import argparse
import gzip
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import orjson
from flask import Flask, request

from benchmarks.ingest import OPERATIONS, ROOT, SUNDIAL
from benchmarks.ingest_traffic import Call, calls, templates, write_ndjson, write_nginx
from benchmarks.measure import call, process, side_by_side
from interfaces.runtime import Runtime

NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
_BATCH = 1_000
_BATCHES = 40
_ROUTES = 3_000
_PATHS = 200_000
_SHORT, _LONG = 1_000_000, 2_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intake")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--lines", type=int, default=300_000, help="of each process's log")
    wanted = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _memory(home)  # before this process grows: a child is told to have held what its parent did
        _route(wanted.rounds)
        _over_http(home / "http", wanted.rounds)
        _over_otlp(home / "otlp", wanted.rounds)
        _together(home, wanted.processes, wanted.lines)


def _route(rounds: int) -> None:
    from consumers.routing import Router

    known = templates(_ROUTES)
    router = Router((method, path, number) for number, (method, path) in enumerate(known))
    chance = random.Random(4)
    asked = [chance.choice(known) for _ in range(_PATHS)]
    paths = [
        (method, path.replace("{id}", f"{number:x}").replace("{item}", "7"))
        for number, (method, path) in enumerate(asked)
    ]

    def match() -> None:
        for method, path in paths:
            router.match(method, path)

    def split() -> None:
        for _method, path in paths:
            path.split("/")

    found = side_by_side(call(match), call(split), rounds, busy=True)
    print(f"routing, {_ROUTES} templates: {found.ratio:.1f} times `path.split('/')`", flush=True)


def _over_http(folder: Path, rounds: int) -> None:
    lines = _events()
    bodies = [gzip.compress(b"\n".join(lines[at : at + _BATCH]), 6) for at in range(0, len(lines), _BATCH)]
    sender = _Sender(folder, "/api/v1/usage?source=edge", "application/x-ndjson")
    merely = _Sender(folder.with_name("merely"), "/decoded?source=edge", "application/x-ndjson")
    what = "HTTP, batches of 1,000, gzip"
    _tell_share(what, lambda: merely.send(bodies), lambda: sender.send(bodies), rounds, 0.4)


def _decoded() -> str:
    """Answer a batch that the token may send, when it is unpacked and decoded."""
    for line in gzip.decompress(request.get_data()).split(b"\n"):
        orjson.loads(line)
    return ""


def _over_otlp(folder: Path, rounds: int) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    traffic = list(calls(_BATCH * _BATCHES, templates(OPERATIONS)))
    bodies = [_spans(traffic[at : at + _BATCH]) for at in range(0, len(traffic), _BATCH)]
    sender = _Sender(folder, "/otlp/v1/traces?source=edge", "application/x-protobuf")

    def decode() -> None:
        for body in bodies:
            ExportTraceServiceRequest.FromString(body)

    _tell_share("OTLP protobuf, 1,000 spans each", decode, lambda: sender.send(bodies), rounds, 0.14)


def _spans(traffic: Sequence[Call]) -> bytes:
    """Return a request that tells of calls as a server's spans do, protobuf."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    for one in traffic:
        at = int(one.at.timestamp()) * 1_000_000_000
        span = spans.add(kind=2, name=one.method, start_time_unix_nano=at, end_time_unix_nano=at + 1)
        texts = {
            "http.request.method": one.method,
            "url.path": one.path,
            "server.address": "api.example.com",
            "user_agent.original": "acme-sync/2.1 (linux)",
            "client.id": one.consumer,
            "network.protocol.version": "1.1",
            "url.scheme": "https",
        }
        for name, text in texts.items():
            span.attributes.add(key=name).value.string_value = text
        span.attributes.add(key="http.response.status_code").value.int_value = one.status
    told: bytes = request.SerializeToString()
    return told


def _tell_share(
    what: str, decode: Callable[[], None], ours: Callable[[], None], rounds: int, wanted: float
) -> None:
    found = side_by_side(call(decode), call(ours), rounds, busy=True)
    rate = _BATCH * _BATCHES / found.second.seconds
    print(
        f"{what}: {rate:,.0f} calls a second, {found.ratio:.1%} of merely decoding, {wanted:.0%} wanted",
        flush=True,
    )


class _Sender:
    """A token, and an application with a database of its own; each batch has a fresh key."""

    def __init__(self, folder: Path, path: str, content_type: str) -> None:
        self._path, self._type, self._sent, self._rounds = path, content_type, 0, 0
        runtime = _prepared(f"sqlite:///{folder}.db", folder)
        self._secret = _token(runtime)
        self._client = _application(runtime).test_client()

    def send(self, bodies: Sequence[bytes]) -> None:
        """Have each body counted, by a source of this round: OTLP knows a batch by source and bytes."""
        self._rounds += 1
        for body in bodies:
            self._sent += 1
            headers = {"Authorization": f"Bearer {self._secret}", "Idempotency-Key": str(self._sent)}
            if body.startswith(b"\x1f\x8b"):
                headers["Content-Encoding"] = "gzip"
            path = f"{self._path}-{self._rounds}"
            answer = self._client.post(path, data=body, headers=headers, content_type=self._type)
            if answer.status_code != 200:
                raise SystemExit(f"{self._path}: {answer.status_code} {answer.text}")


def _memory(home: Path) -> None:
    _prepared(f"sqlite:///{home / 'memory'}/sundial.db", home / "memory")
    for number in (_SHORT, _LONG):
        write_nginx(home / "log", calls(number, templates(OPERATIONS)))
        run = process([*_ingest(home / "memory"), str(home / "log"), "--source", f"edge-{number}"], ROOT)
        print(f"`sundial ingest` of {number:,} lines holds {run().megabytes:.0f} MB at most", flush=True)


def _together(home: Path, processes: int, lines: int) -> None:
    from tests.support.postgresql import cluster

    traffic = list(calls(lines, templates(OPERATIONS)))
    write_ndjson(home / "events", traffic)
    for number in sorted({1, processes}):
        with cluster() as server:
            url = server.create("together")
            _prepared(url, home / "together")
            began = time.perf_counter()
            running = [
                subprocess.Popen(
                    [*_ingest(home / "together", url), str(home / "events"), "--source", f"edge-{one}"],
                    cwd=ROOT,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                for one in range(number)
            ]
            ended = [one.wait() for one in running]
            seconds = time.perf_counter() - began
        if any(ended):
            raise SystemExit(f"an ingest ended with {max(ended)}")
        print(f"{number} into one PostgreSQL: {number * lines / seconds:,.0f} lines a second", flush=True)


def _ingest(data: Path, url: str = "") -> list[str]:
    known = [f"SUNDIAL_DATA_DIR={data}", *([f"SUNDIAL_DATABASE_URL={url}"] if url else [])]
    return ["env", *known, str(SUNDIAL), "ingest"]


def _events() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events")
        write_ndjson(path, list(calls(_BATCH * _BATCHES, templates(OPERATIONS))))
        return path.read_bytes().splitlines()


def _prepared(url: str, folder: Path) -> Runtime:
    from interfaces.migrate import upgrade
    from interfaces.runtime import make_runtime
    from interfaces.settings import Settings
    from tests.support.factories_consumers import publish_templates

    folder.mkdir(exist_ok=True)
    runtime = make_runtime(Settings(data_dir=folder, database_url=url, examples=False), lambda: NOW)
    upgrade(url)
    with runtime.database.transaction() as session:
        publish_templates(session, "things", "1.0.0", templates(OPERATIONS))
    return runtime


def _token(runtime: Runtime) -> str:
    from access.tokens import Scope, issue

    with runtime.database.transaction() as session:
        return issue(session, name="bench", scopes={Scope.USAGE}, by="bench", now=NOW)[1]


def _application(runtime: Runtime) -> Flask:
    import logging

    from access.tokens import Scope
    from app import create_app
    from interfaces.gate import needs

    logging.disable(logging.INFO)
    application = create_app(runtime)
    application.add_url_rule("/decoded", view_func=needs(Scope.USAGE)(_decoded), methods=["POST"])
    return application


if __name__ == "__main__":
    main()
