"""Questions about usage, answered from hourly counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event as events
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers import directory, usage
from consumers.ingest import BatchReport
from consumers.models import LogCursor, SourceHour, Usage, UsageBatch
from consumers.retention import forget_batches, forget_usage
from tests.support.factories_consumers import NOW, PEPPER, event, publish_templates

Send = Callable[..., BatchReport]
DAY = timedelta(days=1)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


@pytest.fixture
def acme(session: Session) -> int:
    consumer = directory.register(session, slug="acme", name="Acme", now=NOW)
    for value in ("acme-web", "acme-batch"):
        directory.add_credential(session, consumer, kind="user", value=value, pepper=PEPPER, now=NOW)
    return consumer.id


def by(user: str, **members: object) -> bytes:
    return event(identity={"user": user}, **members)  # type: ignore[arg-type]


def test_callers_are_listed_with_what_identifies_them(
    session: Session, send: Send, operations: dict[str, int], acme: int
) -> None:
    send(
        by("acme-web", count=10, user_agent="web/1", at=NOW - 2 * DAY),
        by("acme-batch", count=2, status=404, user_agent="batch/1", at=NOW - DAY),
        by("acme-web", count=1, status=500, at=NOW - 3 * DAY),
        by("stranger", count=3, at=NOW - DAY),
        by("acme-web", count=4, at=NOW - 10 * DAY),
        by("acme-web", count=50, path="/v1/orders", at=NOW - DAY),
        by("acme-web", path="/v1/orders", at=NOW - 20 * DAY),
    )
    one = operations["GET /v1/orders/{id}"]
    first, second = usage.callers(session, one, since=NOW - 7 * DAY, until=NOW)
    assert (first.consumer_id, first.slug, first.is_unattributed) == (acme, "acme", False)
    assert (first.calls, first.client_errors, first.server_errors) == (13, 2, 1)
    assert (first.first_at, first.last_at) == (NOW - 3 * DAY, NOW - DAY)
    assert first.hints == ("acme-batch", "acme-web")
    assert first.user_agents == ("batch/1", "web/1")
    assert (first.calls_before, first.trend) == (4, (13 - 4) / 4)
    assert (second.slug, second.is_unattributed, second.calls) == ("unattributed", True, 3)
    assert (second.calls_before, second.trend, second.has_contact) == (0, None, False)


def test_a_window_before_that_no_source_told_of_wholly_gives_no_trend(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    send(by("acme", count=30, at=NOW - DAY), by("acme", at=NOW - 9 * DAY))
    (caller,) = usage.callers(session, operations["GET /v1/orders/{id}"], since=NOW - 7 * DAY, until=NOW)
    assert (caller.calls, caller.calls_before, caller.trend) == (30, None, None)


def test_who_called_before_the_window_only_is_no_caller(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    send(by("acme", at=NOW - 10 * DAY))
    one = operations["GET /v1/orders/{id}"]
    assert usage.callers(session, one, since=NOW - 7 * DAY, until=NOW) == ()
    assert len(usage.callers(session, one, since=BEGINNING, until=NOW)) == 1


def test_a_window_takes_in_the_hours_that_it_touches(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    send(by("acme", at=NOW + timedelta(minutes=10)), by("acme", at=NOW - DAY + timedelta(minutes=10)))
    one = operations["GET /v1/orders/{id}"]
    until = NOW + timedelta(minutes=20)
    (caller,) = usage.callers(session, one, since=until - DAY, until=until)
    assert caller.calls == 2
    (caller,) = usage.callers(session, one, since=NOW - DAY, until=NOW)
    assert caller.calls == 1


def test_a_contact_whose_mail_stopped_is_none(
    session: Session, send: Send, operations: dict[str, int], acme: int
) -> None:
    send(by("acme-web"))
    one, window = operations["GET /v1/orders/{id}"], {"since": NOW - DAY, "until": NOW + DAY}
    consumer = directory.find(session, "acme")
    contact = directory.add_contact(session, consumer, name="Dana", email="dana@example.com", now=NOW)
    assert usage.callers(session, one, **window)[0].has_contact
    contact.disabled_at = NOW
    session.flush()
    assert not usage.callers(session, one, **window)[0].has_contact


def test_many_operations_take_as_many_queries_as_one(
    session: Session, send: Send, operations: dict[str, int], acme: int
) -> None:
    send(by("acme-web"), by("acme-web", path="/v1/orders"), by("other"))
    asked: list[str] = []
    events.listen(
        session.get_bind(), "before_cursor_execute", lambda _c, _u, statement, *_rest: asked.append(statement)
    )
    window = {"since": NOW - DAY, "until": NOW + DAY}
    found = usage.callers_many(session, operations.values(), **window)
    assert len(asked) == 5
    assert {name: [caller.slug for caller in found[key]] for name, key in operations.items()} == {
        "GET /v1/orders": ["acme"],
        "GET /v1/orders/{id}": ["acme", "unattributed"],
        "POST /v1/orders": [],
    }


def test_what_a_consumer_calls(session: Session, send: Send, operations: dict[str, int], acme: int) -> None:
    send(
        by("acme-web", count=2, at=NOW - DAY),
        by("acme-batch", count=9, path="/v1/orders", status=429),
        by("stranger", count=30),
        by("acme-web", count=8, at=NOW - 9 * DAY),
        by("stranger", at=NOW - 20 * DAY),
    )
    first, second = usage.calls_of(session, acme, since=NOW - 7 * DAY, until=NOW + DAY)
    assert (first.method, first.path, first.api_slug) == ("GET", "/v1/orders", "orders")
    assert (first.calls, first.client_errors, first.trend) == (9, 9, None)
    assert (second.operation_id, second.calls, second.calls_before) == (
        operations["GET /v1/orders/{id}"],
        2,
        8,
    )
    assert second.trend == -0.75
    assert (second.first_at, second.last_at) == (NOW - DAY, NOW - DAY)


def test_days_without_calls_are_there_with_zeros(
    session: Session, send: Send, operations: dict[str, int], acme: int
) -> None:
    send(
        by("acme-web", count=3, at=datetime(2026, 11, 20, 23, 59, tzinfo=UTC)),
        by("acme-web", count=4, status=500, at=datetime(2026, 11, 20, 0, 0, tzinfo=UTC)),
        by("stranger", count=5, status=404, at=datetime(2026, 11, 22, 0, 30, tzinfo=UTC)),
    )
    one, window = operations["GET /v1/orders/{id}"], {"since": NOW - 3 * DAY, "until": NOW}
    expected = (
        usage.Day(date(2026, 11, 19)),
        usage.Day(date(2026, 11, 20), 7, 0, 4),
        usage.Day(date(2026, 11, 21)),
        usage.Day(date(2026, 11, 22), 5, 5, 0),
    )
    assert usage.daily(session, operation_id=one, **window) == expected
    of_acme = (*expected[:3], usage.Day(date(2026, 11, 22)))
    assert usage.daily(session, consumer_id=acme, **window) == of_acme
    assert usage.daily(session, operation_id=one, consumer_id=acme, **window) == of_acme
    none = usage.daily_many(session, [one, 0], **window)
    assert none[one] == expected
    assert sum(day.calls for day in none[0]) == 0


def test_last_calls_and_totals(session: Session, send: Send, operations: dict[str, int], acme: int) -> None:
    send(by("acme-web", count=2, at=NOW - 40 * DAY), by("acme-web", count=3, at=NOW - DAY), by("stranger"))
    one, other = operations["GET /v1/orders/{id}"], operations["POST /v1/orders"]
    window = {"since": NOW - 7 * DAY, "until": NOW + DAY}
    assert usage.last_calls(session, [one, other]) == {one: NOW}
    assert usage.operation_totals(session, [one, other], **window) == {one: usage.Totals(4, 2, NOW)}
    assert usage.consumer_totals(session, [acme], **window) == {acme: usage.Totals(3, 1, NOW - DAY)}


def test_a_monthly_caller_has_its_own_rhythm(
    session: Session, send: Send, operations: dict[str, int], acme: int
) -> None:
    months = [
        datetime(2026, month, 1, 3, minute, tzinfo=UTC) for month in (8, 9, 10, 11) for minute in (0, 5)
    ]
    send(*(by("acme-web", at=at) for at in months))
    send(by("stranger", at=NOW))
    one = operations["GET /v1/orders/{id}"]
    assert usage.quiet_rhythm(session, one, acme) == 31
    nobody = directory.unattributed(session, NOW).id
    assert usage.quiet_rhythm(session, one, nobody) is None  # one day says nothing
    assert usage.rhythms_many(session, operations.values()) == {(one, acme): 31}


def test_a_daily_caller_has_a_rhythm_of_a_day(
    session: Session, send: Send, operations: dict[str, int], acme: int
) -> None:
    send(*(by("acme-web", at=NOW - number * DAY) for number in range(5)))
    assert usage.quiet_rhythm(session, operations["GET /v1/orders/{id}"], acme) == 1


def test_a_source_that_fell_silent_is_stale(session: Session, send: Send) -> None:
    send(event(), source="edge")
    send(b"garbage\n", source="dead", log_format="combined")
    dead, edge = usage.sources(session, now=NOW + DAY)
    assert (edge.slug, edge.log_format, edge.stale, edge.missing) == ("edge", "ndjson", False, False)
    assert (edge.first_event_at, edge.last_event_at, edge.last_batch_at) == (NOW, NOW, NOW)
    assert (dead.slug, dead.stale, dead.missing, dead.last_event_at) == ("dead", True, True, None)
    _dead, edge = usage.sources(session, now=NOW + DAY + timedelta(seconds=1))
    assert (edge.stale, edge.missing) == (True, False)


def test_the_sources_of_an_api_are_its_own_and_those_of_all_apis(session: Session, send: Send) -> None:
    publish_templates(session, "other", "1.0.0", [("GET", "/x")])
    send(event(), source="every")
    send(event(), source="orders-edge", api_slug="orders")
    send(event(), source="other-edge", api_slug="other")
    found = usage.sources(session, now=NOW)
    of_orders = next(source.api_id for source in found if source.slug == "orders-edge")
    assert [source.slug for source in usage.sources(session, of_orders, now=NOW)] == ["every", "orders-edge"]


def test_old_usage_is_forgotten(session: Session, send: Send) -> None:
    send(event(at=NOW - 399 * DAY), event(at=NOW - 100 * DAY))
    assert forget_usage(session, older_than=200 * DAY, now=NOW) == 2
    for hours in (Usage.hour, SourceHour.hour):
        assert session.scalars(select(hours)).all() == [NOW - 100 * DAY]


def test_batches_are_kept_as_long_as_their_lines_could_count_again(session: Session, send: Send) -> None:
    send(event())
    assert forget_batches(session, older_than=31 * DAY, now=NOW + 400 * DAY) == 0
    assert forget_batches(session, older_than=31 * DAY, now=NOW + 401 * DAY) == 1
    for model in (UsageBatch, LogCursor):
        assert session.scalar(select(func.count()).select_from(model)) == 0
