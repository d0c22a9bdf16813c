"""Logs of a build that nobody knows are read by a mapping of their fields, kept with the source."""

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from consumers.errors import ConsumersError, UnknownFormat
from consumers.ingest import BatchReport, ingest
from consumers.readers.mapped import mapping_in
from consumers.sources import find_source, map_source
from tests.support.factories_consumers import NOW, PEPPER, publish_templates

OWN = {"when": "2026-11-22T08:00:00Z", "deed": "GET", "http": {"url": "/v1/orders/7?x=1"}, "result": 200}
MAP = "at=when, method=deed, path=http.url, status=result, client-id=who"


@pytest.fixture(autouse=True)
def _orders(session: Session) -> None:
    publish_templates(session, "orders-api", "1", [("GET", "/v1/orders/{id}")])


def count(session: Session, *lines: bytes, key: str = "k", **said: Any) -> BatchReport:
    given = {"log_format": None} | said
    return ingest(session, source="edge", key=key, data=[*lines], pepper=PEPPER, now=NOW, **given)


def line(**members: Any) -> bytes:
    return json.dumps(OWN | members).encode()


def test_lines_of_an_unknown_build_are_read_by_a_mapping_that_is_kept(session: Session) -> None:
    with pytest.raises(UnknownFormat, match="method=verb,path=url"):
        count(session, line())
    first = count(session, line(who="acme"), line(), b"{", mapping=mapping_in(MAP))
    assert (first.log_format, first.matched, first.broken) == ("mapped", 2, 1)
    assert count(session, line(), key="2").matched == 1
    source = find_source(session, "edge")
    assert source is not None
    map_source(session, source, None)
    with pytest.raises(UnknownFormat):
        count(session, line(), key="3")


def test_a_table_is_read_by_its_own_names_of_columns(session: Session) -> None:
    rows = (b"When;HTTP Verb;Link;Result", b"2026-11-22T08:00:00Z;GET;/v1/orders/7;200")
    told = mapping_in("at=When,method=HTTP Verb,path=Link,status=Result")
    assert count(session, *rows, mapping=told).matched == 1
    assert count(session, rows[1], key="2", head=rows[:1]).matched == 1


@pytest.mark.parametrize(
    ("mapping", "missing"),
    [
        ("at=when,path=http.url,status=result", "the method of a call is looked for in “method”"),
        ("at=when,method=word,path=http.url,status=result", "the method of a call is looked for in “word”"),
        ("at=time,method=deed,path=http.url,status=result", "the at of a call is looked for in “time”"),
    ],
)
def test_a_field_that_is_missing_is_named_with_those_that_are_there(
    session: Session, mapping: str, missing: str
) -> None:
    with pytest.raises(UnknownFormat) as refused:
        count(session, line(), mapping=mapping_in(mapping))
    assert str(refused.value).startswith(missing)
    assert "Their fields are when, deed, http.url, result" in str(refused.value)
    assert find_source(session, "edge") is None


@pytest.mark.parametrize("text", ["", "method", "method=", "colour=red", f"path={'x' * 201}"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(ConsumersError):
        mapping_in(text)
