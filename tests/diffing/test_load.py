import hashlib
from typing import Any

import pytest

from diffing.document import Dialect
from diffing.errors import SpecError
from diffing.load import load
from diffing.yaml_scan import is_plain

YAML = "openapi: 3.0.3\ninfo: {title: Shop, version: '2'}\npaths: {}\n"


def yaml_value(text: str) -> Any:
    return load(f"{YAML}x: {text}\n".encode(), "a.yaml").tree["x"]


def json_value(text: str) -> Any:
    return load(f'{{"openapi": "3.1.0", "paths": {{}}, "x": {text}}}'.encode(), "a.json").tree["x"]


def test_a_document_knows_its_source_dialect_title_version_and_digest() -> None:
    document = load(YAML.encode(), "shop.yaml")
    assert (document.source, document.dialect) == ("shop.yaml", Dialect.OPENAPI_3_0)
    assert (document.title, document.version) == ("Shop", "2")
    assert document.sha256 == hashlib.sha256(YAML.encode()).hexdigest()


@pytest.mark.parametrize(
    ("head", "dialect"),
    [
        ('swagger: "2.0"', Dialect.OPENAPI_2_0),
        ("swagger: 2.0", Dialect.OPENAPI_2_0),
        ("openapi: 3.0.0", Dialect.OPENAPI_3_0),
        ("openapi: 3.0", Dialect.OPENAPI_3_0),
        ("openapi: 3.0.0-rc1", Dialect.OPENAPI_3_0),
        ("openapi: 3.1.1", Dialect.OPENAPI_3_1),
        ("openapi: '3.2.0'", Dialect.OPENAPI_3_2),
    ],
)
def test_the_dialect_is_read_from_the_root_key(head: str, dialect: Dialect) -> None:
    assert load(f"{head}\npaths: {{}}\n".encode(), "a.yaml").dialect == dialect


@pytest.mark.parametrize("version", ["1.10", "1.0", "2", "2020-01-01", "0777", "1e3", "v1"])
def test_a_version_keeps_the_text_it_was_written_with(version: str) -> None:
    block = load(f"openapi: 3.0.3\ninfo:\n  version: {version} # now\npaths: {{}}\n".encode(), "a.yaml")
    flow = load(f"openapi: 3.0.3\ninfo: {{title: t, version: {version}}}\npaths: {{}}\n".encode(), "a.yaml")
    assert block.version == block.tree["info"]["version"] == version
    assert flow.version == version


def test_a_version_that_is_a_bare_number_in_json_keeps_its_text() -> None:
    assert load(b'{"openapi": "3.0.3", "info": {"version": 1.10}, "paths": {}}', "a.json").version == "1.10"


@pytest.mark.parametrize(
    "word", ["no", "on", "off", "yes", "y", "N", "1:30", "190:20:30", "2020-01-01", "1_000"]
)
def test_words_that_only_old_yaml_understood_are_text(word: str) -> None:
    assert yaml_value(f"[{word}]") == [word]


@pytest.mark.parametrize("word", ["0b101", "0X1F", "0O7", "-0x1F", "1__0", "=", "tRue", "inf", "+", "."])
def test_what_the_core_schema_does_not_name_is_text(word: str) -> None:
    assert yaml_value(f"'' # {word}") == ""
    assert yaml_value(word) == word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None),
        ("Null", None),
        ("", None),
        ("TRUE", True),
        ("false", False),
        ("0o17", 15),
        ("0x1F", 31),
        ("007", 7),
        ("+1", 1),
        ("-0", 0),
        ("1.10", 1.1),
        (".5", 0.5),
        ("5.", 5.0),
        ("3e-05", 3e-05),
        ("1e3", 1000.0),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: Any) -> None:
    read = yaml_value(text)
    assert (read, type(read)) == (value, type(value))


def test_keys_are_always_text_as_written() -> None:
    keys = load(f"{YAML}x:\n  200: a\n  on: b\n  2020-01-01: c\n".encode(), "a.yaml").tree["x"]
    assert keys == {"200": "a", "on": "b", "2020-01-01": "c"}
    assert list(yaml_value("{200: a, 0200: b, 1.10: c, ~: d, true: e, +5: f}")) == [
        "200",
        "0200",
        "1.10",
        "~",
        "true",
        "+5",
    ]


