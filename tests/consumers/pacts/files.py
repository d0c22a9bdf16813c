"""Pact files, as each version of the specification writes them."""

import json
from typing import Any

ORDER = {"id": 42, "status": "OPEN", "lines": [{"sku": "A-1", "qty": 2}], "labels": {"gift": "yes"}}
RULES = {
    "$.status": {"combine": "AND", "matchers": [{"match": "regex", "regex": "OPEN|PAID"}]},
    "$.lines": {"combine": "AND", "matchers": [{"match": "type", "min": 1}]},
    "$.labels": {"combine": "AND", "matchers": [{"match": "values"}]},
}


def pact(*interactions: dict[str, Any], version: str = "3.0.0", **parts: Any) -> bytes:
    """Return a Pact file of the checkout with the orders API."""
    tree = {
        "consumer": {"name": "checkout-web"},
        "provider": {"name": "orders-api"},
        "interactions": list(interactions or [read_order()]),
        "metadata": {"pactSpecification": {"version": version}},
    }
    return json.dumps(tree | parts).encode()


def read_order(**parts: Any) -> dict[str, Any]:
    """Return the interaction that reads one order, as version 3 writes it."""
    told: dict[str, Any] = {
        "description": "read one open order",
        "request": {"method": "GET", "path": "/v1/orders/42", "query": {"expand": ["lines"]}},
        "response": {
            "status": 200,
            "headers": {"ETag": '"7f3a"', "Content-Type": "application/json; charset=utf-8"},
            "body": ORDER,
            "matchingRules": {"body": RULES},
        },
    }
    return told | parts


def make_order(body: Any = None, **request: Any) -> dict[str, Any]:
    """Return the interaction that makes an order."""
    asked = {"method": "post", "path": "/v1/orders", "headers": {"X-Trace": "secret-value"}, "body": body}
    return {"description": "make an order", "request": asked | request, "response": {"status": 201}}
