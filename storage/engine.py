"""The database engine: SQLite for one machine, PostgreSQL for more.

SQLite begins a transaction that writes with BEGIN IMMEDIATE: a reader that turns into a writer would
fail at once with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout says.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

READS_ONLY = "sundial_reads_only"
_BUSY_MS = 10_000


def make_engine(url: str) -> Engine:
    """Open an engine for a database URL (`sqlite:///path` or `postgresql+psycopg://…`)."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(parsed, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    # Compiling a statement takes longer than any of ours runs; and what they look up stands in memory or on
    # a disk without arms, where the default makes the planner read whole tables instead.
    connection.execute("SET jit = off")
    connection.execute("SET random_page_cost = 1.1")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get(READS_ONLY, False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reads_only else "BEGIN IMMEDIATE")
