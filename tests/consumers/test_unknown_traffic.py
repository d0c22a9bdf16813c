"""Calls that no published operation answers, and what they may have been meant to be."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from consumers import unknown_traffic as module
from consumers.ingest import BatchReport
from consumers.models import UnknownCall
from consumers.retention import forget_usage
from consumers.unknown_traffic import UnknownPath, unknown_traffic
from registry.models import DocumentOperation
from tests.support.factories_consumers import NOW, event, publish_templates

Send = Callable[..., BatchReport]
DAY = timedelta(days=1)


def unknown(session: Session, **words: str) -> tuple[UnknownPath, ...]:
    return unknown_traffic(session, **words).items  # type: ignore[arg-type]


def test_paths_are_kept_redacted_with_their_calls_most_first(session: Session, send: Send) -> None:
    send(
        event("/internal/reports/8841?token=x", count=2, user_agent="cron/1"),
        event("/internal/reports/9913", NOW + timedelta(minutes=9), status=404, user_agent="cron/2"),
        event("/admin/dana@example.com", method="DELETE"),
    )
    first, second = unknown(session)
    assert (first.method, first.path, first.calls, first.successes) == ("GET", "/internal/reports/…", 3, 2)
    assert (first.first_at, first.last_at, first.user_agent) == (NOW, NOW + timedelta(minutes=9), "cron/2")
    assert (second.method, second.path, second.hint) == ("DELETE", "/admin/…", "")


def test_batches_add_up_and_sources_are_told_apart(session: Session, send: Send) -> None:
    send(event("/nowhere"))
    send(event("/nowhere", count=4))
    send(event("/nowhere"), source="other")
    assert [(row.source, row.calls) for row in unknown(session)] == [("edge", 5), ("other", 1)]
    assert [row.calls for row in unknown(session, source="other")] == [1]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/orders/8841", "would match GET /v1/orders/{id} if it began with /v1"),
        ("/api/v1/orders/8841", "would match GET /v1/orders/{id} if the base path were / instead of /api"),
        ("/v3/orders/8841", "would match GET /v1/orders/{id} if the base path were /v1 instead of /v3"),
        (
            "/gateway/shop/orders",
            "would match GET /v1/orders if the base path were /v1 instead of /gateway/shop",
        ),
        ("/v1/parcels", ""),
    ],
)
def test_a_wrong_base_path_is_hinted_at(
    session: Session, send: Send, operations: dict[str, int], path: str, hint: str
) -> None:
    send(event(path))
    [row] = unknown(session)
    assert row.hint == hint
    named = hint.removeprefix("would match ").partition(" if ")[0]
    assert row.operation_id == operations.get(named)


def test_a_base_path_that_servers_name_is_tried(session: Session, send: Send) -> None:
    publish_templates(session, "parcels", "1", [("GET", "/shipping/parcels/{id}")])
    session.execute(
        update(DocumentOperation)
        .where(DocumentOperation.full_path == "/shipping/parcels/{id}")
        .values(path="/parcels/{id}")
    )
    send(event("/parcels/8841"))
    assert [row.hint for row in unknown(session)] == [
        "would match GET /shipping/parcels/{id} if it began with /shipping"
    ]


def test_another_method_is_hinted_at(session: Session, send: Send) -> None:
    send(event("/v1/orders/8841", method="PATCH"))
    assert [row.hint for row in unknown(session)] == ["the path is published for GET, HEAD only"]


def test_hints_know_the_source_s_own_api_only(session: Session, send: Send) -> None:
    publish_templates(session, "parcels", "1", [("GET", "/parcels")])
    send(event("/orders"), source="parcels-edge", api_slug="parcels")
    assert [row.hint for row in unknown(session)] == [""]


def test_paths_beyond_the_bound_count_together(
    session: Session, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PATHS", 2)
    send(*(event(f"/made-up-{letter}", count=calls) for letter, calls in (("a", 9), ("b", 8), ("c", 7))))
    send(event("/made-up-d"), event("/made-up-a"))
    assert [(row.path, row.calls) for row in unknown(session)] == [
        ("/made-up-a", 10),
        ("/made-up-b", 8),
        ("…", 8),
    ]


def test_the_list_pages(session: Session, send: Send) -> None:
    names = [f"/{one}{other}" for one in "abcdefgh" for other in "abcdefgh"]
    send(*(event(name) for name in names))
    listed = unknown_traffic(session, 2)
    assert (listed.total, listed.pages, len(listed.items)) == (64, 2, 14)


def test_what_was_not_called_for_long_goes(session: Session, send: Send) -> None:
    send(event("/old", NOW - 100 * DAY), event("/new"))
    forget_usage(session, older_than=31 * DAY, now=NOW)
    assert session.query(UnknownCall.path).all() == [("/new",)]
