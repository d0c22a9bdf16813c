"""The ASGI middleware: around a service that speaks the protocol, and in a real server over loopback."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from deprecations.middleware.asgi import DeprecationHeaders, Message
from deprecations.signature import signature
from tests.support.edges import ask
from tests.support.patience import eventually

RULE: dict[str, Any] = {
    "methods": ["GET", "HEAD"],
    "template": "/v1/orders/{id}",
    "unless": ["^/v1/orders/search/?$"],
    "deprecation": 1688169599,
    "sunset": 1909094399,
    "links": [
        {"rel": "deprecation", "href": "https://docs.example.com/orders"},
        {"rel": "successor-version", "template": "/v2/orders/{id}"},
    ],
}
RULES = {"version": 1, "rules": [RULE]}
GUIDE = '<https://docs.example.com/orders>; rel="deprecation"'
OWN_LINK = '</v1/orders?page=2>; rel="next"'


async def orders(scope: Any, receive: Any, send: Any) -> None:
    """Answer with headers of its own; 404 where `missing` is in the path, a failure where `broken` is."""
    if "broken" in scope["path"]:
        raise ZeroDivisionError
    headers = [(b"Sunset", b"next year"), (b"deprecation", b"true"), (b"link", OWN_LINK.encode())]
    status = 404 if "missing" in scope["path"] else 200
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"it"})


def asked(middleware: Any, path: str, method: str = "GET", **scope: Any) -> list[Message]:
    """Drive one request through the protocol; answers the messages that reach the server."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    given = {"type": "http", "method": method, "path": path, "headers": [], **scope}
    asyncio.run(middleware(given, receive, send))
    return sent


def headers(middleware: Any, path: str, method: str = "GET", **scope: Any) -> list[tuple[str, str]]:
    (start, _body) = asked(middleware, path, method, **scope)
    return [(name.decode(), value.decode()) for name, value in start["headers"]]


def fixed() -> DeprecationHeaders:
    return DeprecationHeaders(orders, rules=RULES)


def test_a_reply_carries_the_rules_headers_and_keeps_its_own_links() -> None:
    assert headers(fixed(), "/v1/orders/7") == [
        ("link", OWN_LINK),
        ("deprecation", "@1688169599"),
        ("sunset", "Sun, 30 Jun 2030 23:59:59 GMT"),
        ("link", GUIDE),
        ("link", '</v2/orders/7>; rel="successor-version"'),
        ("access-control-expose-headers", "Deprecation, Sunset, Link"),
    ]


@pytest.mark.parametrize(("path", "method"), [("/v1/orders/missing", "GET"), ("/v1/orders/7/", "HEAD")])
def test_errors_and_head_carry_them_too(path: str, method: str) -> None:
    assert ("deprecation", "@1688169599") in headers(fixed(), path, method)


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/v1/orders/7"), ("GET", "/v1/orders/search"), ("GET", "/v2/orders/7")]
)
def test_other_requests_are_left_alone(method: str, path: str) -> None:
    assert headers(fixed(), path, method)[1] == ("deprecation", "true")


def test_a_failure_of_the_service_stays_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        asked(fixed(), "/v1/orders/broken")


def test_a_reply_without_headers_gets_them() -> None:
    async def bare(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204})

    (start,) = asked(DeprecationHeaders(bare, rules=RULES), "/v1/orders/7")
    assert (b"deprecation", b"@1688169599") in start["headers"]


