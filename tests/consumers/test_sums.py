"""Questions about usage have one answer, whichever of its days were added up and changed since."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from consumers import usage
from consumers.condensing import condense, days_to_condense
from consumers.credentials import find_credential, move_credential
from consumers.day_marks import mark_hours
from consumers.habits import habits_of
from consumers.ingest import BatchReport
from consumers.merging import merge
from consumers.models import Consumer, Credential, Usage
from consumers.retention import forget_usage
from consumers.sum_models import ConsumerDay, OperationSpan, PairDay, PairSpan, UsageDay
from consumers.summing import days_to_sum, operations_to_span, span, sum_day, sum_hours_of_today
from registry.models import Operation
from storage.transactions import Database
from tests.support.factories_consumers import NOW, event, publish_templates

Send = Callable[..., BatchReport]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 14
CALLERS = ("acme", "globex", "initech")


def add_up(session: Session, now: datetime = NOW) -> int:
    days = sum(sum_day(session, day) for day in days_to_sum(session, now))
    sum_hours_of_today(session, now)
    until, operations = operations_to_span(session, now)
    if operations:
        span(session, operations, until)
    return days


def changed_anew(session: Session) -> None:
    """Let no sum hold, so that every answer comes from hours."""
    session.execute(update(UsageDay).values(is_summed=False, summed_hours=0))
    session.execute(delete(OperationSpan).where(OperationSpan.operation_id > 0))


def answers(session: Session, random: Random) -> Iterator[Any]:
    """Ask everything about random windows."""
    operations = list(session.scalars(select(Usage.operation_id).distinct().order_by(Usage.operation_id)))
    consumers = list(session.scalars(select(Consumer.id).order_by(Consumer.id)))
    yield usage.rhythms_many(session, operations)
    yield usage.slowest_rhythms(session, operations)
    yield usage.last_calls(session, operations)
    for consumer in consumers:
        yield habits_of(session, consumer)
    for _window in range(4):
        begin = NOW - random.random() * (DAYS + 4) * DAY
        window = {"since": begin, "until": min(NOW, begin + random.random() * DAYS * DAY)}
        operation, consumer = random.choice(operations), random.choice(consumers)
        yield usage.callers_many(session, operations, **window)
        yield usage.calls_of(session, consumer, **window)
        yield usage.daily(session, operation_id=operation, **window)
        yield usage.daily(session, consumer_id=consumer, **window)
        yield usage.daily(session, operation_id=operation, consumer_id=consumer, **window)
        yield usage.daily_many(session, operations, **window)
        yield usage.operation_totals(session, operations, **window)
        yield usage.consumer_totals(session, consumers, **window)
        yield usage.calls_since(session, operation, begin)


@pytest.mark.parametrize("seed", [0, *(pytest.param(one, marks=pytest.mark.slow) for one in range(1, 20))])
def test_every_question_has_the_same_answer_from_sums_and_from_hours(
    session: Session, send: Send, operations: dict[str, int], seed: int
) -> None:
    random = Random(seed)
    publish_templates(session, "bills", "1.0.0", [("GET", "/v1/bills")])
    for _round in range(2):
        send(*lines(random, 60))
        for day in days_to_sum(session, NOW):
            if random.random() < 0.8:
                sum_day(session, day)
        if random.random() < 0.5:
            add_up(session)
        send(*lines(random, random.randrange(4)))
    shuffle(session, random)
    with_sums = list(answers(session, Random(seed)))
    changed_anew(session)
    assert list(answers(session, Random(seed))) == with_sums


def lines(random: Random, number: int) -> list[bytes]:
    paths = ("/v1/orders", "/v1/orders/7", "/v1/bills")
    return [
        event(
            at=NOW - random.random() ** 2 * DAYS * DAY,
            path=random.choice(paths),
            identity={"user": random.choice(CALLERS)},
            status=random.choice((200, 200, 302, 404, 500)),
            count=random.randrange(1, 9),
            sampling_rate=random.choice((1, 1, 0.5)),
        )
        for _line in range(number)
    ]


def shuffle(session: Session, random: Random) -> None:
    """Give a credential to somebody else, merge two consumers, condense and forget the old; or don't."""
    credentials = session.scalars(select(Credential.id).where(Credential.kind == "user")).all()
    made = [Consumer(slug=slug, name=slug, created_at=NOW) for slug in ("one", "two")]
    session.add_all(made)
    session.flush()
    for number in random.sample(list(credentials), random.randrange(1, 3)):
        move_credential(session, find_credential(session, number), random.choice(made))
    if random.random() < 0.6:
        add_up(session)
    if random.random() < 0.6:
        merge(session, *made)
    if random.random() < 0.5:
        for operation in session.scalars(select(Operation.id)).all():
            for day in days_to_condense(session, operation, older_than=5 * DAY, now=NOW):
                condense(session, operation, day)
    if random.random() < 0.5:
        forget_usage(session, older_than=(DAYS - 3) * DAY, now=NOW)
    if random.random() < 0.5:
        add_up(session)


