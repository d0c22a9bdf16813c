"""A spec is data: whatever its words hold, no page makes markup of them."""

import json
from collections.abc import Callable

import pytest

from registry.publish import Published
from tests.interfaces.pages.conftest import Visitor

pytestmark = pytest.mark.slow  # every page, for each hostile text

EVIL = "<script>alert(1)</script>"
MARKS = (EVIL, "<img src=x onerror=alert(1)>", "`<b>`", "{{ 7 * 7 }}")


def hostile(version: str, **operation: object) -> str:
    words = " ".join(MARKS)
    path = f"/orders/{EVIL.replace('/', '')}"
    said = {
        "summary": words,
        "description": words,
        "operationId": EVIL,
        "responses": {"200": {"description": words}},
        **operation,
    }
    info = {"title": words, "version": version, "description": words}
    return json.dumps({"openapi": "3.0.3", "info": info, "paths": {path: {"get": said}}})


@pytest.fixture
def victim(visitor: Visitor, publish: Callable[..., Published]) -> Visitor:
    publish("orders", hostile(f"1.0 {EVIL}"), "1.0.0")
    publish("orders", hostile("2.0", parameters=[_parameter()], deprecated=True), "2.0.0")
    publish(
        "orders",
        json.dumps({"openapi": "3.0.3", "info": {"title": "x", "version": "3"}, "paths": {}}),
        "3.0.0",
    )
    return visitor


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/apis",
        "/apis/orders",
        "/apis/orders?view=operations",
        "/apis/orders/versions/1.0.0/source",
        "/operations/1",
        "/comparisons/1",
        "/comparisons/2",
        "/comparisons/2?level=breaking",
        "/deprecations/new?operation=1",
    ],
)
def test_no_page_makes_markup_of_a_specs_words(victim: Visitor, path: str) -> None:
    page = victim.get(path)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>`" not in page


def test_the_words_are_shown_all_the_same(victim: Visitor) -> None:
    assert "&lt;img src=x onerror=alert(1)&gt;" in victim.get("/operations/1")


def test_no_report_makes_markup_of_a_specs_words(victim: Visitor) -> None:
    report = victim.get("/comparisons/2/report.html")
    assert "<script>alert" not in report
    assert "<img src=x" not in report


def _parameter() -> dict[str, object]:
    return {"name": EVIL, "in": "query", "required": True, "schema": {"type": "string", "pattern": EVIL}}
