"""What calls used of an operation: the names of parameters and media types, never a value."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from consumers import used_names
from consumers.credentials import add_credential
from consumers.directory import register
from consumers.ingest import BatchReport
from consumers.models import NameKind, NameUse, Usage, UsedName
from consumers.parameter_names import parameter_names
from consumers.retention import forget_usage
from consumers.used_names import NameInUse, names_in_use
from tests.support.factories_consumers import NOW, PEPPER, combined_line, event

Send = Callable[..., BatchReport]
DAY = timedelta(days=1)


def in_use(session: Session, operation: int, **words: object) -> tuple[NameInUse, ...]:
    window = {"since": NOW - 7 * DAY, "until": NOW} | words
    return names_in_use(session, operation, **window)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=open&page=2", ("page", "status")),
        ("status=open&status=paid", ("status",)),
        ("filter%5Bstatus%5D=open", ("filter[status]",)),
        ("a.b=1&$top=5&page-size=3&debug", ("$top", "a.b", "debug", "page-size")),
        ("dana@example.com", ("…",)),
        ("8841", ("…",)),
        ("sk4242424242=1", ("…",)),
        ("a" * 65 + "=1", ("…",)),
        ("%00=1", ("…",)),
        ("&&=&", ("…",)),
        ("", ()),
    ],
)
def test_of_a_query_the_names_are_taken_and_what_is_like_a_value_is_hidden(
    query: str, names: tuple[str, ...]
) -> None:
    assert parameter_names(query) == names


def test_who_still_sends_a_parameter_has_an_answer(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    acme = register(session, slug="acme", name="Acme", now=NOW)
    add_credential(session, acme, kind="user", value="acme", pepper=PEPPER, now=NOW)
    send(
        event("/v1/orders?status=open&page=2", identity={"user": "acme"}, count=3),
        event("/v1/orders?status=paid", NOW + timedelta(minutes=5), identity={"user": "acme"}),
        event("/v1/orders?page=3", identity={"user": "globex"}),
        event("/v1/orders/7"),
    )
    found = in_use(session, operations["GET /v1/orders"])
    assert [(use.name, use.calls, [who.slug for who in use.callers]) for use in found] == [
        ("page", 4, ["acme", "unattributed"]),
        ("status", 4, ["acme"]),
    ]
    (caller,) = in_use(session, operations["GET /v1/orders"], name="status")[0].callers
    assert (caller.calls, caller.first_at, caller.last_at) == (4, NOW, NOW + timedelta(minutes=5))
    assert in_use(session, operations["GET /v1/orders/{id}"]) == ()


def test_nginx_lines_tell_of_parameters_too(session: Session, send: Send, operations: dict[str, int]) -> None:
    send(combined_line("/v1/orders?status=open#top"), combined_line('/v1/orders?q=\\"a b\\"'))
    found = in_use(session, operations["GET /v1/orders"])
    assert [(use.kind, use.name, use.calls) for use in found] == [
        (NameKind.PARAMETER, "q", 1),
        (NameKind.PARAMETER, "status", 1),
    ]


def test_no_value_of_a_query_reaches_the_database(session: Session, send: Send) -> None:
    send(event("/v1/orders?token=hunter2secret&hunter2secret4242", identity={"user": "acme"}))
    stored = session.execute(select(UsedName.name)).scalars().all()
    assert sorted(stored) == ["token", "…"]


def test_the_media_types_of_request_bodies_are_told(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    body = {"method": "POST", "identity": {"user": "acme"}}
    send(
        event("/v1/orders", content_type="Application/JSON; charset=utf-8", **body),
        event("/v1/orders?dry_run=1", content_type="application/xml", **body),
        event("/v1/orders", content_type="no such thing", **body),
    )
    found = in_use(session, operations["POST /v1/orders"])
    assert [(use.kind, use.name) for use in found] == [
        (NameKind.PARAMETER, "dry_run"),
        (NameKind.MEDIA_TYPE, "application/json"),
        (NameKind.MEDIA_TYPE, "application/xml"),
    ]
    assert [use.name for use in in_use(session, operations["POST /v1/orders"], kind=NameKind.PARAMETER)] == [
        "dry_run"
    ]


def test_batches_of_the_same_day_add_up_and_a_window_is_whole_days(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    send(event("/v1/orders?status=a"), event("/v1/orders?status=a", NOW - 3 * DAY))
    send(event("/v1/orders?status=a", NOW - timedelta(hours=1)))
    assert session.scalar(select(func.count()).select_from(NameUse)) == 2
    (use,) = in_use(session, operations["GET /v1/orders"])
    assert (use.calls, use.first_at, use.last_at) == (3, NOW - 3 * DAY, NOW)
    (use,) = in_use(session, operations["GET /v1/orders"], since=NOW - timedelta(minutes=1))
    assert (use.calls, use.first_at) == (2, NOW - timedelta(hours=1))


def test_names_beyond_the_bound_count_together(
    session: Session, send: Send, operations: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(used_names, "MOST_NAMES", 3)
    send(*(event(f"/v1/orders?made_up_{letter}=1") for letter in "abcde"))
    send(event("/v1/orders?made_up_z=1"), event("/v1/orders?made_up_a=1"))
    found = in_use(session, operations["GET /v1/orders"])
    assert [(use.name, use.calls) for use in found] == [
        ("made_up_a", 2),
        ("made_up_b", 1),
        ("made_up_c", 1),
        ("…", 3),
    ]


def test_names_go_with_their_days(session: Session, send: Send, operations: dict[str, int]) -> None:
    send(event("/v1/orders?old=1", NOW - 100 * DAY), event("/v1/orders?new=1"))
    forget_usage(session, older_than=31 * DAY, now=NOW)
    assert session.scalars(select(UsedName.name)).all() == ["new"]
    assert session.scalar(select(func.count()).select_from(Usage)) == 1


def test_calls_are_told_per_status_class_and_with_their_sampling_rate(session: Session, send: Send) -> None:
    for status in (204, 101, 304, 404, 500, 200):
        send(event(status=status, identity={"user": "acme"}))
    send(event(status=200, identity={"user": "acme"}, sampling_rate=0.1))
    row = session.execute(text("SELECT * FROM usage")).mappings().one()
    classes = [row[name] for name in ("calls", "redirects", "client_errors", "server_errors", "unanswered")]
    assert classes == [7, 1, 1, 1, 0]
    assert row["sampling_rate"] == 0.1


def test_a_sampling_rate_that_is_none_breaks_its_line(send: Send) -> None:
    report = send(*(event(sampling_rate=rate) for rate in (0, 1.5, "half", True)), log_format="ndjson")
    assert (report.matched, report.broken) == (0, 4)
