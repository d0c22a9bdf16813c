"""What an unknown call may have been: an operation behind a gateway, or in another spelling."""

import pytest

from consumers.lookalikes import Likeness, Likenesses
from consumers.redaction import redact_path

_NUMBERED = "/2010-04-01/Accounts/{Sid}/Calls.json"


@pytest.mark.parametrize(
    ("operation", "call", "likeness"),
    [
        ("GET /v1/orders/{id}", "GET /v1/orders/7", Likeness.SPELLING),
        ("GET /v1/orders/{id}", "GET //v1//orders/7", Likeness.SPELLING),
        ("GET /v1/orders/{id}", "GET /v1/Orders/7", Likeness.SPELLING),
        ("GET /v1/orders/{id}", "GET /v1/orders%2F7", Likeness.SPELLING),
        ("GET /v1/orders/{id}", "GET /V1/ORDERS/7", Likeness.SPELLING),
        ("GET /v1/orders/{id}", "HEAD //v1/orders/7", Likeness.SPELLING),
        ("GET /v1/orders/{id}", "GET /orders/7", Likeness.PREFIX),
        ("GET /v1/orders/{id}", "GET /v2/orders/7", Likeness.PREFIX),
        ("GET /v1/orders/{id}", "GET /edge/shop/v1/orders/7", Likeness.PREFIX),
        ("GET /shop/orders/{id}", "GET /orders/7", Likeness.PREFIX),
        (f"GET {_NUMBERED}", "GET /2010-04-01/accounts/AC12/calls.json", Likeness.SPELLING),
        ("DELETE /v1/orders/{id}", "POST /v1/orders/7", Likeness.METHOD),
        ("DELETE /v1/orders/{id}", "GET /v1/orders/7", None),
        ("GET /v1/orders/{id}", "GET /v1/orders", None),
        ("GET /v1/orders/{id}", "GET /v1/customers/7", None),
        ("GET /v1/orders/{id}", "GET /v1/orders/7/lines", None),
        ("GET /v1/orders/{id}", "GET /a/b/c/d/e/f/orders/7", None),
        ("GET /{tenant}/{id}", "GET /a/b/c", None),
        ("GET /v1", "GET /v2", None),
    ],
)
def test_a_call_looks_like_an_operation(operation: str, call: str, likeness: Likeness | None) -> None:
    method, template = operation.split()
    called, path = call.split()
    known = Likenesses(method, [template])
    assert known.of(called, path) == likeness
    assert known.of(called, redact_path(path)) == likeness  # as unknown traffic is kept
