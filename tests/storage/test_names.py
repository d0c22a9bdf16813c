"""What may be a name: one line that is shown as it was typed."""

import pytest

from storage.names import checked_line, checked_name


class Refused(Exception):
    """What a room would raise."""


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "tab\there",
        "bell\a",
        "c1\x85control",
        "line\u2028here",
        "esc\x1b[31m",
        "turned\u202etxt.exe",
    ],
)
def test_a_name_with_line_breaks_or_control_characters_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"the name of a consumer holds U\+[0-9A-F]{4} at character \d+"):
        checked_name(text, "a consumer", Refused)


@pytest.mark.parametrize("text", ["", "  ", "n" * 201])
def test_a_name_that_is_empty_or_overlong_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="of at most 200 characters"):
        checked_name(text, "an API", Refused)


@pytest.mark.parametrize("text", ["Bücher & Söhne", "书店", "می\u200cخواهم", "👩\u200d💻", "a\u00a0b"])
def test_a_name_of_any_script_is_kept(text: str) -> None:
    assert checked_name(f"  {text}\n", "an API", Refused) == text


def test_a_line_may_be_empty() -> None:
    assert checked_line(" ", "the team", Refused) == ""
