"""References to addresses: refused, unless they were allowed; then fetched, and nothing beside them."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from diffing.__main__ import main
from diffing.bounds import MAX_BYTES
from diffing.errors import DiffingError, ReferenceRefused
from diffing.remote import remote_reader
from tests.diffing.test_several import TODAY

SCHEMA = (
    b"Item: {type: object, properties: {note: {type: string, maxLength: 9}}}\nOther: {$ref: 'more.yaml#/X'}\n"
)
FILES = {
    "/common/schemas.yaml": SCHEMA,
    "/common/more.yaml": b"X: {type: string}\n",
    "/common/huge.yaml": b"#" * (MAX_BYTES + 10),
    "/secret.yaml": b"Item: {}\n",
}


class Host(BaseHTTPRequestHandler):
    """Answers files; what lies below /moved/ has moved to the secret one."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        moved = self.path.startswith("/moved/")
        body = FILES.get(self.path)
        self.send_response(302 if moved else 404 if body is None else 200)
        if moved:
            self.send_header("Location", "/secret.yaml")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it so
        """Stay silent."""


@pytest.fixture
def host() -> Iterator[ThreadingHTTPServer]:
    """A host on loopback that remembers what it was asked."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def address(host: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{host.server_port}"


def spec(folder: Path, reference: str, name: str = "old.yaml") -> str:
    path = folder / name
    path.write_text(
        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    post:\n      requestBody:\n"
        f"        content: {{application/json: {{schema: {{$ref: '{reference}'}}}}}}\n"
        "      responses: {'200': {description: ok}}\n"
    )
    return str(path)


def test_a_reference_to_an_address_is_refused_by_file_and_line(
    tmp_path: Path, host: ThreadingHTTPServer, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    old = spec(tmp_path, f"{address}/common/schemas.yaml#/Item")
    assert main([old, old], today=TODAY) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "old.yaml:7:" in err
    assert "is remote, and nothing is fetched but from addresses that are allowed" in err
    assert "--allow-remote" in err
    assert host.asked == []  # type: ignore[attr-defined]


def test_what_is_allowed_is_compared_with_what_it_refers_to(
    tmp_path: Path, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    old = spec(tmp_path, f"{address}/common/schemas.yaml#/Item")
    new = spec(tmp_path, f"{address}/common/schemas.yaml#/Other", "new.yaml")
    call = [old, new, "--allow-remote", f"{address}/common/", "--fail-on", "breaking"]
    assert main(call, today=TODAY) == 1
    assert f"{address}/common/more.yaml" in capfd.readouterr().out


@pytest.mark.parametrize(
    "reference",
    [
        "/secret.yaml",
        "/common/../secret.yaml",
        "/common/%2e%2e/secret.yaml",
        "/common/%252e%252e/secret.yaml",
        "/common/..%5csecret.yaml",
        "/commonplace/schemas.yaml",
    ],
)
def test_nothing_beside_what_is_allowed_is_asked_for(
    host: ThreadingHTTPServer, address: str, reference: str
) -> None:
    with pytest.raises(ReferenceRefused, match="is remote"):
        remote_reader([f"{address}/common/"])(address + reference)
    assert host.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "other",
    ["http://127.0.0.1@{}/common/a.yaml", "http://127.0.0.1:9/common/a.yaml", "ftp://{}/common/a.yaml"],
)
def test_another_host_or_scheme_is_not_asked(address: str, other: str) -> None:
    with pytest.raises(ReferenceRefused, match="is remote"):
        remote_reader([f"{address}/common/"])(other.format(address.removeprefix("http://")))


def test_a_whole_address_allows_itself_alone(address: str) -> None:
    read = remote_reader([f"{address}/common/schemas.yaml"])
    assert read(f"{address}/common/schemas.yaml") == SCHEMA
    with pytest.raises(ReferenceRefused, match="is remote"):
        read(f"{address}/common/more.yaml")


def test_redirects_are_not_followed(host: ThreadingHTTPServer, address: str) -> None:
    with pytest.raises(
        ReferenceRefused, match="was answered with 302; refer to the address that it leads to"
    ):
        remote_reader([f"{address}/moved/"])(f"{address}/moved/a.yaml")
    assert host.asked == ["/moved/a.yaml"]  # type: ignore[attr-defined]


def test_what_is_not_there_or_nobody_serves_says_so(address: str) -> None:
    with pytest.raises(ReferenceRefused, match="was answered with 404; correct the address"):
        remote_reader([f"{address}/"])(f"{address}/gone.yaml")
    with pytest.raises(ReferenceRefused, match=r"could not be fetched \(.*refused"):
        remote_reader(["http://127.0.0.1:9/"])("http://127.0.0.1:9/a.yaml")


def test_a_file_is_read_no_further_than_a_document_may_be_long(address: str) -> None:
    assert (
        MAX_BYTES
        < len(remote_reader([f"{address}/common/"])(f"{address}/common/huge.yaml"))
        <= MAX_BYTES + 65_536
    )


@pytest.mark.parametrize(
    "allowed",
    ["https://host", "ftp://host/", "https://me@host/", "https://host/?q=1", "host/", "/", "https://h/../"],
)
def test_what_would_allow_more_than_is_meant_is_refused(allowed: str) -> None:
    with pytest.raises(DiffingError, match="allows no references; write https://host/folder/"):
        remote_reader([allowed])
