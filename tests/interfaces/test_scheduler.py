"""Two schedulers on one database, and clocks that jump: nothing is told twice, nothing is lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from deprecations.milestones import schedule
from deprecations.models import DeprecationEvent
from deprecations.notice_models import Notice
from interfaces.runtime import Runtime, make_runtime
from interfaces.scheduler import JOBS, Job, has_gone_back, run_job
from interfaces.settings import Settings
from notifications.mailbox_reader import list_mails
from notifications.models import Attempt, Envelope
from storage.job_runs import JobRun
from tests.support.factories_deprecations import (
    NOW,
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_source,
    make_usage,
)

pytestmark = pytest.mark.slow  # every job, more than once

DAY = timedelta(days=1)
TELLING = tuple(
    job
    for job in JOBS
    if job.name in ("advance lifecycles", "write notices", "watch traffic", "deliver mails")
)


class Clock:
    """An hour that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
def runtime(settings: Settings, clock: Clock) -> Iterator[Runtime]:
    """Sundial's surroundings: ten consumers call what ends, two contacts each."""
    made = make_runtime(settings, clock)
    with made.database.transaction() as session:
        api = make_api(session)
        operation = make_operation(session, api)
        make_source(session, api=api, until=NOW)
        for number in range(10):
            consumer = make_consumer(session, f"app-{number}")
            for name in ("ann", "kim"):
                make_contact(session, consumer, f"{name}-{number}@example.com")
            make_usage(session, consumer, operation, NOW - timedelta(hours=1))
        make_plan(session, operation, deprecated_on=date(2026, 11, 22))
    yield made
    made.database.engine.dispose()


def tick(runtime: Runtime, jobs: tuple[Job, ...] = TELLING) -> None:
    for job in jobs:
        run_job(runtime, job, lambda: False)


def counted(runtime: Runtime) -> tuple[int, int, int]:
    """Return how many notices there are, how many envelopes, and how many mails arrived."""
    with runtime.database.reading() as session:
        rows = [session.scalar(select(func.count()).select_from(model)) or 0 for model in (Notice, Envelope)]
    mails = list_mails(runtime.settings.data_dir.resolve() / "mailbox").total
    return rows[0], rows[1], mails


def test_two_schedulers_at_once_do_what_one_does(runtime: Runtime, settings: Settings, clock: Clock) -> None:
    others = [runtime, make_runtime(settings, clock)]
    together = threading.Barrier(len(others))

    def live(mine: Runtime) -> None:
        for _ in range(4):
            together.wait(timeout=300)
            tick(mine)

    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(live, others))
    tick(runtime)
    assert counted(runtime) == (160, 20, 20)
    with runtime.database.reading() as session:
        tries = session.execute(select(Attempt.envelope_id, func.count()).group_by(Attempt.envelope_id))
        assert {count for _, count in tries} == {1}
        steps = list(session.scalars(select(DeprecationEvent.step).order_by(DeprecationEvent.id)))
        assert steps.count("deprecate") == 1
    others[1].database.engine.dispose()


@pytest.mark.parametrize(
    "steps",
    [
        [timedelta(hours=1), timedelta(0)],  # an hour back
        [DAY, timedelta(0), DAY],  # a day there and back
        [timedelta(seconds=second) for second in (5, -5, 5, -5, 0)],
    ],
    ids=["an hour", "a day", "jitter"],
)
def test_a_clock_that_jumps_tells_nothing_twice(
    runtime: Runtime, clock: Clock, steps: list[timedelta]
) -> None:
    tick(runtime)
    before = counted(runtime)
    for step in steps:
        clock.now = NOW + step
        tick(runtime)
    assert counted(runtime) == before


def test_a_job_that_fails_says_so_and_comes_again(runtime: Runtime) -> None:
    def fail(_runtime: Runtime, _stop: object) -> int:
        raise RuntimeError("no space left")

    broken = Job("write notices", timedelta(seconds=30), fail)
    assert run_job(runtime, broken, lambda: False) == 0
    with runtime.database.reading() as session:
        assert session.get_one(JobRun, "write notices").error == "RuntimeError: no space left"
    tick(runtime)
    with runtime.database.reading() as session:
        assert session.get_one(JobRun, "write notices").error is None
    assert counted(runtime)[1] == 20


@pytest.mark.parametrize(
    ("sunset_on", "zone", "last"),
    [
        (date(2028, 2, 29), "UTC", "2028-02-29 00:00"),
        (date(2027, 3, 28), "Europe/Berlin", "2027-03-27 23:00"),  # clocks go forward that day
        (date(2027, 10, 31), "Europe/Berlin", "2027-10-30 22:00"),  # and back
        (date(2027, 9, 5), "America/Santiago", "2027-09-05 04:00"),  # this day has no midnight
        (date(2038, 1, 20), "UTC", "2038-01-20 00:00"),
    ],
)
def test_the_last_days_notice_begins_with_the_day_whatever_clocks_do(
    sunset_on: date, zone: str, last: str
) -> None:
    dues = schedule(announced_at=NOW, moved_at=None, sunset_on=sunset_on, zone=zone)
    assert len({due.milestone for due in dues}) == len(dues) == 8
    (sunset,) = (due for due in dues if due.milestone == "sunset")
    assert sunset.at == datetime.fromisoformat(last).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "passed", "is_back"),
    [(5, 5, False), (3600, 5, False), (1, 5, False), (-1, 5, True), (-86400, 5, True), (0, 3600, True)],
)
def test_a_clock_that_shows_less_than_passed_was_put_back(shown: float, passed: float, is_back: bool) -> None:
    after = NOW + timedelta(seconds=shown), 100 + passed
    assert has_gone_back((NOW, 100.0), after) is is_back