def test_an_alias_is_the_value_of_the_latest_anchor_of_its_name() -> None:
    assert yaml_value("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2]


def test_merge_keys_fill_in_what_a_mapping_leaves_out() -> None:
    text = f"{YAML}a: &a {{p: 1, q: 1}}\nb: &b {{q: 2, r: 2}}\nx:\n  <<: [*a, *b]\n  p: 0\n"
    assert load(text.encode(), "a.yaml").tree["x"] == {"p": 0, "q": 1, "r": 2}


def test_a_quoted_merge_key_is_only_a_name() -> None:
    assert yaml_value("{'<<': {a: 1}}") == {"<<": {"a": 1}}


def test_tags_of_plain_types_are_honoured() -> None:
    assert yaml_value("[!!str 12, !!int '12', ! 12, !!float 1]") == ["12", 12, "12", 1]


def test_yaml_escapes_of_two_halves_make_one_character() -> None:
    assert yaml_value(r'"\ud83d\ude00"') == "😀"


def test_integers_beyond_64_bits_stay_exact_in_json() -> None:
    assert json_value("[18446744073709551616, -9223372036854775809, 9223372036854775807]") == [
        18446744073709551616,
        -9223372036854775809,
        9223372036854775807,
    ]


def test_half_a_surrogate_pair_stays_as_the_text_of_its_escape() -> None:
    assert json_value(r'{"\uD800": "\ud83d\ude00\\ud800\udc00"}') == {r"\uD800": r"😀\ud800\udc00"}


def test_equal_keys_in_different_objects_are_no_duplicates() -> None:
    assert json_value(r'[{"a": "x:y\u003a", "\u003a": {"a": 1}}, {"a": 2}]') == [
        {"a": "x:y:", ":": {"a": 1}},
        {"a": 2},
    ]


def test_json_in_a_file_without_a_telling_name_is_read_as_json() -> None:
    assert load(b'\n\n{"swagger": "2.0", "paths": {}}', "stdin").dialect == Dialect.OPENAPI_2_0


def test_a_yaml_document_in_flow_style_is_read() -> None:
    assert load(b"{openapi: 3.0.3, info: {version: 1.10}}", "stdin").version == "1.10"


def test_a_refusal_names_file_line_and_column() -> None:
    with pytest.raises(SpecError) as refused:
        load(f"{YAML}x: [1, 2\n".encode(), "specs/a.yaml")
    assert (refused.value.file, refused.value.line) == ("specs/a.yaml", 5)
    assert str(refused.value).startswith("specs/a.yaml:5:1: is not valid YAML")
    assert "what began in line 4 may be unfinished" in str(refused.value)


def test_columns_count_characters() -> None:
    with pytest.raises(SpecError) as refused:
        load(f"{YAML}x: ['é😀', *y]\n".encode(), "a.yaml")
    assert (refused.value.line, refused.value.column) == (4, 11)


@pytest.mark.parametrize("tree", ["info: [1]", "info: text", "info: {title: [1], version: {}}", "info:"])
def test_an_info_of_the_wrong_type_still_loads(tree: str) -> None:
    document = load(f"openapi: 3.0.3\n{tree}\n".encode(), "a.yaml")
    assert isinstance(document.title, str)
    assert isinstance(document.version, str)


def test_a_last_line_that_ends_in_a_bracket_opens_no_block_of_text() -> None:
    assert is_plain(b"path: <auto>\n")
    assert not is_plain(b"path: >\n")


@pytest.mark.parametrize("header", ["|", ">", "|+", "|2", "> # empty"])
def test_a_block_of_text_that_never_begins_is_empty(header: str) -> None:
    assert yaml_value(header) == ""


def test_a_question_mark_may_begin_a_word_in_flow_style() -> None:
    assert yaml_value("{a: 1, ?b: 2}") == {"a": 1, "?b": 2}


@pytest.mark.parametrize("before", [b"\n", b" \n", b"# c\n", b"\n# c\n"])
def test_blank_lines_before_a_document_cost_nothing(before: bytes) -> None:
    """Fifty of them took longer than anybody waits: they can be grouped in very many ways."""
    document = load(before * 2000 + b'{"openapi": "3.1.0", "info": {}, "paths": {}}', "a.yaml")
    assert document.dialect is Dialect.OPENAPI_3_1
