"""Samples show a line's build, not what it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.redaction import LONGEST_SAMPLE, redact, redact_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /a?key=abc&page=2 HTTP/1.1", "GET /a?key=…&page=… HTTP/…"),
        ("mail from bob.smith@example.com", "mail from …"),
        ("at 203.0.113.9 or 2001:db8::1", "at … or …"),
        ("id 5b8efff7-9803-8103-d269-b633813fc60c", "id …"),
        ("Authorization: Bearer abcdef", "Authorization: Bearer …"),
        ("token: abcdef", "token: …"),
        ("abcdefghijklmnopqrstuvwxyz", "…"),
        ('{"at": "x", "n": 7, "to": ["a"]}', '{"at": "…", "n": …, "to": ["…"]}'),
        ('{"a":"unclosed', '{"a":"…"'),
        ("a\x00b\nc", "a…b…c"),
    ],
)
def test_values_go_and_the_build_stays(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/orders/8841", "/v1/orders/…"),
        ("/v1/customer-notification-preferences", "/v1/customer-notification-preferences"),
        ("/v12/users/bob@example.com/x", "/v12/users/…/x"),
        ("/2010-04-01/Accounts", "/…/Accounts"),
        ("/t/sk_live_hunter2", "/t/…"),
    ],
)
def test_a_path_keeps_its_words_and_loses_its_ids(path: str, expected: str) -> None:
    assert redact_path(path) == expected


@given(st.text(max_size=2_000))
def test_a_sample_is_short_printable_and_without_digits(text: str) -> None:
    for shown in (redact(text), redact_path(f"/x{text}")):
        assert len(shown) <= LONGEST_SAMPLE
        assert shown.isprintable()
    assert not any(character.isdecimal() for character in redact(text))
