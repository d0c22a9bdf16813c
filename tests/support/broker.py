"""A Pact Broker's stand-in on loopback: the resources that contracts are fetched from."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LIST = "/pacts/provider/orders-api/latest"
SELECTED = "/pacts/provider/orders-api/for-verification"
ONE = "/pacts/provider/orders-api/consumer/checkout-web/version/1.2.0"
Answers = dict[str, tuple[int, dict[str, str], bytes]]


class StandIn:
    """A Pact Broker's resources on loopback; it notes who asked for what.

    Until it is told of environments or selections, it is one that is too old to know them.
    """

    def __init__(self) -> None:
        self.answers: Answers = {}
        self.asked: list[tuple[str, str | None]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(self.path)

            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                [selector] = told["consumerVersionSelectors"]
                self._answer(f"{self.path} {json.dumps(selector)}")

            def _answer(self, wanted: str) -> None:
                stand_in.asked.append((self.path, self.headers.get("Authorization")))
                status, headers, body = stand_in.answers.get(wanted, (404, {}, b""))
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

    def selects(self, selector: dict[str, Any], *addresses: str) -> None:
        """Let it find pacts at these addresses where a selector asks for them."""
        links = [{"_links": {"self": {"href": one, "name": "a pact"}}} for one in addresses]
        body = json.dumps({"_embedded": {"pacts": links}}).encode()
        self.answers[f"{SELECTED} {json.dumps(selector)}"] = (200, {}, body)

    def knows(self, **environments: bool) -> None:
        """Let it know environments, and which of them are production."""
        named = [{"name": name, "production": production} for name, production in environments.items()]
        self.answers["/environments"] = (200, {}, json.dumps({"_embedded": {"environments": named}}).encode())

    def has(self, path: str, data: bytes, version: str = "1.2.0", branch: str = "") -> None:
        """Let it have a pact at a path, of a version that is of a branch."""
        links = {"pb:consumer-version": {"name": version, "href": f"{self.url}/versions/{version}"}}
        branches = [{"name": branch}] if branch else []
        told = json.dumps({"number": version, "_embedded": {"branchVersions": branches}}).encode()
        self.answers[f"/versions/{version}"] = (200, {}, told)
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
