"""A batch: counted whole, once, and told about."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from consumers import credentials
from consumers.credentials import add_credential
from consumers.directory import register
from consumers.errors import ApiNotFound, Conflict, UnknownFormat
from consumers.ingest import BatchReport, ingest
from consumers.models import Consumer, Credential, Usage, UsageBatch, UsageSource
from consumers.route_table import RouteTable
from storage.transactions import Database
from tests.support.factories_consumers import NOW, PEPPER, combined_line, event, publish_templates

Send = Callable[..., BatchReport]
SECRET = "sk_live_hunter2correcthorse"


def calls(session: Session) -> int:
    return session.scalar(select(func.coalesce(func.sum(Usage.calls), 0))) or 0


def test_each_line_is_matched_or_unmatched_or_broken(session: Session, send: Send) -> None:
    report = send(
        event("/v1/orders/7"),
        event("/v1/orders", method="POST", status=503, count=4),
        event("/v1/nowhere/8841"),
        b"{not json\n",
    )
    assert (report.lines, report.matched, report.unmatched, report.broken) == (4, 2, 1, 1)
    assert report.log_format == "ndjson"
    assert not report.duplicate
    assert report.first_at == report.last_at == NOW
    assert "no operation: GET /v1/nowhere/…" in report.samples
    assert any(sample.startswith("line 4: not JSON") for sample in report.samples)
    assert calls(session) == 5
    assert session.scalar(select(func.sum(Usage.server_errors))) == 4


def test_a_batch_of_nginx_lines_is_recognised_and_counted(session: Session, send: Send) -> None:
    report = send(combined_line(user="acme"), combined_line(user="acme"), combined_line("/v1/orders?page=2"))
    assert (report.log_format, report.matched) == ("combined", 3)
    hints = session.execute(
        select(Credential.kind, Credential.hint, func.sum(Usage.calls))
        .join(Usage, Usage.credential_id == Credential.id)
        .group_by(Credential.id)
        .order_by(Credential.kind)
    ).all()
    assert [tuple(row) for row in hints] == [("user", "acme", 2), ("user-agent", "acme-sync", 1)]


def test_batches_of_the_same_hour_add_up(session: Session, send: Send, operations: dict[str, int]) -> None:
    send(event(at=NOW, user_agent="acme-sync/2.1", identity={"user": "acme"}))
    send(
        event(at=NOW + timedelta(minutes=20), user_agent="acme-sync/2.2", identity={"user": "acme"}, count=3)
    )
    send(event(at=NOW + timedelta(minutes=5), user_agent="acme-sync/2.0", identity={"user": "acme"}))
    row = session.scalars(select(Usage)).one()
    assert row.operation_id == operations["GET /v1/orders/{id}"]
    assert (row.hour, row.calls) == (NOW, 5)
    assert (row.first_at, row.last_at) == (NOW, NOW + timedelta(minutes=20))
    assert row.user_agent == "acme-sync/2.2"  # the latest call's, whatever the order of arrival


def test_instants_are_kept_to_the_microsecond(session: Session, send: Send) -> None:
    first, last = NOW.replace(minute=4, second=5, microsecond=7), NOW.replace(minute=59, second=59)
    send(event(at=first), event(at=last))
    row = session.scalars(select(Usage)).one()
    assert (row.hour, row.first_at, row.last_at) == (NOW, first, last)
    assert session.scalar(select(func.count()).where(Usage.hour == NOW, Usage.last_at == last)) == 1


def test_a_batch_sent_twice_counts_once(session: Session, send: Send) -> None:
    first = send(event(), event("/nowhere"), key="monday")
    again = send(event(), event("/nowhere"), key="monday")
    assert again.duplicate
    assert (again.lines, again.matched, again.unmatched) == (first.lines, first.matched, first.unmatched)
    assert again.samples == first.samples
    assert calls(session) == 1


def test_the_same_key_from_another_source_is_another_batch(session: Session, send: Send) -> None:
    send(event(), key="monday", source="edge-1")
    send(event(), key="monday", source="edge-2")
    assert calls(session) == 2


def test_a_batch_sent_by_several_at_once_counts_once(database: Database) -> None:
    with database.transaction() as session:
        publish_templates(session, "orders", "1.0.0", [("GET", "/v1/orders/{id}")])
    senders = 4
    start = threading.Barrier(senders)

    def work(_number: int) -> BatchReport:
        start.wait()
        with database.transaction() as session:
            lines = [event(identity={"user": f"u{number}"}) for number in range(50)]
            return ingest(
                session, source="edge", key="k", log_format=None, data=lines, pepper=PEPPER, now=NOW
            )

    with ThreadPoolExecutor(senders) as pool:
        reports = list(pool.map(work, range(senders)))
    assert sorted(report.duplicate for report in reports) == [False, True, True, True]
    assert {report.matched for report in reports} == {50}
    with database.reading() as session:
        assert calls(session) == 50
        assert session.scalar(select(func.count()).select_from(UsageBatch)) == 1
        assert session.scalar(select(func.count()).select_from(UsageSource)) == 1


def test_different_batches_at_once_add_up_whatever_the_order_of_their_lines(database: Database) -> None:
    with database.transaction() as session:
        publish_templates(session, "orders", "1.0.0", [("GET", "/v1/orders/{id}"), ("GET", "/v1/orders")])
    senders = 4
    start = threading.Barrier(senders)

    def work(number: int) -> None:
        lines = [
            event(path, identity={"user": f"u{user}"})
            for path in ("/v1/orders", "/v1/orders/1")
            for user in range(30)
        ]
        start.wait()
        with database.transaction() as session:
            ordered = lines if number % 2 else lines[::-1]
            ingest(
                session,
                source="edge",
                key=f"k{number}",
                log_format=None,
                data=ordered,
                pepper=PEPPER,
                now=NOW,
            )

    with ThreadPoolExecutor(senders) as pool:
        list(pool.map(work, range(senders)))
    with database.reading() as session:
        assert calls(session) == senders * 60
        assert session.scalar(select(func.count()).select_from(Usage)) == 60


def test_a_batch_that_fails_leaves_nothing_and_may_be_sent_again(database: Database) -> None:
    with database.transaction() as session:
        publish_templates(session, "orders", "1.0.0", [("GET", "/v1/orders/{id}")])

    def breaking_off() -> object:
        yield event()
        raise ConnectionError("the sender is gone")

    words = {"source": "edge", "key": "k", "log_format": "ndjson", "pepper": PEPPER, "now": NOW}
    with pytest.raises(ConnectionError), database.transaction() as session:
        ingest(session, data=breaking_off(), **words)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UsageSource)) == 0
    with database.transaction() as session:
        assert not ingest(session, data=[event()], **words).duplicate
        assert calls(session) == 1


@pytest.mark.parametrize(
    ("age", "why"),
    [(timedelta(hours=-2), "in the future"), (timedelta(days=401), "older than 400 days")],
)
def test_a_call_out_of_time_is_broken_and_keeps_no_source_fresh(
    session: Session, send: Send, age: timedelta, why: str
) -> None:
    report = send(event(at=NOW - age))
    assert (report.broken, report.matched) == (1, 0)
    assert why in report.samples[0]
    assert session.scalars(select(UsageSource)).one().last_event_at is None


def test_a_clock_that_is_a_little_ahead_is_believed(send: Send) -> None:
    assert send(event(at=NOW + timedelta(minutes=59))).matched == 1


def test_options_requests_count_as_nothing(session: Session, send: Send) -> None:
    report = send(event(method="OPTIONS"))
    assert (report.lines, report.matched, report.unmatched, report.broken) == (1, 0, 0, 0)
    assert report.samples == ()
    assert calls(session) == 0


def test_an_unknown_format_is_refused_with_the_first_line_redacted(session: Session, send: Send) -> None:
    with pytest.raises(UnknownFormat) as refusal:
        send(f"login of bob@example.com with key={SECRET}\n".encode())
    assert "login of … with key=…" in str(refusal.value)
    assert SECRET not in str(refusal.value)
    with pytest.raises(UnknownFormat, match="use ndjson, combined"):
        send(event(), log_format="xml")
    assert session.scalar(select(func.count()).select_from(UsageSource)) == 0


def test_a_known_source_may_send_a_batch_of_garbage(session: Session, send: Send) -> None:
    send(event())
    report = send(b"\x16\x03\x01\x00\xff garbage\n", b"more\n")
    assert (report.log_format, report.broken) == ("ndjson", 2)
    assert calls(session) == 1


def test_a_source_remembers_its_oldest_and_newest_call(session: Session, send: Send) -> None:
    send(event(at=NOW - timedelta(hours=5)))
    send(
        event(at=NOW - timedelta(hours=9)),
        event("/nowhere", at=NOW - timedelta(hours=6)),
        now=NOW + timedelta(hours=1),
    )
    source = session.scalars(select(UsageSource).execution_options(populate_existing=True)).one()
    assert source.first_event_at == NOW - timedelta(hours=9)
    assert source.last_event_at == NOW - timedelta(hours=5)
    assert source.last_batch_at == NOW + timedelta(hours=1)


def test_a_source_of_one_api_matches_that_api_only(session: Session, send: Send) -> None:
    other = publish_templates(session, "other", "1.0.0", [("GET", "/v1/orders/{id}"), ("GET", "/v1/else")])
    send(event(), event("/v1/else"), source="of-other", api_slug="other")
    rows = session.scalars(select(Usage.operation_id).order_by(Usage.operation_id)).all()
    assert set(rows) == set(other.values())
    with pytest.raises(Conflict, match="of-other doesn't report on orders alone"):
        send(event(), source="of-other", api_slug="orders")
    with pytest.raises(ApiNotFound, match="no API called nonesuch"):
        send(event(), source="third", api_slug="nonesuch")


def test_operations_that_a_newer_version_dropped_still_match(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    publish_templates(session, "orders", "2.0.0", [("GET", "/v2/orders/{key}")], position=2)
    assert send(event("/v1/orders/7"), event("/v2/orders/7")).matched == 2


def test_a_kept_router_notices_a_new_version(session: Session, send: Send) -> None:
    table = RouteTable()
    assert send(event("/v2/orders/7"), table=table).unmatched == 1
    publish_templates(session, "orders", "2.0.0", [("GET", "/v2/orders/{id}")], position=2)
    assert send(event("/v2/orders/7"), table=table).matched == 1


def test_a_registered_credential_names_its_consumer(session: Session, send: Send) -> None:
    acme = register(session, slug="acme", name="Acme", now=NOW)
    add_credential(session, acme, kind="api-key", value=SECRET, pepper=PEPPER, now=NOW)
    send(event(identity={"api-key": SECRET, "user": "someone"}))
    assert session.scalars(select(Usage.consumer_id)).all() == [acme.id]


def test_a_user_agent_names_a_consumer_only_once_it_is_registered(session: Session, send: Send) -> None:
    bot = register(session, slug="bot", name="Bot", now=NOW)
    send(event(user_agent="acme-sync/2.1 (linux)"))
    assert session.scalars(select(Consumer.slug).join(Usage, Usage.consumer_id == Consumer.id)).all() == [
        "unattributed"
    ]
    add_credential(session, bot, kind="user-agent", value="acme-sync/3.0", pepper=PEPPER, now=NOW)
    send(event(user_agent="acme-sync/2.2", at=NOW + timedelta(minutes=1)))
    row = session.execute(select(Usage.consumer_id, Usage.calls)).one()
    assert tuple(row) == (bot.id, 2)


def test_invented_names_do_not_fill_the_table(
    session: Session, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "MOST_UNASSIGNED", 5)
    send(*(event(identity={"api-key": f"invented-{number}"}) for number in range(50)))
    kinds = session.scalars(select(Credential.kind)).all()
    assert len(kinds) == 6  # five, and the one for calls that name nobody
    assert kinds.count("none") == 1
    assert calls(session) == 50
    send(event(identity={"user": "another"}))
    assert session.scalar(select(func.count()).select_from(Credential)) == 6


def test_no_secret_address_or_query_value_reaches_the_database(session: Session, send: Send) -> None:
    send(
        event(f"/v1/orders/7?token={SECRET}", identity={"api-key": SECRET}),
        event(f"/nowhere/{SECRET}?x={SECRET}", identity={"client-id": SECRET}),
        event(identity={"client-id": SECRET}),
        f'{{"at":"yesterday","identity":{{"api-key":"hunter-horse"}},"path":"/{SECRET}"}}\n'.encode(),
        b'{"identity":{"api-key":"hunter-horse\n',
    )
    send(
        combined_line(f"/v1/orders/7?email=bob@example.com&key={SECRET}"),
        combined_line(f"/nowhere?email=bob@example.com&key={SECRET}", user="bobs"),
        f'203.0.113.9 - bobs [x] "GET /v1?key={SECRET} HTTP/1.1"\n'.encode(),
    )
    connection = session.connection()
    for table in inspect(connection).get_table_names():
        dump = repr(connection.execute(text(f'SELECT * FROM "{table}"')).all())
        for private in (SECRET, SECRET[8:], "hunter-horse", "203.0.113.9", "bob@example.com", "bobs"):
            assert private not in dump, f"{private} stands in {table}"
    assert "…orse" in session.scalars(select(Credential.hint)).all()
