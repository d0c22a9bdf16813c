"""A request that the document doesn't allow is refused with the place of each fault, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.programs import Program

API = {"slug": "orders", "name": "Orders"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"slug": "orders"}, 'body: "name" is a required property'),
        ({**API, "colour": "red"}, "body: Additional properties"),
        ({**API, "name": 7}, "body/name: 7 is not of type"),
        ({**API, "slug": "No Good"}, "body/slug: "),
        ({**API, "name": "n" * 201}, "body/name: "),
        ({**API, "name": "nul\0"}, "body/name: holds a character that can't be stored"),
        ({**API, "name": "half \ud800"}, "body/name: holds a character that can't be stored"),
        ({**API, "half \ud800": 1}, "body/half �: holds a character that can't be stored"),
        ([API], "body: "),
        ("orders", "body: "),
    ],
)
def test_a_body_that_breaks_its_schema_is_refused_where_it_does(
    api: Program, rows: Callable[[], dict[str, int]], body: Any, place: str
) -> None:
    before = rows()
    refused = api.send("POST", "/apis", 422, body)
    assert refused["detail"].startswith(place)
    assert rows() == before


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b'{"slug": "orders",}', b"\xff\xfe", b'{"slug": NaN}', b"[" * 100_000, b"1" * 5_000],
)
def test_a_body_that_is_no_json_is_refused(
    api: Program, rows: Callable[[], dict[str, int]], text: bytes
) -> None:
    before = rows()
    refused = api.send("POST", "/apis", 422, data=text, content_type="application/json")
    assert refused["detail"].startswith("body: is no JSON: ")
    assert len(refused["detail"]) < 500
    assert rows() == before


@pytest.mark.parametrize("depth", [21, 255, 500, 900])
def test_a_body_nested_without_end_is_refused(api: Program, depth: int) -> None:
    text = '{"slug": ' + "[" * depth + "]" * depth + "}"
    refused = api.send("POST", "/apis", 422, data=text.encode(), content_type="application/json")
    assert refused["detail"].startswith("body: is ")


@pytest.mark.parametrize("number", ["1e999", "-0", "1" * 4_000])
def test_a_number_of_any_size_is_no_fault_of_ours(api: Program, number: str) -> None:
    text = f'{{"slug": {number}, "name": "Orders"}}'
    refused = api.send("POST", "/apis", 422, data=text.encode(), content_type="application/json")
    assert refused["detail"].startswith("body/slug: ")
    assert len(refused["detail"]) < 500


@pytest.mark.parametrize("media_type", ["application/xml", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_is_refused(api: Program, media_type: str | None) -> None:
    refused = api.send("POST", "/apis", 415, data=b"slug=orders", content_type=media_type)
    assert "send application/json" in refused["detail"]


def test_a_body_of_50_mb_is_refused(api: Program, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()
    huge = b'{"slug": "orders", "name": "' + b"n" * 50_000_000 + b'"}'
    refused = api.send("POST", "/apis", 413, data=huge, content_type="application/json")
    assert "20 MB" in refused["detail"]
    assert rows() == before


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("page=0", "query/page: 0 is less than the minimum of 1"),
        ("page=two", "query/page: "),
        ("page=1.5", "query/page: "),
        ("page=99999999999999999999999", "query/page: "),
        ("page=1&page=2", "query/page: is given 2 times"),
        ("pgae=2", "query: Additional properties"),
    ],
)
def test_a_query_that_breaks_its_schema_is_refused_where_it_does(
    api: Program, query: str, place: str
) -> None:
    assert api.get(f"/apis?{query}", 422)["detail"].startswith(place)


def test_a_page_beyond_the_end_answers_the_last_one(orders: Program) -> None:
    found = orders.get("/apis", page=1_000_000)
    assert (found["page"], found["pages"], found["total"]) == (1, 1, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/comparisons/0",
        "/comparisons/99999999999",
        "/operations/2147483648",
        f"/apis/{'a' * 81}",
        f"/apis/orders/versions/{'1' * 201}",
    ],
)
def test_a_path_value_beyond_its_bounds_is_refused(api: Program, path: str) -> None:
    assert api.get(path, 422)["detail"].startswith("path/")


def test_a_path_value_that_no_database_takes_is_refused(api: Program) -> None:
    assert api.get("/apis/or%00ders", 422)["detail"].startswith("path/api: holds a character")


def test_every_fault_of_a_body_is_named_at_once(api: Program) -> None:
    detail = api.send("POST", "/apis", 422, {"slug": 1, "name": 2})["detail"]
    assert "body/slug: 1" in detail
    assert "body/name: 2" in detail
