import pytest

from diffing.path_glob import matches


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/orders", "/orders"),
        ("/orders/*", "/orders/{id}"),
        ("/orders/{id}", "/orders/{id}"),
        ("/internal/**", "/internal/a/b"),
        ("/internal/**", "/internal"),
        ("/**/note", "/a/b/note"),
        ("/**/note", "/note"),
        ("**", "/anything/at/all"),
        ("request-*-removed", "request-property-removed"),
        ("*-max-*", "request-property-max-length-decreased"),
        ("/a*b*c", "/axxbyyc"),
        ("/[id]?", "/[id]?"),
        ("/~1orders~1*/get", "/~1orders~1{id}/get"),
    ],
)
def test_a_pattern_matches(pattern: str, text: str) -> None:
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/orders", "/orders/1"),
        ("/orders/*", "/orders/1/items"),
        ("/orders/*", "/orders"),
        ("/internal/**", "/internals/a"),
        ("/**/note", "/a/b/notes"),
        ("/ab*ba", "/aba"),
        ("/[id]", "/i"),
        ("/order?", "/orders"),
        ("", "/a"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


def test_a_pattern_of_many_stars_is_answered_at_once() -> None:
    assert not matches("/**" * 100 + "/x", "/a" * 200)
    assert not matches("*a" * 100, "a" * 5000 + "b")
