"""A Pact Broker's stand-in on loopback: the two resources that contracts are fetched from."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LIST = "/pacts/provider/orders-api/latest"
ONE = "/pacts/provider/orders-api/consumer/checkout-web/version/1.2.0"
Answers = dict[str, tuple[int, dict[str, str], bytes]]


class StandIn:
    """A Pact Broker's two resources on loopback; it notes who asked for what."""

    def __init__(self) -> None:
        self.answers: Answers = {}
        self.asked: list[tuple[str, str | None]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand_in.asked.append((self.path, self.headers.get("Authorization")))
                status, headers, body = stand_in.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: Any) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def lists(self, *addresses: str) -> None:
        """Let it list pacts at these addresses."""
        links = [{"href": one, "name": "checkout-web", "title": "a pact"} for one in addresses]
        self.answers[LIST] = (200, {}, json.dumps({"_links": {"pb:pacts": links}}).encode())

    def has(self, path: str, data: bytes, version: str = "1.2.0") -> None:
        """Let it have a pact at a path."""
        links = {"pb:consumer-version": {"name": version, "href": "x"}}
        self.answers[path] = (200, {}, json.dumps({**json.loads(data), "_links": links}).encode())


@contextmanager
def stand_in_broker() -> Iterator[StandIn]:
    """Run a stand-in for as long as the block lasts."""
    made = StandIn()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()
