"""A gateway's configuration from a program's side."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from deprecations.exporters.edges import EDGES
from deprecations.signature import signature
from interfaces.api.document import document
from tests.support.programs import Program

PLAN = {
    "api": "orders",
    "operation": "GET /v1/orders/{id}",
    "deprecated_on": "2026-12-01",
    "sunset_on": "2027-06-30",
    "zone": "UTC",
    "reason": "The second version answers amounts with their currency.",
    "replacement": "GET /v2/orders/{id}",
    "documentation": "https://docs.example.com/orders/v2",
    "announce": True,
}


def test_the_document_names_every_edge() -> None:
    assert document()["components"]["schemas"]["EdgeName"]["enum"] == list(EDGES)


def test_an_edges_files_hold_the_announced_dates(known: Program) -> None:
    known.send("POST", "/deprecations", 201, PLAN)
    told = known.get("/edge/haproxy?api=orders")
    files = {file["name"]: file["text"] for file in told["files"]}
    assert "Wed, 30 Jun 2027 23:59:59 GMT" in files["sundial-sunset.map"]
    assert "@1796083200" in files["sundial-deprecation.map"]
    assert told["tried_on"] == "HAProxy 2.6.12"


def test_an_api_without_endings_has_files_too(known: Program) -> None:
    told = known.get("/edge/nginx?api=orders")
    assert [file["name"] for file in told["files"]] == [
        "sundial-http.conf",
        "sundial-server.conf",
        "sundial-headers.conf",
    ]


@pytest.mark.parametrize(
    ("address", "status"),
    [("/edge/iis?api=orders", 422), ("/edge/nginx", 422), ("/edge/nginx?api=nobody", 404)],
)
def test_what_cannot_be_exported_is_refused(known: Program, address: str, status: int) -> None:
    known.call("GET", address, status)


def test_an_apis_replies_go_without_links_when_it_says_so(known: Program) -> None:
    known.send("POST", "/deprecations", 201, PLAN)
    assert known.get("/apis/orders/edge") == {
        "links": True,
        "policy_link": "",
        "tombstones": True,
        "base_url": "",
    }
    policy = "https://docs.example.com/policy"
    changed = known.send("PUT", "/apis/orders/edge", 200, {"policy_link": policy})
    assert changed == {"links": True, "policy_link": policy, "tombstones": True, "base_url": ""}
    fields = known.get("/headers", method="GET", path="/v1/orders/7")["fields"]
    assert f'<{policy}>; rel="sunset"' in fields["Link"]
    known.send("PUT", "/apis/orders/edge", 200, {"links": False})
    assert "Link" not in known.get("/headers", method="GET", path="/v1/orders/7")["fields"]
    audit = known.get("/audit")["items"][0]
    assert (audit["action"], audit["detail"]) == (
        "edge settings changed",
        "no links, tombstones, policy nowhere",
    )


@pytest.mark.parametrize("change", [{"policy_link": "ftp://x"}, {"links": 1}, {"sunset": "tomorrow"}])
def test_terms_that_make_no_sense_are_refused(known: Program, change: dict[str, Any]) -> None:
    known.send("PUT", "/apis/orders/edge", 422, change)


def test_the_rules_are_signed_over_the_bytes_that_are_sent(known: Program) -> None:
    secret = known.get("/rules/secret")
    answer = known.call("GET", "/rules")
    assert answer.headers[secret["header"]] == signature(answer.data, secret["secret"])
    openssl = ["openssl", "dgst", "-sha256", "-hmac", secret["secret"]]
    said = subprocess.run(openssl, input=answer.data, capture_output=True, check=True).stdout.decode()
    assert answer.headers["Sundial-Signature"] == f"v1={said.split()[-1]}"


def test_a_token_that_only_reads_is_not_told_the_secret(
    known: Program, program: Callable[..., Program]
) -> None:
    program("read").get("/rules/secret", 403)
