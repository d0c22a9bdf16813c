"""A system on loopback that messages are posted to: it keeps what it is sent, and fails as it is told."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What it keeps, and how it answers: a status, or a way to fail."""

    port: int = 0
    kept: list[Received] = field(default_factory=list)
    way: str = "200"
    said: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        """Return an address of it."""
        return f"http://{host}:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Received(self.path, headers, body)
        _WAYS.get(self.receiver.way, _Handler.answer)(self, asked)

    def answer(self, asked: Received) -> None:
        self.keep(asked)
        self.send_response(int(self.receiver.way))
        for name, value in self.receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.receiver.said)))
        self.end_headers()
        self.wfile.write(self.receiver.said)

    def keep(self, asked: Received) -> None:
        self.receiver.kept.append(asked)

    def stall(self, _asked: Received) -> None:
        self.receiver.over.wait(30)

    def dribble(self, _asked: Received) -> None:
        for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"." * 1000:
            try:
                self.wfile.write(bytes([sign]))
            except OSError:
                return
            if self.receiver.over.wait(0.05):
                return

    def handle(self) -> None:
        """Leave alone whoever breaks the handshake off."""
        with suppress(ssl.SSLError, ConnectionError):
            super().handle()

    def log_message(self, *_arguments: Any) -> None:
        """Stay quiet."""


def _hang_up(_handler: _Handler, _asked: Received) -> None:
    """Say nothing: the connection is closed after each request."""


_WAYS: dict[str, Callable[[_Handler, Received], None]] = {
    "hangs up": _hang_up,
    "never answers": _Handler.stall,
    "answers a byte at a time": _Handler.dribble,
    "takes it, then hangs up": _Handler.keep,
}


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run one for as long as the block lasts, behind TLS where a context is given."""
    made = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": made}))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
