"""What happens by itself. APScheduler only ticks; what is due stands in tables.

So a crash loses nothing, and a second scheduler does no harm: every job claims what it works on.
"""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from deprecations.advance import advance
from deprecations.escalation import plan_escalations
from deprecations.following import follow
from deprecations.notices import plan_notices
from deprecations.owner_mail import tell_owners
from deprecations.packing import pack
from deprecations.successors import waiting as without_comparison
from deprecations.traffic_events import plan_traffic_notices
from interfaces.live_check import check_due
from interfaces.mail import deliver_due, desk, read_reports
from interfaces.publishing import work_on_comparison, work_on_delivery
from interfaces.retention import condense_usage, forget
from interfaces.runtime import Runtime
from interfaces.successors import compare_successor
from interfaces.summing import add_up
from notifications.endpoints import NAMES as ENDPOINTS
from registry import comparisons, inbox
from storage.job_runs import job_finished, job_started

_log = structlog.get_logger("sundial.scheduler")
_AT_A_TIME = 20
_LOOK_SECONDS = 5
_STEP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often."""

    name: str
    every: timedelta
    work: Callable[[Runtime, Callable[[], bool]], int]


def publish_pushes(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Work on the pushes that wait in the inbox."""
    with runtime.database.reading() as session:
        waiting = inbox.waiting(session, _AT_A_TIME, runtime.clock())
    return sum(work_on_delivery(runtime, one) for one in waiting if not stop())


def finish_comparisons(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Make the comparisons that nobody works on."""
    with runtime.database.reading() as session:
        waiting = comparisons.waiting(session, _AT_A_TIME, runtime.clock())
    return sum(work_on_comparison(runtime, one) for one in waiting if not stop())


def compare_successors(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Compare what ends with what its plans name instead."""
    with runtime.database.reading() as session:
        waiting = without_comparison(session, _AT_A_TIME)
    return sum(compare_successor(runtime, one) for one in waiting if not stop())


def advance_lifecycles(runtime: Runtime, _stop: Callable[[], bool]) -> int:
    """Move the deprecations on whose dates have come."""
    with runtime.database.transaction() as session:
        now = runtime.clock()
        return advance(session, now) + follow(session, now)


def write_notices(runtime: Runtime, _stop: Callable[[], bool]) -> int:
    """Plan the notices, and put those that are due into envelopes."""
    with runtime.database.transaction() as session:
        plan_notices(session, runtime.clock())
        return pack(session, desk=desk(runtime), now=runtime.clock())


def tell_teams(runtime: Runtime, _stop: Callable[[], bool]) -> int:
    """Tell the teams of APIs what needs them, and others of a consumer where nobody answers."""
    with runtime.database.transaction() as session:
        plan_escalations(session, runtime.clock())
        return tell_owners(session, desk=desk(runtime), now=runtime.clock())


def watch_traffic(runtime: Runtime, _stop: Callable[[], bool]) -> int:
    """Plan notices for consumers that stopped calling, or call more and more."""
    with runtime.database.transaction() as session:
        return plan_traffic_notices(session, runtime.clock())


def deliver_mails(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Send the mails that are due in the outbox."""
    return deliver_due(runtime, stop, without=ENDPOINTS)


def post_messages(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Post what is due to webhooks and chats, apart from mails: one that is slow holds no mail up."""
    return deliver_due(runtime, stop, without=("smtp", "mailbox"))


def forget_the_old(runtime: Runtime, _stop: Callable[[], bool]) -> int:
    """Delete what its retention no longer keeps."""
    return forget(runtime)


def make_days_of_hours(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Make days of the old hours of usage."""
    return condense_usage(runtime, stop)


JOBS: tuple[Job, ...] = (
    Job("publish pushes", timedelta(seconds=5), publish_pushes),
    Job("finish comparisons", timedelta(seconds=10), finish_comparisons),
    Job("compare successors", timedelta(seconds=10), compare_successors),
    Job("advance lifecycles", timedelta(seconds=30), advance_lifecycles),
    Job("write notices", timedelta(seconds=30), write_notices),
    Job("tell teams", timedelta(minutes=5), tell_teams),
    Job("watch traffic", timedelta(hours=1), watch_traffic),
    Job("deliver mails", timedelta(seconds=5), deliver_mails),
    Job("post messages", timedelta(seconds=5), post_messages),
    Job("check live replies", timedelta(seconds=60), check_due),
    Job("read bounces", timedelta(minutes=1), read_reports),
    Job("add usage up", timedelta(minutes=1), add_up),
    Job("forget the old", timedelta(hours=6), forget_the_old),
    Job("make days of hours", timedelta(hours=6), make_days_of_hours),
)


def run_job(runtime: Runtime, job: Job, stop: Callable[[], bool]) -> int:
    """Run a job once, and note when and how in the database; a failure is logged and not raised."""
    error, done = None, 0
    try:
        with runtime.database.transaction() as session:
            job_started(session, job.name, runtime.clock())
        done = job.work(runtime, stop)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the next tick must come
        error = f"{type(fault).__name__}: {fault}"
        _log.error("job failed", job=job.name, exc_info=fault)
    try:
        with runtime.database.transaction() as session:
            job_finished(session, job.name, error, runtime.clock())
    except SQLAlchemyError as fault:
        _log.error("job not noted", job=job.name, exc_info=fault)
    if done:
        _log.info("job", job=job.name, done=done)
    return done


def has_gone_back(before: tuple[datetime, float], after: tuple[datetime, float]) -> bool:
    """Tell whether the clock showed less time than passed, between two looks at it and at a steady one."""
    return (after[0] - before[0]).total_seconds() < after[1] - before[1] - _STEP_SECONDS


def _watch_the_clock(ticker: BackgroundScheduler, runtime: Runtime, stop: threading.Event) -> None:
    """Wait until the end; where the clock is put back, let every job come now, and not that much later."""
    before = runtime.clock(), time.monotonic()
    while not stop.wait(_LOOK_SECONDS):
        after = runtime.clock(), time.monotonic()
        if has_gone_back(before, after):
            _log.warning("the clock was put back", by_seconds=round((before[0] - after[0]).total_seconds()))
            for job in ticker.get_jobs():
                job.modify(next_run_time=after[0])
        before = after


def run_scheduler(runtime: Runtime) -> None:
    """Tick until SIGTERM or SIGINT; the work at hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ticker = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in JOBS:
        ticker.add_job(
            run_job,
            "interval",
            seconds=job.every.total_seconds(),
            args=(runtime, job, stop.is_set),
            id=job.name,
            next_run_time=runtime.clock(),
        )
    ticker.start()
    _log.info("scheduler started", jobs=len(JOBS))
    _watch_the_clock(ticker, runtime, stop)
    ticker.shutdown(wait=True)
    _log.info("scheduler stopped")