def test_a_day_that_is_over_is_added_up_once_and_anew_when_it_changed(
    session: Session, send: Send, operations: dict[str, int]
) -> None:
    acme = {"identity": {"user": "acme"}}
    send(event(at=NOW - DAY, **acme), event(at=NOW, **acme))
    assert add_up(session) == 1
    assert add_up(session) == 0
    send(event(at=NOW - DAY + HOUR, **acme))
    assert add_up(session) == 1
    assert session.execute(select(PairDay.day, PairDay.calls)).one() == (date(2026, 11, 21), 2)


def test_sums_are_what_is_read(session: Session, send: Send, operations: dict[str, int]) -> None:
    """Or else the law above would hold of two questions to the hours."""
    send(event(at=NOW - 5 * DAY), event(at=NOW - 3 * DAY))
    add_up(session)
    session.execute(delete(Usage))
    operation = operations["GET /v1/orders/{id}"]
    assert usage.operation_totals(session, [operation], since=NOW - 9 * DAY, until=NOW)[operation].calls == 2
    assert usage.rhythms_many(session, [operation]).popitem()[1] == 2
    consumer = session.scalars(select(Consumer.id)).one()
    assert (
        sum(day.calls for day in usage.daily(session, consumer_id=consumer, since=NOW - 9 * DAY, until=NOW))
        == 2
    )


def test_what_is_forgotten_leaves_no_sums(session: Session, send: Send, operations: dict[str, int]) -> None:
    send(event(at=NOW - 300 * DAY), event(at=NOW - 100 * DAY), event(at=NOW - 90 * DAY))
    add_up(session)
    forget_usage(session, older_than=200 * DAY, now=NOW)
    for model in (UsageDay, PairDay, ConsumerDay):
        assert session.scalar(select(func.count()).select_from(model)) == 2
    add_up(session)
    assert session.scalar(select(PairSpan.longest_gap)) == 10


@pytest.mark.slow
def test_a_batch_that_is_being_counted_is_never_left_out_of_a_sum(database: Database, engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    day = (NOW - DAY).date()
    hours = [round((NOW - DAY).timestamp()) // 3600]
    with database.transaction() as first:
        mark_hours(first, hours)
    with database.transaction() as batch:
        mark_hours(batch, hours)
        with database.transaction() as other:
            mark_hours(other, hours)  # which waits for nobody
        with database.transaction() as job:
            assert not sum_day(job, day)
    with database.transaction() as job:
        assert sum_day(job, day)
        with pytest.raises(OperationalError, match="lock timeout"), database.transaction() as batch:
            batch.execute(text("SET LOCAL lock_timeout = '20ms'"))
            mark_hours(batch, hours)
    with database.transaction() as batch:
        mark_hours(batch, hours)
    with database.reading() as session:
        assert days_to_sum(session, NOW) == [day]
