"""`python -m benchmarks.middleware`: what the header look-up adds to a request of a Flask service.

The same service twice, in turn, called as a server calls it and without one, so that nothing hides the price:
a route with a parameter that answers a small JSON document. In front of one stands the WSGI middleware with
1,000 rules. Processor time of one process; the ratio is with by without.
"""

import argparse
import gc
import io
import os
import sys
import time
from statistics import median
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from deprecations.middleware.wsgi import DeprecationHeaders

RULES = 1_000
WANTED = 1.03
PATHS = {"a request that no rule is about": "/v1/orders/7", "a request that a rule is about": "/v1/carts/7"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.middleware")
    parser.add_argument("--requests", type=int, default=2_000, help="in each measured run")
    parser.add_argument("--rounds", type=int, default=21)
    wanted = parser.parse_args()
    print(
        f"{RULES} rules, {wanted.rounds} rounds of {wanted.requests} requests, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'job':<36}{'with':>10}{'without':>10}{'ratio':>8}{'min-max':>16}{'wanted':>10}")
    bare, wrapped = _service(), DeprecationHeaders(_service(), rules={"rules": _rules()})
    for job, path in PATHS.items():
        pairs = [
            (_microseconds(wrapped, path, wanted.requests), _microseconds(bare, path, wanted.requests))
            for _ in range(wanted.rounds + 1)
        ][1:]  # the first of each fills the caches
        ratios = [ours / theirs for ours, theirs in pairs]
        ours, theirs = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
        spread = f"{min(ratios):.3f}-{max(ratios):.3f}"
        print(
            f"{job:<36}{ours:>7.1f} us{theirs:>7.1f} us{median(ratios):>8.3f}{spread:>16}{f'<= {WANTED}':>10}"
        )


def _service() -> Any:
    app = Flask("orders")

    @app.get("/v1/<kind>/<int:number>")
    def show(kind: str, number: int) -> ResponseReturnValue:
        return jsonify(kind=kind, number=number, items=[{"sku": "a", "count": 1}] * 5)

    return app.wsgi_app


def _rules() -> list[dict[str, Any]]:
    return [_rule(number, f"/v{number % 5}/r{number}/{{id}}/parts") for number in range(RULES - 1)] + [
        _rule(RULES, "/v1/carts/{id}")
    ]


def _rule(number: int, template: str) -> dict[str, Any]:
    return {
        "id": f"orders-{number}",
        "api": "orders",
        "methods": ["GET", "HEAD"],
        "template": template,
        "unless": [],
        "deprecation": 1796083200,
        "sunset": 1814399999,
        "links": [
            {"rel": "deprecation", "href": "https://docs.example.com/v2"},
            {"rel": "successor-version", "template": "/v2/carts/{id}"},
        ],
    }


def _microseconds(app: Any, path: str, requests: int) -> float:
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "expand=items",
        "RAW_URI": f"{path}?expand=items",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_USER_AGENT": "acme-sync/2.1",
        "HTTP_ACCEPT": "application/json",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    gc.collect()
    gc.disable()
    began = time.process_time()
    for _ in range(requests):
        b"".join(app(dict(environ), _start))
    spent = time.process_time() - began
    gc.enable()
    return spent / requests * 1e6


def _start(_status: str, _headers: Any, _error: Any = None) -> None:
    """Take the head of a reply, as a server does."""


if __name__ == "__main__":
    main()
