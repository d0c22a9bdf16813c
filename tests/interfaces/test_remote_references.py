"""A published document that refers to an address: only where the operator allows it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from interfaces.publishing import Upload, publish_upload
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from registry import apis
from registry.errors import BadDocument
from tests.support.row_counts import row_counts

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
SPEC = """\
openapi: 3.0.3
info: {{title: Orders, version: 1.0.0}}
paths:
  /orders:
    get: {{responses: {{'200': {{$ref: '{address}/shared.yaml#/Found'}}}}}}
"""


class Host(BaseHTTPRequestHandler):
    """Answers one shared file."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Found: {description: Found}\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it so
        """Stay silent."""


@pytest.fixture
def address() -> Iterator[str]:
    """A host on loopback."""
    with HTTPServer(("127.0.0.1", 0), Host) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def sundial(database_url: str, tmp_path: Path) -> Iterator[Callable[[str], Runtime]]:
    """A Sundial that may fetch from these addresses, with an API called orders."""
    made: list[Runtime] = []

    def start(allowed: str) -> Runtime:
        settings = Settings(data_dir=tmp_path, database_url=database_url, remote_references=allowed)
        made.append(make_runtime(settings, lambda: NOW))
        with made[0].database.transaction() as session:
            apis.register(session, slug="orders", name="Orders", now=NOW)
        return made[0]

    yield start
    made[0].database.engine.dispose()


def upload(address: str) -> Upload:
    return Upload("openapi.yaml", SPEC.format(address=address).encode(), "upload", "a test")


def rows(runtime: Runtime) -> dict[str, int]:
    with runtime.database.reading() as session:
        return row_counts(session)


def test_what_may_be_fetched_is_kept_with_the_document(
    sundial: Callable[[str], Runtime], address: str
) -> None:
    runtime = sundial(f"https://specs.example.com/, {address}/")
    published = publish_upload(runtime, "orders", upload(address))
    with runtime.database.reading() as session:
        kept = apis.document_of(session, session.merge(published.version, load=False))
    assert kept.files == {f"{address}/shared.yaml": b"Found: {description: Found}\n"}


def test_anything_else_is_refused_with_what_to_do(sundial: Callable[[str], Runtime], address: str) -> None:
    runtime = sundial("")
    before = rows(runtime)
    with pytest.raises(BadDocument, match=r"openapi\.yaml refers to http.*SUNDIAL_REMOTE_REFERENCES"):
        publish_upload(runtime, "orders", upload(address))
    assert rows(runtime) == before
