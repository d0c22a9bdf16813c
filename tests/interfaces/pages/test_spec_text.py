import pytest

from interfaces.pages.browsers import browser_name
from interfaces.pages.spec_text import seen_from, shown_value, with_code, with_marks


@pytest.mark.parametrize(
    ("pointer", "value", "shown"),
    [
        ("/components/schemas/Item/maxLength", 500, "maxLength: 500"),
        ("/paths/~1orders~1{id}", "x", "/orders/{id}: x"),
        ("/a~01b", None, "a~1b: null"),
        ("/enum/3", "at_locker", "at_locker"),
        ("", {"a": 1}, '{\n  "a": 1\n}'),
    ],
)
def test_a_value_is_shown_under_its_own_name(pointer: str, value: object, shown: str) -> None:
    assert shown_value(pointer, value) == shown


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("api.yaml", "schema:\n  type: string\n  enum:\n  - 'no'\n  - 1"),
        ("api.json", 'schema: {\n  "type": "string",\n  "enum": [\n    "no",\n    1\n  ]\n}'),
    ],
)
def test_a_value_is_written_as_its_file_is(file: str, shown: str) -> None:
    value = {"type": "string", "enum": ["no", 1]}
    assert shown_value("/items/schema", value, file=file) == shown


def test_a_long_value_is_cut_and_says_by_how_much() -> None:
    lines = shown_value("/get", list(range(100))).splitlines()
    assert len(lines) < 20
    assert lines[-1] == "… 92 more lines"


def test_names_between_backticks_are_code() -> None:
    assert with_code("enum value `on_hold` was added") == "enum value <code>on_hold</code> was added"


def test_a_paragraph_may_hold_strong_words_and_code() -> None:
    assert with_marks("**Time.** Send `at`.") == "<strong>Time.</strong> Send <code>at</code>."


@pytest.mark.parametrize("text", ["**<b>**", "**<b>", "<b>", "`<b>`", "`<b>", "a ` b ` c `"])
def test_no_text_becomes_markup(text: str) -> None:
    assert "<b>" not in with_code(text)
    assert "<b>" not in with_marks(text)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        ("curl/8.9", "curl"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "POST /v1/a and 17 more operations, body: property `b` was added.",
            "Here and in 17 more operations, such as POST /v1/a, body: property `b` was added.",
        ),
        (
            "POST /v1/a and 1 more operation: removed.",
            "Here and in 1 more operation, such as POST /v1/a: removed.",
        ),
        ("GET /v1/b and 4 more operations, query parameter limit: changed.", None),
        ("GET /v1/b: the operation was deprecated.", None),
        ("Security scheme `POST /v1/a and 1 more operation:` was added.", None),
    ],
)
def test_a_finding_of_several_operations_begins_where_it_is_read(text: str, expected: str | None) -> None:
    assert seen_from(text, "GET /v1/b") == (expected or text)