def test_what_is_no_request_passes_untouched() -> None:
    seen: list[Any] = []

    async def service(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    scope, receive, send = {"type": "lifespan"}, object(), object()
    asyncio.run(DeprecationHeaders(service, url="http://127.0.0.1:9")(scope, receive, send))  # type: ignore[arg-type]  # never called
    assert seen == [(scope, receive, send)]


@pytest.mark.parametrize(
    ("path", "scope", "successor"),
    [
        ("/v1/orders/a/b", {"raw_path": b"/v1/orders/a%2Fb"}, "a%2Fb"),
        ("/v1/orders/a%b", {}, "a%25b"),
        ("/v1/orders/ü", {"raw_path": b"/v1/orders/%C3%BC?x=1"}, "%C3%BC"),
        ("/v1/orders/x\r\na: b", {"raw_path": b"/v1/orders/x%0D%0Aa:%20b"}, "x%0D%0Aa%3A%20b"),
        ("/v1/orders/7", {"raw_path": b"/rewritten/before"}, "7"),
        ("/orders/7", {"root_path": "/v1"}, "7"),
        ("/orders/a/b", {"root_path": "/v1", "raw_path": b"/orders/a%2Fb"}, "a%2Fb"),
        ("/v1/orders/7", {"root_path": "/v1", "raw_path": b"/v1/orders/7"}, "7"),
    ],
)
def test_a_path_is_read_as_the_client_wrote_it(path: str, scope: dict[str, Any], successor: str) -> None:
    found = headers(fixed(), path, **scope)
    assert found[-2] == ("link", f'</v2/orders/{successor}>; rel="successor-version"')


def test_an_address_that_is_no_web_address_is_refused() -> None:
    with pytest.raises(ValueError, match="is no http or https address"):
        DeprecationHeaders(orders, url="file:///etc/passwd")


class Rules:
    """What the rule server answers, and what it was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, json.dumps(RULES).encode()
        self.asked: list[dict[str, str]] = []
        self.url = self.signed = ""


@pytest.fixture
def rules() -> Iterator[Rules]:
    state = Rules()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(dict(self.headers))
            same = self.headers.get("If-None-Match") == '"1"' and state.status == 200
            self.send_response(304 if same else state.status)
            self.send_header("ETag", '"1"')
            self.send_header("Sundial-Signature", state.signed)
            self.send_header("Content-Length", "0" if same else str(len(state.body)))
            self.end_headers()
            self.wfile.write(b"" if same else state.body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/rules"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def test_rules_come_in_the_background_with_the_first_request(rules: Rules) -> None:
    middleware = DeprecationHeaders(orders, url=rules.url, token="sdl_token", interval=3600)
    assert rules.asked == []
    asked(middleware, "/v1/orders/7")
    assert middleware.loaded.wait(20)
    assert ("deprecation", "@1688169599") in headers(middleware, "/v1/orders/7")
    assert rules.asked[0]["Authorization"] == "Bearer sdl_token"
    assert len(rules.asked) == 1
    assert not middleware.refresh()
    assert rules.asked[1]["If-None-Match"] == '"1"'
    middleware.close()


@pytest.mark.parametrize(("status", "body"), [(500, b"oops"), (200, b"<html>"), (200, b'{"rules": 7}')])
def test_the_last_good_copy_stays_whatever_comes(
    rules: Rules, caplog: pytest.LogCaptureFixture, status: int, body: bytes
) -> None:
    middleware = DeprecationHeaders(orders, rules=RULES, url=rules.url)
    rules.status, rules.body = status, body
    with caplog.at_level(logging.WARNING, "sundial.middleware"):
        assert not middleware.refresh()
    assert "those in force stay" in caplog.text
    assert ("deprecation", "@1688169599") in headers(middleware, "/v1/orders/7")
    middleware.close()


def test_only_rules_that_are_signed_with_our_secret_come_into_force(rules: Rules) -> None:
    middleware = DeprecationHeaders(orders, url=rules.url, secret="sundial_rules_1")
    rules.signed = signature(rules.body, "sundial_rules_2")
    assert not middleware.refresh()
    rules.signed = signature(rules.body, "sundial_rules_1")
    assert middleware.refresh()


def test_a_service_answers_while_nobody_gives_it_rules() -> None:
    middleware = DeprecationHeaders(orders, url="http://127.0.0.1:9/rules", interval=3600)
    assert headers(middleware, "/v1/orders/7")[1] == ("deprecation", "true")
    middleware.close()


def test_a_service_answers_where_no_thread_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    middleware = DeprecationHeaders(orders, url="http://127.0.0.1:9/rules")
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert headers(middleware, "/v1/orders/7")[1] == ("deprecation", "true")


def test_a_real_server_sends_them(rules: Rules) -> None:
    pytest.importorskip("uvicorn", reason="uvicorn, a real ASGI server, is not installed")
    middleware = DeprecationHeaders(orders, url=rules.url, interval=3600)
    with _served(middleware) as port:
        first = ask(port, "GET", "/v1/orders/7")
        assert first.status == 200
        assert middleware.loaded.wait(20)
        reply = ask(port, "GET", "/v1/orders/a%2Fb?x=1")
        assert reply.headers["deprecation"] == ["@1688169599"]
        assert reply.headers["sunset"] == ["Sun, 30 Jun 2030 23:59:59 GMT"]
        assert reply.values("link") == [OWN_LINK, GUIDE, '</v2/orders/a%2Fb>; rel="successor-version"']
        assert ask(port, "GET", "/v1/orders/missing").headers["deprecation"] == ["@1688169599"]
        assert ask(port, "GET", "/v1/orders/search").headers["deprecation"] == ["true"]
    middleware.close()


@contextmanager
def _served(app: Any) -> Iterator[int]:
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
