import gzip
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from access.audit import trail
from consumers.models import Usage
from registry.publish import Published
from tests.interfaces.pages.conftest import Visitor, words
from tests.support.documents import openapi
from tests.support.factories_consumers import combined_line

LINES = b"".join(combined_line(f"/v1/orders/{number}") for number in range(5)) + combined_line("/unknown")


@pytest.fixture
def listening(visitor: Visitor, publish: Callable[..., Published]) -> Visitor:
    """The visitor, once an API is published."""
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    return visitor


def calls(visitor: Visitor) -> int:
    with visitor.runtime.database.reading() as session:
        return int(session.scalar(select(func.sum(Usage.calls))) or 0)


@pytest.mark.parametrize("log", [LINES, gzip.compress(LINES)], ids=["plain", "gzip"])
def test_a_log_is_counted_once_and_written_down(listening: Visitor, log: bytes) -> None:
    fields = {"source": "edge", "api": "", "format": "", "log": log}
    said = words(listening.act("/sources/log", **fields))
    assert "of 6 lines 5 are calls to known operations, 1 to unknown ones" in said
    assert "edge" in said
    assert "Fresh" in said
    assert calls(listening) == 5
    with listening.runtime.database.reading() as session:
        assert trail(session).items[0].action == "log counted"
    assert "was counted before" in listening.act("/sources/log", **fields)
    assert calls(listening) == 5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"log": b"not a log at all\n"}, "no known format"),
        ({"source": "Not A Name"}, "can't name a source"),
        ({"api": "nothing"}, "there is no API called nothing"),
        ({"log": gzip.compress(LINES)[:-9]}, "no complete gzip"),
    ],
)
def test_a_log_that_can_not_be_counted_is_refused_with_the_reason(
    listening: Visitor, changes: dict[str, Any], said: str
) -> None:
    fields: dict[str, Any] = {"source": "edge", "api": "", "format": "", "log": LINES}
    answer = listening.send("/sources/log", **(fields | changes))
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert calls(listening) == 0


def test_a_form_without_a_file_asks_for_one(listening: Visitor) -> None:
    answer = listening.send("/sources/log", source="edge", api="", format="")
    assert answer.status_code == 422
    assert "Choose the log file" in answer.text
    assert 'value="edge"' in answer.text


def test_lines_that_count_for_nothing_are_shown_without_markup(listening: Visitor) -> None:
    log = LINES + combined_line("/v9/<script>alert(1)</script>")
    page = listening.act("/sources/log", source="edge", api="", format="combined", log=log)
    assert "lines that count for nothing" in page
    assert "<script>alert" not in page
