"""A gateway's configuration from a program's side."""

import pytest

from deprecations.exporters.edges import EDGES
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
