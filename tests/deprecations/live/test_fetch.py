"""Asking an address so that it can't be turned against this network."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from deprecations.live import fetch
from deprecations.live.fetch import Unreachable, head

Listen = Callable[[bytes], int]
OK = (
    b"HTTP/1.1 200 OK\r\nDeprecation: @1796083200\r\nSunset: a\r\nsunset: b\r\nContent-Length: 5\r\n\r\nhello"
)


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Answer one connection with these bytes, then stay silent; answers the port."""
    with ExitStack() as stack:
        yield lambda said: stack.enter_context(_listening(said))


@contextmanager
def _listening(said: bytes) -> Iterator[int]:
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _from = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(said)
            over.wait(30)

    thread = threading.Thread(target=serve)
    thread.start()
    yield server.getsockname()[1]
    over.set()
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def ask(port: int, seconds: float = 20, **options: Any) -> fetch.Head:
    return head(
        "GET",
        f"http://127.0.0.1:{port}/v1/orders/7?x=1",
        seconds=seconds,
        **{"allow_private": True} | options,
    )


def test_the_head_of_a_reply_is_read(listen: Listen) -> None:
    found = ask(listen(OK))
    assert found.status == 200
    assert ("Deprecation", "@1796083200") in found.headers
    assert [value for name, value in found.headers if name.lower() == "sunset"] == ["a", "b"]


def test_a_redirect_is_a_reply_and_not_followed(listen: Listen) -> None:
    found = ask(listen(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"))
    assert found.status == 302


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", marks=pytest.mark.slow),  # until the answer is given up
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200,
        b"HTTP/1.1 200 OK\r\na: " + b"x" * 70_000,
    ],
)
def test_what_is_no_reply_or_too_much_is_an_error(listen: Listen, said: bytes) -> None:
    with pytest.raises(Unreachable):
        ask(listen(said), seconds=2)


def test_silence_ends_with_the_time(listen: Listen) -> None:
    with pytest.raises(Unreachable):
        ask(listen(b"HTTP/1.1 200 OK\r\n"), seconds=0.2)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://x/", "http://", "http://127.0.0.1:99999/", "gopher://x", "http://[::1/"],
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises((Unreachable, ValueError)):
        head("GET", address, seconds=1, allow_private=True)


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1",
        "10.0.0.7",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_a_private_address_is_refused_unless_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    asked = _resolving_to(monkeypatch, "93.184.216.34", place)
    with pytest.raises(Unreachable, match="is no public address"):
        head("GET", "http://api.example.com/", seconds=1, allow_private=False)
    assert asked == ["api.example.com"]


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, listen: Listen
) -> None:
    port = listen(OK)
    asked = _resolving_to(monkeypatch, "127.0.0.1")
    found = head("GET", f"http://api.example.com:{port}/", seconds=20, allow_private=True)
    assert (found.status, asked) == (200, ["api.example.com"])


def _resolving_to(monkeypatch: pytest.MonkeyPatch, *places: str) -> list[str]:
    """Let a name stand for some addresses; answers the names that were asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *args: Any, **options: Any) -> Any:
        if host in places:
            return real(host, port, *args, **options)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in places]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked
