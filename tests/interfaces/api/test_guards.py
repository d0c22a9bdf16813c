"""Nothing answers without a token, nor with one that may not."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from access import tokens
from access.tokens import Scope
from interfaces.api import ROUTES
from interfaces.runtime import Runtime
from tests.support.programs import NOW, Program

pytestmark = pytest.mark.slow  # every route, asked in turn

_LESSER = {
    Scope.READ: ("publish", "usage"),
    Scope.PUBLISH: ("read", "usage"),
    Scope.USAGE: ("read", "publish"),
    Scope.MANAGE: ("read", "publish", "usage"),
}
_ADDRESSES = [(route, re.sub(r"<[^>]+>", "1", route.path)) for route in ROUTES]


def test_every_route_refuses_who_shows_no_token(
    program: Callable[..., Program], rows: Callable[[], dict[str, int]]
) -> None:
    stranger, before = program(), rows()
    for route, path in _ADDRESSES:
        answer = stranger.call(route.method, path, 401)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="sundial"'
    assert rows() == before


def test_every_route_refuses_a_token_that_lacks_its_scope(
    program: Callable[..., Program], rows: Callable[[], dict[str, int]]
) -> None:
    lesser = {scope: program(*scopes) for scope, scopes in _LESSER.items()}
    before = rows()
    for route, path in _ADDRESSES:
        refused = lesser[route.scope].call(route.method, path, 403).get_json()
        assert refused["detail"].endswith(f"this needs {route.scope}.")
    assert rows() == before


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE"])
def test_no_other_method_answers(web: Flask, method: str) -> None:
    for _route, path in _ADDRESSES:
        answer = web.test_client().open(f"/api/v1{path}", method=method)
        assert answer.status_code == 405
        assert answer.mimetype == "application/problem+json"


def test_a_revoked_token_is_refused(runtime: Runtime, web: Flask) -> None:
    with runtime.database.transaction() as session:
        token, secret = tokens.issue(session, name="old", scopes=["read"], by="a test", now=NOW)
        tokens.revoke(session, token.id, NOW)
    Program(web, secret).get("/apis", 401)


def test_an_address_that_is_none_gets_a_problem(web: Flask) -> None:
    answer = web.test_client().get("/api/v1/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
