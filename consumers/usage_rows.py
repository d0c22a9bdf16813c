"""Counts into the table of usage, many at once, in each database's fastest way.

SQLite is given prepared values by its driver, PostgreSQL a COPY into a temporary table that is then merged:
going through the types of every column would cost more than the rest of the intake.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, Connection, MetaData, Table, case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable, DropTable

from consumers.models import Usage

_KEY = ("operation_id", "hour", "credential_id")
_TABLE = cast(Table, Usage.__table__)


UsageRow = tuple[Any, ...]  # a plain one: a batch makes a hundred thousand
COLUMNS = (
    *("operation_id", "hour", "credential_id", "consumer_id"),
    *("calls", "client_errors", "server_errors", "first_at", "last_at", "user_agent"),
)


def add_usage(connection: Connection, rows: Sequence[UsageRow]) -> None:
    """Add rows, whose members stand as COLUMNS say, to the stored ones.

    Each key stands in one row, instants are in UTC and within the row's hour. The rows are in the order of
    their keys: one order everywhere means that no two batches wait for each other.
    """
    if rows:
        _WAYS[connection.dialect.name](connection, rows)


def _into_sqlite(connection: Connection, rows: Sequence[UsageRow]) -> None:
    prepared = []
    for operation, hour, credential, consumer, calls, client, server, first, last, agent in rows:
        begin = _hour_text(hour)
        told = (begin + ":00:00.000000", credential, consumer, calls, client, server)
        prepared.append((operation, *told, begin + _within(first), begin + _within(last), agent))
    connection.exec_driver_sql(_sqlite_statement(), prepared)


def _into_postgresql(connection: Connection, rows: Sequence[UsageRow]) -> None:
    connection.execute(CreateTable(_ARRIVING))
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {_ARRIVING.name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()
    connection.execute(_merge())
    connection.execute(DropTable(_ARRIVING))


_WAYS: dict[str, Callable[[Connection, Sequence[UsageRow]], None]] = {
    "sqlite": _into_sqlite,
    "postgresql": _into_postgresql,
}
_ARRIVING = Table(
    "usage_arriving",
    MetaData(),
    *(Column(name, _TABLE.c[name].type) for name in COLUMNS),
    prefixes=["TEMPORARY"],
)


_WITHIN = [f":{second // 60:02}:{second % 60:02}" for second in range(3_600)]


@lru_cache(maxsize=1024)  # hours are few
def _hour_text(hour: datetime) -> str:
    return hour.strftime("%Y-%m-%d %H")


def _within(at: datetime) -> str:
    """Return minute, second and microsecond as SQLAlchemy stores them in SQLite."""
    part = at.microsecond
    return _WITHIN[at.minute * 60 + at.second] + (f".{part:06}" if part else ".000000")


@lru_cache
def _sqlite_statement() -> str:
    return str(_adding(sqlite.insert(_TABLE)).compile(column_keys=list(COLUMNS), dialect=sqlite.dialect()))


def _merge() -> Any:
    arriving = select(_ARRIVING).order_by(*(_ARRIVING.c[name] for name in _KEY))
    return _adding(postgresql.insert(_TABLE).from_select(list(COLUMNS), arriving))


def _adding(statement: Any) -> Any:
    new, old = statement.excluded, _TABLE.c
    newer = new.last_at >= old.last_at
    return statement.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={
            "calls": old.calls + new.calls,
            "client_errors": old.client_errors + new.client_errors,
            "server_errors": old.server_errors + new.server_errors,
            "first_at": case((new.first_at < old.first_at, new.first_at), else_=old.first_at),
            "last_at": case((newer, new.last_at), else_=old.last_at),
            "user_agent": case((newer, new.user_agent), else_=old.user_agent),
        },
    )
