"""Old hours of usage become days, and no question has another answer for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consumers.condensing import condense, days_to_condense
from consumers.ingest import BatchReport
from consumers.models import Usage
from consumers.usage import callers, daily, rhythms_many
from tests.support.factories_consumers import NOW, event

Send = Callable[..., BatchReport]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MIDNIGHT = NOW.replace(hour=0)
OLD = MIDNIGHT - 100 * DAY
AGE = 92 * DAY


def condense_all(session: Session, operation: int) -> int:
    days = days_to_condense(session, operation, older_than=AGE, now=NOW)
    return sum(condense(session, operation, day) for day in days)


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Usage)) or 0


def traffic(send: Send) -> None:
    acme = {"identity": {"user": "acme"}}
    send(
        event(at=OLD + timedelta(minutes=5), status=404, user_agent="acme/1", **acme),
        event(at=OLD + 9 * HOUR, status=302, user_agent="acme/3", sampling_rate=0.5, **acme),
        event(at=OLD + 7 * HOUR, user_agent="acme/2", **acme, count=10),
        event(at=OLD + 8 * HOUR, identity={"user": "globex"}),
        event(at=OLD + 2 * DAY + 23 * HOUR, **acme),
        event(at=NOW - HOUR, **acme),
        event(at=NOW - 2 * HOUR, **acme),
    )


def test_hours_of_a_day_become_one_row_per_credential(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    traffic(send)
    operation = operations["GET /v1/orders/{id}"]
    before = callers(session, operation, since=OLD - DAY, until=NOW)
    days = daily(session, operation_id=operation, since=OLD - DAY, until=NOW)
    rhythm = rhythms_many(session, [operation])
    assert condense_all(session, operation) == 2
    assert rows(session) == 5
    after = callers(session, operation, since=OLD - DAY, until=NOW)
    assert [replace(one, user_agents=()) for one in after] == [replace(one, user_agents=()) for one in before]
    assert daily(session, operation_id=operation, since=OLD - DAY, until=NOW) == days
    assert rhythms_many(session, [operation]) == rhythm
    row = session.scalars(select(Usage).order_by(Usage.calls.desc())).first()
    assert row is not None
    assert (row.hour, row.calls, row.redirects, row.client_errors) == (OLD + 23 * HOUR, 12, 1, 1)
    assert (row.first_at, row.last_at) == (OLD + timedelta(minutes=5), OLD + 9 * HOUR)
    assert (row.user_agent, row.sampling_rate) == ("acme/3", 0.5)


def test_a_second_time_there_is_nothing_to_do_and_late_lines_join_their_day(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    traffic(send)
    operation = operations["GET /v1/orders/{id}"]
    condense_all(session, operation)
    assert condense_all(session, operation) == 0
    send(event(at=OLD + 3 * HOUR, identity={"user": "acme"}))
    assert condense_all(session, operation) == 0
    assert rows(session) == 5
    assert session.scalar(select(func.max(Usage.calls))) == 13


def test_a_window_that_begins_within_a_condensed_day_has_it_whole(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    traffic(send)
    operation = operations["GET /v1/orders/{id}"]
    condense_all(session, operation)
    found = callers(session, operation, since=OLD + 20 * HOUR, until=OLD + DAY)
    assert sum(caller.calls for caller in found) == 13


def test_recent_hours_stay(session: Session, send: Send, operations: dict[str, int]) -> None:
    send(event(at=MIDNIGHT - AGE + HOUR), event(at=MIDNIGHT - AGE - HOUR))
    [day] = days_to_condense(session, operations["GET /v1/orders/{id}"], older_than=AGE, now=NOW) or [None]
    assert day is None
    send(event(at=MIDNIGHT - AGE - 2 * HOUR))
    assert len(days_to_condense(session, operations["GET /v1/orders/{id}"], older_than=AGE, now=NOW)) == 1
