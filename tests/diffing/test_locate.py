"""Places: each layout of the same values is asked for the same pointers, beside an exact scan."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffing.errors import SpecError
from diffing.load import load
from diffing.locate import Places
from diffing.parse_json import parse_json
from diffing.parse_yaml import parse_yaml
from diffing.text import Text, read_text

SPEC = b"""\
openapi: 3.0.3
# a comment
info:
  title: "Shop: \xc3\xa9" # another
  version: '1'
  description: |
    info:
      version: 2
     paths: {}

    end
paths:
  /a/{id}:
    get:
      parameters:
      - name: id
        in: path

      -   in: query
          name: q
      -
        name: late
      responses:
        200: {description: ok, content: {}}
        '404':
          description: >-
            folded
            text
          x-list: [1,
            {deep: [2, 3]}]
  ? /b
  : get: {}
"""


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ("", 1, 1),
        ("/info", 3, 1),
        ("/info/title", 4, 3),
        ("/info/version", 5, 3),
        ("/info/description", 6, 3),
        ("/paths", 12, 1),
        ("/paths/~1a~1{id}", 13, 3),
        ("/paths/~1a~1{id}/get/parameters/0", 16, 9),
        ("/paths/~1a~1{id}/get/parameters/0/in", 17, 9),
        ("/paths/~1a~1{id}/get/parameters/1", 19, 11),
        ("/paths/~1a~1{id}/get/parameters/1/name", 20, 11),
        ("/paths/~1a~1{id}/get/parameters/2/name", 22, 9),
        ("/paths/~1a~1{id}/get/responses/200", 24, 9),
        ("/paths/~1a~1{id}/get/responses/200/content", 24, 32),
        ("/paths/~1a~1{id}/get/responses/404", 25, 9),
        ("/paths/~1a~1{id}/get/responses/404/x-list/0", 29, 20),
        ("/paths/~1a~1{id}/get/responses/404/x-list/1/deep/1", 30, 24),
        ("/paths/~1b/get", 32, 5),
    ],
)
@pytest.mark.parametrize("breaks", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_each_node_of_a_yaml_document_is_found(
    pointer: str, line: int, column: int, breaks: bytes, mark: bytes
) -> None:
    at = load(mark + SPEC.replace(b"\n", breaks), "a.yaml").locate(pointer, "")
    assert (at.file, at.line, at.column) == ("a.yaml", line, column)


def test_a_pointer_into_nowhere_answers_its_nearest_ancestor() -> None:
    locate = load(SPEC, "a.yaml").locate
    assert locate("/info/contact/name", "") == locate("/info", "")
    assert locate("/info/title/0", "") == locate("/info/title", "")
    assert locate("/paths/~1a~1{id}/get/parameters/9", "") == locate("/paths/~1a~1{id}/get/parameters", "")


def test_a_node_reached_through_an_alias_stands_where_the_alias_stands() -> None:
    text = b"openapi: 3.0.3\nx: &x\n  a: 1\ny: *x\nz:\n  b: 1\n"
    assert load(text, "a.yaml").locate("/y/a", "").line == 4
    assert load(text, "a.yaml").locate("/z/b", "").line == 6


def test_a_merged_member_stands_where_it_was_written() -> None:
    text = b"openapi: 3.0.3\nx: &x\n  a: 1\ny:\n  <<: *x\n  b: 1\n"
    assert load(text, "a.yaml").locate("/y/b", "").line == 6


DOCUMENT = {
    "openapi": "3.0.3",
    "info": {'é"\\': [1, {"a": []}, "x\n{"]},
    "paths": {"/a": {"get": {}, "x": [[1], [2]]}},
}


@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4, "\t"])
def test_every_layout_of_json_gives_the_places_of_an_exact_scan(indent: int | str | None) -> None:
    agrees(json.dumps(DOCUMENT, indent=indent, ensure_ascii=False).encode(), "a.json")


def agrees(data: bytes, name: str) -> None:
    text = read_text(name, data)
    tree = parse_json(text) if name.endswith("json") else parse_yaml(text)
    quick, exact = Places(text, tree), Places(text, tree)
    exact._marks = exact._scan(0, None)
    for pointer in pointers(tree):
        assert quick.locate(pointer) == exact.locate(pointer), pointer


def pointers(node: Any, prefix: str = "") -> Iterator[str]:
    if prefix:
        yield prefix
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in members:
        yield from pointers(value, f"{prefix}/{str(key).replace('~', '~0').replace('/', '~1')}")


KEYS = st.text("ab:# -'\"{[é~/\n", max_size=4)
VALUES = st.recursive(
    st.none() | st.integers(0, 99) | st.text("ab:# -'\"{[é\n|>&*!", max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), st.sampled_from([None, 0, 2, 3]))
def test_places_in_any_json_agree_with_an_exact_scan(tree: dict[str, Any], indent: int | None) -> None:
    agrees(json.dumps(tree, indent=indent).encode(), "a.json")


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(KEYS, VALUES, min_size=1, max_size=4),
    st.sampled_from([None, False, True]),
    st.integers(1, 8),
)
def test_places_in_any_yaml_agree_with_an_exact_scan(
    tree: dict[str, Any], flow: bool | None, indent: int
) -> None:
    yaml = pytest.importorskip("yaml")
    written = yaml.safe_dump(
        tree, default_flow_style=flow, indent=indent, allow_unicode=True, sort_keys=False
    )
    try:
        agrees(written.encode(), "a.yaml")
    except SpecError:
        assert "\x85" in written or "? " in written


def test_lines_are_counted_across_blocks_of_a_long_text() -> None:
    text = Text("a", b"line\n" * 50_000 + b"end")
    assert text.position(250_001).line == 50_001
    assert text.position(250_001).column == 2
    assert text.position(0).line == 1
