"""`python -m benchmarks.history`: server time of each page against a long history of usage on PostgreSQL.

A private cluster is filled with buckets of `--hits` calls, ten to a bucket on average: hours for the last 92
days, days for the 300 before, of 500 consumers with 1,800 operations, the busiest called in every hour. The
plans end the busiest operation and the whole API, so that their pages have to look at most of it. Each page
is asked for once, and then `--rounds` times; the median is told, in milliseconds, the mean of the processor
time that Sundial and PostgreSQL take together, and how many statements it takes. Before that, the days are
added up as the scheduler does.
"""

import argparse
import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import Connection, event, text

from benchmarks.ingest_traffic import CONSUMERS, templates
from interfaces.runtime import Runtime

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OPERATIONS = 1_800
TARGET_MS = 300
_HITS_A_BUCKET = 10
_HOURS = 92 * 24
_DAYS = 300
_LAST_HOUR = int(NOW.timestamp()) // 3600 - 1
PAGES = (
    "/",
    "/apis",
    "/apis/things",
    "/apis/things?view=operations",
    "/apis/things?view=settings",
    "/operations/{operation}",
    "/consumers",
    "/consumers/{consumer}",
    "/consumers/{consumer}?view=calls",
    "/sources",
    "/sources/unknown",
    "/deprecations",
    "/deprecations/{plan}",
    "/deprecations/{plan}/what-if",
    "/deprecations/{whole}",
    "/deprecations/{whole}/what-if",
    "/notices",
)
_PAIRS = """
CREATE TEMP TABLE pairs AS
SELECT o.id AS operation_id, c.id AS credential_id, c.consumer_id,
       row_number() OVER (ORDER BY random() * c.id * o.id) AS rank
FROM operations o JOIN credentials c ON (o.id * 7919 + c.id * 104729) % 36 = 0
"""
"""Who calls what: an operation in 36 for each consumer; those of the first ranks are called most."""
_FILL = """
INSERT INTO usage (operation_id, hour, credential_id, consumer_id, calls, redirects, client_errors,
                   server_errors, unanswered, first_at, last_at, user_agent, sampling_rate)
SELECT operation_id, hour, credential_id, consumer_id, calls, 0, calls / 20, calls / 100, 0,
       hour * 3600000000::bigint, hour * 3600000000::bigint + 3000000000, 'acme-sync/2.1', 1
FROM (SELECT p.operation_id, p.credential_id, p.consumer_id, h.hour,
             1 + floor(random() * :most)::bigint AS calls
      FROM (SELECT *, :hours * greatest(1, floor(rank * :rarer)::int) AS step FROM pairs) AS p
      CROSS JOIN LATERAL generate_series(:first + p.rank::int % p.step, :last, p.step) AS h(hour)) AS rows
ORDER BY hour
"""
_HEARD = """
INSERT INTO source_hours (source_id, hour, calls, unknown, first_at, last_at, sampling_rate)
SELECT s.id, hour, sum(calls), 0, min(first_at), max(last_at), 1
FROM usage, usage_sources s GROUP BY s.id, hour
"""
_CHANGED = """
INSERT INTO usage_days (day, is_summed, summed_hours) SELECT DISTINCT hour / 24, false, 0 FROM usage
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the history holds, and what of it the pages are about."""

    rows: int
    calls: int
    megabytes: float
    places: dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history")
    parser.add_argument("--hits", type=int, default=100_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    from interfaces.summing import add_up

    with _program() as runtime:
        began = time.perf_counter()
        filled = fill(runtime, wanted.hits)
        print(
            f"{filled.calls:,} calls in {filled.rows:,} buckets, {filled.megabytes:,.0f} MB with indexes, "
            f"made in {time.perf_counter() - began:.0f} s"
        )
        began = time.perf_counter()
        days = add_up(runtime, lambda: False)
        print(f"{days} days added up in {time.perf_counter() - began:.0f} s")
        with runtime.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        print(f"{'page':<40}{'ms':>8}{'processor':>12}{'statements':>12}")
        for path, milliseconds, processor, statements in measure(runtime, filled, wanted.rounds):
            mark = "  above the target" if milliseconds > TARGET_MS else ""
            print(f"{path:<40}{milliseconds:>8.0f}{processor:>12.0f}{statements:>12}{mark}", flush=True)


@contextmanager
def _program() -> Iterator[Runtime]:
    from interfaces.migrate import upgrade
    from interfaces.runtime import make_runtime
    from interfaces.settings import Settings
    from tests.support.postgresql import cluster

    with cluster() as server:
        url = server.create("history")
        settings = Settings(database_url=url, secret_key="history" * 8, examples=False)
        runtime = make_runtime(settings, clock=lambda: NOW)
        upgrade(url)
        yield runtime
        runtime.database.engine.dispose()


def fill(runtime: Runtime, hits: int) -> Filled:
    """Make the history; the number of its buckets follows from that of the hits."""
    from tests.support.factories_consumers import publish_templates
    from tests.support.factories_deprecations import make_consumer, make_source

    with runtime.database.transaction() as session:
        publish_templates(session, "things", "1.0.0", templates(OPERATIONS))
        for number in range(1, CONSUMERS + 1):
            make_consumer(session, f"consumer-{number}")
        make_source(session, "edge", since=NOW - timedelta(days=392), until=NOW - timedelta(hours=1))
    with runtime.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _fill_usage(connection, hits // _HITS_A_BUCKET)
        connection.execute(text("VACUUM ANALYZE"))
        return _described(connection, runtime)


def _fill_usage(connection: Connection, buckets: int) -> None:
    connection.execute(text("SELECT setseed(0.4)"))
    connection.execute(text(_PAIRS))
    pairs = connection.execute(text("SELECT count(*) FROM pairs")).scalar_one()
    for first, last, hours, share in (
        (_LAST_HOUR - _HOURS, _LAST_HOUR, 1, 0.75),
        (_LAST_HOUR - _HOURS - _DAYS * 24, _LAST_HOUR - _HOURS - 24, 24, 0.25),
    ):
        rarer = _rarer(pairs, (last - first) // hours, int(buckets * share))
        given = {"first": first, "last": last, "hours": hours, "rarer": rarer, "most": 2 * _HITS_A_BUCKET - 1}
        connection.execute(text(_FILL), given)
    connection.execute(text(_HEARD))
    connection.execute(text(_CHANGED))


def _rarer(pairs: int, span: int, buckets: int) -> float:
    """Return how much rarer each further pair calls, for that many buckets in all; by halving."""
    low, high = 0.0, 10.0
    for _step in range(40):
        middle = (low + high) / 2
        made = sum(span // max(1, int(rank * middle)) for rank in range(1, pairs + 1))
        low, high = (middle, high) if made > buckets else (low, middle)
    return high


def _described(connection: Connection, runtime: Runtime) -> Filled:
    from deprecations.models import TargetKind
    from deprecations.plans import plan_and_announce
    from deprecations.targets import Thing

    rows, calls = connection.execute(text("SELECT count(*), sum(calls) FROM usage")).one()
    size = connection.execute(text("SELECT pg_total_relation_size('usage')")).scalar_one()
    operation = connection.execute(text("SELECT operation_id FROM pairs ORDER BY rank LIMIT 1")).scalar_one()
    busiest = "SELECT c.slug FROM pairs JOIN consumers c ON c.id = consumer_id ORDER BY rank LIMIT 1"
    consumer = connection.execute(text(busiest)).scalar_one()
    with runtime.database.transaction() as session:
        api_id = session.execute(text("SELECT id FROM apis")).scalar_one()
        plans = [
            plan_and_announce(
                session,
                thing=thing,
                reason="It ends.",
                replacement="none",
                documentation="",
                deprecated_on=date(2026, 12, 1),
                sunset_on=date(2027, 6, 30),
                zone="UTC",
                by="dana",
                now=NOW,
            )
            for thing in (Thing(TargetKind.OPERATION, api_id, operation), Thing(TargetKind.API, api_id))
        ]
        places = {"operation": str(operation), "consumer": consumer}
        places |= {"plan": str(plans[0].id), "whole": str(plans[1].id)}
    return Filled(rows, int(calls), size / 1e6, places)


def measure(runtime: Runtime, filled: Filled, rounds: int) -> Iterator[tuple[str, float, float, int]]:
    """Yield each page's path, its milliseconds (the median), those of processors, and its statements."""
    from app import create_app

    logging.disable(logging.INFO)  # a line for each request stands between the figures
    client = _signed_in(create_app(runtime).test_client(), runtime)
    statements = [0]
    event.listen(runtime.database.engine, "before_cursor_execute", lambda *_: _count(statements))
    for page in PAGES:
        path = page.format(**filled.places)
        _ask(client, path)
        spent, times = _processor_seconds(runtime), []
        statements[0] = 0
        for _round in range(rounds):
            began = time.perf_counter()
            _ask(client, path)
            times.append(time.perf_counter() - began)
        asked = statements[0] // rounds
        spent = (_processor_seconds(runtime) - spent) / rounds
        yield page, median(times) * 1000, spent * 1000, asked


def _processor_seconds(runtime: Runtime) -> float:
    """Return what this process and all of the server's took by now; of Linux, in hundredths of a second."""
    with runtime.database.reading() as session:
        pids = session.scalars(text("SELECT pid FROM pg_stat_activity")).all()
        own = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    parent = _stat(own)[_PARENT]
    ticks = sum(sum(_stat(pid)[_SPENT]) for pid in pids) + sum(_stat(parent)[_SPENT_BY_CHILDREN])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


_PARENT, _SPENT, _SPENT_BY_CHILDREN = 1, slice(11, 13), slice(13, 15)  # proc(5), from `state` on


def _stat(pid: int) -> list[int]:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        fields = ["?", *["0"] * 20]
    return [0, *map(int, fields[1:20])]


def _count(statements: list[int]) -> None:
    statements[0] += 1


def _ask(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")


def _signed_in(client: FlaskClient, runtime: Runtime) -> FlaskClient:
    from access.users import add_user, sign_in_link

    with runtime.database.transaction() as session:
        user = add_user(session, email="dana@example.com", name="Dana", is_administrator=True, now=NOW)
        link = f"/sign-in/{sign_in_link(session, user, NOW)}"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(link).text)
    client.post(link, data={"csrf_token": token[1] if token else ""})
    return client


if __name__ == "__main__":
    main()
