"""The WSGI middleware in a real Flask service, asked over loopback."""

import http.client
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask, Response, abort
from werkzeug.serving import WSGIRequestHandler, make_server

from deprecations.middleware.wsgi import DeprecationHeaders
from deprecations.signature import signature

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
Serve = Callable[[Any], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve WSGI applications on loopback; answers their ports."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(_served(app))


class _Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _served(app: Any) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def orders_service() -> Flask:
    app = Flask("orders")

    @app.get("/v1/orders/<path:order_id>")
    def get_order(order_id: str) -> Response:
        if order_id == "missing":
            abort(404)
        if order_id == "broken":
            raise ZeroDivisionError
        response = Response(order_id)
        response.headers["Sunset"] = "next year, perhaps"
        response.headers["deprecation"] = "true"
        response.headers["Link"] = '</v1/orders?page=2>; rel="next"'
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        return response

    @app.delete("/v1/orders/<order_id>")
    def delete_order(order_id: str) -> Response:
        return Response(status=204)

    app.logger.disabled = True
    return app


def ask(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, list[str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path)
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    found: dict[str, list[str]] = {}
    for name, value in reply.getheaders():
        found.setdefault(name.lower(), []).append(value)
    return reply.status, found, body


def wrapped(**options: Any) -> Flask:
    app = orders_service()
    app.wsgi_app = DeprecationHeaders(app.wsgi_app, **options)  # type: ignore[method-assign]
    return app


def test_a_reply_carries_the_rules_headers_and_keeps_its_own_links(serve: Serve) -> None:
    status, headers, body = ask(serve(wrapped(rules=RULES)), "/v1/orders/7?expand=items")
    assert (status, body) == (200, b"7")
    assert headers["deprecation"] == ["@1688169599"]
    assert headers["sunset"] == ["Sun, 30 Jun 2030 23:59:59 GMT"]
    assert headers["link"] == [
        '</v1/orders?page=2>; rel="next"',
        '<https://docs.example.com/orders>; rel="deprecation"',
        '</v2/orders/7>; rel="successor-version"',
    ]


def test_browsers_may_read_them_beside_what_the_service_allows(serve: Serve) -> None:
    port = serve(wrapped(rules=RULES))
    assert ask(port, "/v1/orders/7")[1]["access-control-expose-headers"] == [
        "ETag",
        "Deprecation, Sunset, Link",
    ]
    assert ask(port, "/v1/orders/search")[1]["access-control-expose-headers"] == ["ETag"]


@pytest.mark.parametrize(("path", "status"), [("/v1/orders/missing", 404), ("/v1/orders/broken", 500)])
def test_error_replies_carry_them_too(serve: Serve, path: str, status: int) -> None:
    answered, headers, _ = ask(serve(wrapped(rules=RULES)), path)
    assert answered == status
    assert headers["deprecation"] == ["@1688169599"]
    assert headers["sunset"] == ["Sun, 30 Jun 2030 23:59:59 GMT"]


def test_head_follows_get(serve: Serve) -> None:
    _, headers, _ = ask(serve(wrapped(rules=RULES)), "/v1/orders/7", "HEAD")
    assert headers["deprecation"] == ["@1688169599"]


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/v1/orders/7"), ("GET", "/v1/orders/search"), ("GET", "/v2/orders/7")]
)
def test_other_requests_are_left_alone(serve: Serve, method: str, path: str) -> None:
    _, headers, _ = ask(serve(wrapped(rules=RULES)), path, method)
    assert "@1688169599" not in headers.get("deprecation", [])


def test_an_encoded_slash_stays_within_its_segment(serve: Serve) -> None:
    port = serve(wrapped(rules=RULES))
    _, headers, body = ask(port, "/v1/orders/a%2Fb%20c")
    assert body == b"a/b c"
    assert headers["link"][-1] == '</v2/orders/a%2Fb%20c>; rel="successor-version"'
    _, headers, _ = ask(port, "/v1/orders/a/b")
    assert headers["deprecation"] == ["true"]


def test_a_line_break_in_a_path_stays_out_of_the_headers(serve: Serve) -> None:
    _, headers, _ = ask(serve(wrapped(rules=RULES)), "/v1/orders/x%0D%0ASet-Cookie:%20a=b")
    assert "set-cookie" not in headers
    assert headers["link"][-1] == '</v2/orders/x%0D%0ASet-Cookie%3A%20a%3Db>; rel="successor-version"'


def test_a_service_below_a_prefix_is_matched_by_its_whole_path() -> None:
    got: list[Any] = []
    app = DeprecationHeaders(lambda _environ, start: start("200 OK", []) or [], rules=RULES)
    environ = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "/v1", "PATH_INFO": "/orders/7"}
    app(environ, lambda _status, headers, *_: got.extend(headers))
    assert ("Deprecation", "@1688169599") in got


