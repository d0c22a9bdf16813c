from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from storage.job_runs import JobRun, is_ticking, job_finished, job_started

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_transaction_keeps_what_was_done_in_it(database):
    with database.transaction() as session:
        job_started(session, "plan notices", NOON)
    with database.reading() as session:
        assert session.scalars(select(JobRun.name)).all() == ["plan notices"]


def test_postgresql_plans_for_short_questions(database):
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no such settings")
    with database.reading() as session:
        for name, value in (("jit", "off"), ("random_page_cost", "1.1")):
            assert session.scalar(text(f"SHOW {name}")) == value


def test_a_transaction_that_fails_leaves_nothing(database):
    def start_and_fail() -> None:
        with database.transaction() as session:
            job_started(session, "plan notices", NOON)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        start_and_fail()
    with database.reading() as session:
        assert session.scalars(select(JobRun)).all() == []


def test_a_session_for_reading_keeps_nothing(database):
    with database.reading() as session:
        job_started(session, "plan notices", NOON)
        session.flush()
    with database.reading() as session:
        assert session.scalars(select(JobRun)).all() == []


def test_an_instant_comes_back_in_utc_whatever_its_zone_was(database):
    with database.transaction() as session:
        job_started(session, "plan notices", NOON.astimezone(timezone(timedelta(hours=5, minutes=45))))
    with database.reading() as session:
        (run,) = session.scalars(select(JobRun)).all()
    assert run.started_at == NOON
    assert run.started_at.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(session):
    with pytest.raises(StatementError, match="has no time zone"):
        job_started(session, "plan notices", datetime(2026, 11, 22, 12))  # noqa: DTZ001 - the mistake itself


def test_a_job_that_ended_says_when_and_how(session):
    job_started(session, "send mails", NOON)
    job_finished(session, "send mails", "connection refused", NOON + timedelta(seconds=3))
    run = session.get_one(JobRun, "send mails")
    assert (run.finished_at, run.error) == (NOON + timedelta(seconds=3), "connection refused")


def test_a_job_that_starts_again_forgets_how_it_ended(session):
    job_started(session, "send mails", NOON)
    job_finished(session, "send mails", "connection refused", NOON)
    job_started(session, "send mails", NOON + timedelta(minutes=1))
    run = session.get_one(JobRun, "send mails")
    assert (run.started_at, run.finished_at, run.error) == (NOON + timedelta(minutes=1), None, None)


def test_the_scheduler_ticks_as_long_as_a_job_began_lately(session):
    assert not is_ticking(session, NOON)
    job_started(session, "send mails", NOON)
    assert is_ticking(session, NOON + timedelta(minutes=2))
    assert not is_ticking(session, NOON + timedelta(minutes=3))


def test_a_tick_from_before_the_clock_was_put_back_proves_nothing(session):
    job_started(session, "forget the old", NOON)
    assert not is_ticking(session, NOON - timedelta(hours=1))
    job_started(session, "send mails", NOON - timedelta(hours=1))
    assert is_ticking(session, NOON - timedelta(hours=1))
