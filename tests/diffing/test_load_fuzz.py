"""Whatever the bytes: a document, or a SpecError. Both YAML readers agree wherever the fast one is let in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from diffing.errors import SpecError
from diffing.load import load
from diffing.parse_json import parse_json
from diffing.parse_yaml import parse_yaml
from diffing.text import read_text
from diffing.yaml_events import read_yaml
from diffing.yaml_scan import is_plain

pytestmark = pytest.mark.slow

SPEC = b"""\
openapi: 3.0.3
info: {title: "T\\u00e9", version: 1.10}
paths:
  /a: &a
    get: {responses: {200: {description: ok}}}
    put:
    - 'x: y'
    - b
  /b:
    <<: *a
    post: |
      text
       more
"""
PLAIN = SPEC.replace(b"<<: *a", b"get: {}").replace(b"&a", b"")
JSON = b'{"openapi": "3.0.3", "info": {"version": 1.5}, "x": {"/\\ud83d\\ude00": [1, -2, {}, null, "\\\\"]}}'
PIECES = st.sampled_from(
    [
        *rb"""*a &a <<: - ? : { } [ ] ' " \ # !!str | > ... %YAML 1e999 .inf 0o7 0x1F 1_0 ~ , NaN""".split(),
        *(b"\n", b"\t", b" ", b"---\n", b"\r\n", b"\0", b"\xff", b"\xc3\xa9", b"\xc2\x85", b"\xe2\x80\xa8"),
        *(b"\xef\xbb\xbf", b"\\ud800", b"*a ", b"- ", b"? ", b": ", b"$ref: a.yaml", b'"$ref": "#/x"'),
    ]
)


@st.composite
def mutated(draw: Callable[..., Any], original: bytes) -> bytes:
    data = original
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        data = data[:start] + draw(PIECES | st.binary(max_size=3)) + data[end:]
    return data


@settings(max_examples=400, deadline=None)
@given(mutated(SPEC) | mutated(JSON) | st.binary(max_size=60), st.sampled_from(["a.yaml", "a.json", "stdin"]))
def test_any_bytes_load_or_are_refused_with_a_place(data: bytes, name: str) -> None:
    try:
        document = load(data, name)
    except SpecError as error:
        assert error.file == name
        assert error.line is not None
        assert 1 <= error.line <= data.count(b"\n") + data.count(b"\r") + 2
        return
    assert document.locate("/paths/~1a/get/responses/200", "").line >= 1


@settings(max_examples=400, deadline=None)
@given(mutated(PLAIN))
def test_the_fast_yaml_reader_is_let_in_only_where_it_agrees(data: bytes) -> None:
    try:
        text = read_text("a.yaml", data)
    except SpecError:
        return
    if not is_plain(text.data) or re.search(rb"[\[{,]\s*\?\S", text.data):
        return  # libyaml takes a question mark in flow style for an indicator, as YAML 1.1 did
    try:
        exact = read_yaml(text).value
    except SpecError:
        return
    assert repr(parse_yaml(text)) == repr(exact)


@settings(max_examples=300, deadline=None)
@given(mutated(JSON))
def test_json_is_read_as_the_standard_library_reads_it_or_refused(data: bytes) -> None:
    import json

    try:
        value = parse_json(read_text("a.json", data))
    except SpecError:
        return
    assert value == json.loads(read_text("a.json", data).data) or b"\\ud" in data


def test_a_reader_without_the_fast_parser_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_plain(PLAIN)
    assert load(SPEC, "a.yaml").tree["paths"]["/b"]["get"] == {"responses": {"200": {"description": "ok"}}}
    quick = load(PLAIN, "a.yaml").tree

    def refuse(*_: Any, **__: Any) -> Any:
        raise yaml_rs.YAMLDecodeError("not today")

    monkeypatch.setattr(yaml_rs, "loads", refuse)
    assert load(PLAIN, "a.yaml").tree == quick
