import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from access.audit import trail
from consumers.ingest_file import FileReport, Intake, ingest_file
from consumers.models import Usage, UsageSource
from consumers.sources import find_source
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.documents import openapi
from tests.support.factories_consumers import combined_line
from tests.support.factories_deprecations import make_source

LINES = b"".join(combined_line(f"/v1/orders/{number}") for number in range(5)) + combined_line("/unknown")


@pytest.fixture
def listening(visitor: Visitor, publish: Callable[..., Published]) -> Visitor:
    """The visitor, once an API is published."""
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    return visitor


def calls(visitor: Visitor) -> int:
    with visitor.runtime.database.reading() as session:
        return int(session.scalar(select(func.sum(Usage.calls))) or 0)


def command(visitor: Visitor, path: Path) -> FileReport:
    """Count a file as `sundial ingest --source edge` does."""
    around = visitor.runtime
    return ingest_file(Intake(around.database, "edge", around.pepper, NOW), path)


def source(visitor: Visitor) -> UsageSource:
    with visitor.runtime.database.reading() as session:
        found = find_source(session, "edge")
    assert found is not None
    return found


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


def test_a_line_counts_once_whether_the_command_or_the_page_counts_it(
    listening: Visitor, tmp_path: Path
) -> None:
    log, more = tmp_path / "access.log", combined_line("/v1/orders/77")
    fields = {"source": "edge", "api": "", "format": ""}
    log.write_bytes(LINES)
    assert command(listening, log).lines == 6
    assert "was counted before" in listening.act("/sources/log", **fields, log=LINES)
    assert calls(listening) == 5
    said = words(listening.act("/sources/log", **fields, log=gzip.compress(LINES + more)))
    assert "of 1 new lines 1 are calls" in said
    assert calls(listening) == 6
    log.write_bytes(LINES + more + more)
    assert command(listening, log).lines == 1
    assert calls(listening) == 7


def test_a_log_that_is_too_large_is_told_the_ways_around_and_the_way_back(listening: Visitor) -> None:
    listening.client.application.config["MAX_CONTENT_LENGTH"] = 2048
    answer = listening.send("/sources/log", source="edge", api="", format="", log=LINES * 20)
    assert answer.status_code == 413
    said = words(answer.text)
    assert "The file is too large" in said
    assert "gzip" in said
    assert "sundial ingest" in said
    assert 'href="/sources">Back to the form' in answer.text
    assert ">Mailbox" in answer.text
    assert calls(listening) == 0


def test_a_document_that_is_too_large_leads_back_to_its_form(listening: Visitor) -> None:
    listening.client.application.config["MAX_CONTENT_LENGTH"] = 2048
    answer = listening.send("/apis/orders/publish", document=b" " * 4096, label="")
    assert answer.status_code == 413
    assert "sundial publish orders" in words(answer.text)
    assert 'href="/apis/orders/publish">Back to the form' in answer.text


def test_the_request_to_copy_names_a_type_that_the_api_takes(visitor: Visitor) -> None:
    assert "-H 'Content-Type: text/plain' --data-binary" in words(visitor.get("/sources"))


def test_a_source_is_limited_to_one_api_and_opened_again(listening: Visitor) -> None:
    command_fields = {"source": "edge", "api": "", "format": "", "log": LINES}
    listening.act("/sources/log", **command_fields)
    said = words(listening.act("/sources/edge/change", only="orders", stale_after_hours="72"))
    assert "about Orders" in said
    assert "stale after 72 hours" in said
    assert source(listening).stale_after_hours == 72
    with listening.runtime.database.reading() as session:
        entry = trail(session).items[0]
        assert (entry.action, entry.subject) == ("source changed", "edge")
        assert entry.detail == "about orders alone, stale after 72 hours"
    listening.act("/sources/edge/change", only="", stale_after_hours="72", mapping="method=deed")
    assert 'value="method=deed"' in listening.get("/sources")
    listening.act("/sources/edge/change", only="", stale_after_hours="72")
    assert source(listening).api_id is None


@pytest.mark.parametrize(
    ("only", "hours", "said"),
    [
        ("", "0", "1 to 9600 hours"),
        ("", "soon", "“soon” is no number of hours"),
        ("", "-3", "“-3” is no number of hours"),
        ("nothing", "24", "there is no API called nothing"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_beside_the_source(
    listening: Visitor, only: str, hours: str, said: str
) -> None:
    listening.act("/sources/log", source="edge", api="", format="", log=LINES)
    answer = listening.send("/sources/edge/change", only=only, stale_after_hours=hours)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert source(listening).stale_after_hours == 24


def test_a_retired_source_is_waited_for_no_more_until_it_is_resumed(listening: Visitor) -> None:
    listening.act("/sources/log", source="edge", api="", format="", log=combined_line("/v1/orders/1"))
    assert "Retired" in words(listening.act("/sources/edge/retire"))
    assert source(listening).retired_at == NOW
    assert "Retired" not in words(listening.act("/sources/edge/resume"))
    assert source(listening).retired_at is None
    with listening.runtime.database.reading() as session:
        acts = [entry.action for entry in trail(session).items[:2]]
    assert acts == ["source resumed", "source retired"]
    assert listening.send("/sources/nobody/retire").status_code == 404


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


def test_an_operation_shows_the_parameters_in_use_and_who_sends_them(listening: Visitor) -> None:
    lines = b"".join(combined_line(f"/v1/orders/7?status={number}") for number in range(3))
    listening.act("/sources/log", source="edge", api="", format="", log=lines)
    with listening.runtime.database.reading() as session:
        operation = session.scalars(select(Usage.operation_id)).one()
    said = words(listening.get(f"/operations/{operation}?name=status"))
    assert "Parameters in use" in said
    assert "status 3 Unattributed traffic" in said


def test_unknown_traffic_has_a_page_with_hints(listening: Visitor) -> None:
    assert "Nothing is unknown" in words(listening.get("/sources/unknown"))
    lines = combined_line("/orders/7") + b"".join(
        combined_line(f"/made-up-{letter}/{other}") for letter in "abcdefgh" for other in "abcdefgh"
    )
    listening.act("/sources/log", source="edge", api="", format="", log=gzip.compress(lines))
    said = words(listening.get("/sources/unknown?source=edge"))
    assert "1 to 50 of 65 paths" in said
    assert "would match GET /v1/orders/{id} if it began with /v1" in words(
        listening.get("/sources/unknown?page=1")
    ) + words(listening.get("/sources/unknown?page=2"))


def test_the_sources_show_rate_and_gaps(listening: Visitor) -> None:
    lines = combined_line() + combined_line(at="18/Nov/2026:05:10:34 +0000")
    listening.act("/sources/log", source="edge", api="", format="", log=lines)
    said = words(listening.get("/sources"))
    assert "1 gap" in said
    assert "calls an hour" in said


def test_many_sources_stand_on_pages_and_a_refusal_beside_its_own(listening: Visitor) -> None:
    with listening.runtime.database.transaction() as session:
        for number in range(60):
            make_source(session, f"edge-{number:02}")
    assert "1 to 50 of 60 sources" in words(listening.get("/sources"))
    refused = words(listening.send("/sources/edge-55/change", only="", stale_after_hours="0").text)
    assert "edge-55 was not changed" in refused
    assert "51 to 60 of 60 sources" in refused