class Rules:
    """What the rule server answers, and what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.etag = 200, json.dumps(RULES).encode(), '"1"'
        self.asked: list[dict[str, str]] = []
        self.url = self.signed = ""


@pytest.fixture
def rules() -> Iterator[Rules]:
    state = Rules()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(dict(self.headers))
            same = state.status == 200 and self.headers.get("If-None-Match") == state.etag
            self.send_response(304 if same else state.status)
            self.send_header("ETag", state.etag)
            self.send_header("Sundial-Signature", state.signed)
            self.send_header("Content-Length", "0" if same else str(len(state.body)))
            self.end_headers()
            if not same:
                self.wfile.write(state.body)

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


def poller(rules: Rules, **options: Any) -> DeprecationHeaders:
    return DeprecationHeaders(orders_service().wsgi_app, url=rules.url, **options)


def headers_by(middleware: DeprecationHeaders) -> list[tuple[str, str]]:
    return middleware._feed.table().headers("GET", "/v1/orders/7")


def test_rules_come_in_the_background_with_the_first_request(serve: Serve, rules: Rules) -> None:
    middleware = poller(rules, token="sdl_token", interval=3600)
    port = serve(middleware)
    assert rules.asked == []
    assert ask(port, "/v1/orders/7")[0] == 200
    assert middleware.loaded.wait(20)
    assert ask(port, "/v1/orders/7")[1]["deprecation"] == ["@1688169599"]
    assert rules.asked[0]["Authorization"] == "Bearer sdl_token"
    assert len(rules.asked) == 1
    middleware.close()


def test_the_same_rules_are_not_sent_again(rules: Rules) -> None:
    middleware = poller(rules)
    assert middleware.refresh()
    assert not middleware.refresh()
    assert rules.asked[1]["If-None-Match"] == '"1"'
    rules.etag, rules.body = '"2"', json.dumps({"rules": []}).encode()
    assert middleware.refresh()
    assert headers_by(middleware) == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"oops"),
        (401, b"who are you"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"rules": [{}]}'),
        (200, b'{"rules": 7}'),
        (200, b"[" * 100_000),
        (200, json.dumps({"rules": [RULE | {"unless": ["("]}]}).encode()),
        (200, json.dumps({"rules": [RULE | {"sunset": 10**30}]}).encode()),
        (200, json.dumps({"rules": [RULE | {"links": [{"rel": "x", "href": "a\r\nb: c"}]}]}).encode()),
    ],
)
def test_the_last_good_copy_stays_whatever_comes(
    rules: Rules, caplog: pytest.LogCaptureFixture, status: int, body: bytes
) -> None:
    middleware = poller(rules)
    assert middleware.refresh()
    rules.status, rules.body, rules.etag = status, body, '"2"'
    with caplog.at_level(logging.WARNING, "sundial.middleware"):
        assert not middleware.refresh()
    assert headers_by(middleware)[0] == ("Deprecation", "@1688169599")
    assert "those in force stay" in caplog.text


def test_only_rules_that_are_signed_with_our_secret_come_into_force(
    rules: Rules, caplog: pytest.LogCaptureFixture
) -> None:
    middleware = poller(rules, secret="sundial_rules_1")
    for signed in ("", "v1=", "v1=ü", signature(rules.body, "sundial_rules_2")):
        rules.signed = signed
        assert not middleware.refresh()
    assert headers_by(middleware) == []
    assert "not signed with our secret" in caplog.text
    rules.signed = signature(rules.body, "sundial_rules_1")
    assert middleware.refresh()
    rules.body, rules.etag = rules.body.replace(b"1909094399", b"1909094398"), '"2"'
    assert not middleware.refresh()
    assert headers_by(middleware)[1] == ("Sunset", "Sun, 30 Jun 2030 23:59:59 GMT")


def test_a_service_answers_while_nobody_gives_it_rules(serve: Serve, rules: Rules) -> None:
    middleware = DeprecationHeaders(orders_service().wsgi_app, url="http://127.0.0.1:9/rules", interval=3600)
    status, headers, _ = ask(serve(middleware), "/v1/orders/7")
    assert (status, headers["deprecation"]) == (200, ["true"])
    middleware.close()


def test_an_address_that_is_no_web_address_is_refused() -> None:
    with pytest.raises(ValueError, match="is no http or https address"):
        DeprecationHeaders(orders_service().wsgi_app, url="file:///etc/passwd")
