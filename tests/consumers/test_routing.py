"""From method and path to the operation that answers."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.routing import Router

TEMPLATES = [
    ("GET", "/v1/orders", 1),
    ("GET", "/v1/orders/{id}", 2),
    ("GET", "/v1/orders/search", 3),
    ("DELETE", "/v1/orders/{id}", 4),
    ("GET", "/v1/orders/{id}/items/{item}", 5),
    ("GET", "/v1/orders/search/saved", 6),
    ("GET", "/v1/Accounts/{Sid}.json", 7),
    ("GET", "/v1/Accounts/{Sid}", 8),
    ("GET", "/v1/Accounts/{Sid}.{format}.json", 9),
    ("POST", "/v1/orders/{id}:cancel", 10),
    ("HEAD", "/v1/Accounts/{Sid}", 11),
    ("GET", "/", 12),
    ("GET", "/v1/caf%C3%A9/{x}", 13),
    ("GET", "/folder/", 14),
    ("GET", "/folder", 15),
    ("OPTIONS", "/v1/orders", 16),
    ("GET", "/v1/orders/{other}", 17),
]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("GET /v1/orders", 1),
        ("GET /v1/orders/", 1),
        ("GET /v1/orders/7", 2),
        ("GET /v1/orders/7/", 2),
        ("GET /v1/orders/search", 3),
        ("DELETE /v1/orders/search", 4),
        ("GET /v1/orders/search/items/9", 5),
        ("GET /v1/orders/search/saved", 6),
        ("GET /v1/orders/a%2Fb", 2),
        ("GET /v1/orders/a%2Fb/items/c%2F%20d", 5),
        ("GET /v1/orders/a/b", None),
        ("GET /v1/orders//items/9", None),
        ("GET /v1//orders", None),
        ("GET /v1/Accounts/AC1.json", 7),
        ("GET /v1/Accounts/AC1.xml.json", 9),
        ("GET /v1/Accounts/AC1", 8),
        ("GET /v1/Accounts/.json", 8),
        ("POST /v1/orders/7:cancel", 10),
        ("POST /v1/orders/7", None),
        ("HEAD /v1/orders/7", 2),
        ("HEAD /v1/Accounts/AC1", 11),
        ("HEAD /v1/Accounts/AC1.json", 7),
        ("OPTIONS /v1/orders", None),
        ("PATCH /v1/orders/7", None),
        ("GET /", 12),
        ("GET /v1/café/1", 13),
        ("GET /v1/caf%c3%a9/1", 13),
        ("GET /folder/", 14),
        ("GET /folder", 15),
        ("GET /V1/orders", None),
    ],
)
def test_a_call_finds_its_operation(call: str, expected: int | None) -> None:
    method, path = call.split(" ")
    assert Router(TEMPLATES).match(method, path) == expected


def test_a_hostile_path_costs_no_more_than_its_length() -> None:
    router = Router([("GET", f"/{{a}}{'-{b}' * 30}!", 1), ("GET", "/{a}" * 30, 2)])
    assert router.match("GET", "/" + "-" * 30_000) is None
    assert router.match("GET", "/" * 30_000) is None


SEGMENTS = st.sampled_from(["a", "b", "{x}", "{x}.j", "a{x}", "a{x}.j"])
TEMPLATE = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
PARTS = st.sampled_from(["a", "b", "c", "a.j", "ab", "ab.j", ".j", "", "a%2Fb", "a%2E%6A"])
PATH = st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


@pytest.mark.slow
@settings(max_examples=400)
@given(st.lists(TEMPLATE, max_size=12, unique=True), st.lists(PATH, min_size=1, max_size=8))
def test_the_trie_agrees_with_trying_every_template(templates: list[str], paths: list[str]) -> None:
    router = Router([("GET", template, number) for number, template in enumerate(templates)])
    for path in paths:
        assert router.match("GET", path) == naive(templates, path)


def naive(templates: list[str], path: str) -> int | None:
    """Match a path against every template as a regular expression; the most literal from the left wins."""
    for candidate in (path, path[:-1] if path.endswith("/") else path + "/"):
        segments = [unquote(segment) for segment in candidate.split("/")[1:]]
        fitting = [
            (tuple(map(rank, template.split("/")[1:])), number)
            for number, template in enumerate(templates)
            if fits(template.split("/")[1:], segments)
        ]
        if fitting:
            return min(fitting)[1]
    return None


def fits(template: list[str], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        re.fullmatch(re.escape(wanted).replace(r"\{x\}", ".+"), segment, re.DOTALL)
        for wanted, segment in zip(template, segments, strict=True)
    )


def rank(segment: str) -> int:
    """Rank a segment of a template: literals first, then by the length of the literal part."""
    return -100 if "{" not in segment else -len(segment.replace("{x}", ""))


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("/v1/orders/{order_id}", 2),  # parameters' names are each one's own
        ("/v1/orders/:id", 2),
        ("/v1/orders/<int:id>", 2),
        ("/v1/orders/{id}/", 2),
        ("/v1/orders/search", 3),
        ("/orders/{id}", 3),  # a route below a base path that we don't know: the path decides
        ("", 3),
    ],
)
def test_the_template_that_a_server_matched_decides_where_it_is_ours(route: str, expected: int) -> None:
    assert Router(TEMPLATES).match("GET", "/v1/orders/search", route) == expected


def test_a_get_template_answers_head_too() -> None:
    assert Router(TEMPLATES).match("HEAD", "/elsewhere", "/v1/orders/{id}") == 2
