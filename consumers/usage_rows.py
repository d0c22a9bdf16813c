"""Counts into the tables of usage, many at once, in each database's fastest way.

SQLite is given the values by its driver, PostgreSQL a COPY into a temporary table that is then merged: going
through the types of every column would cost more than the rest of the intake. Rows hold numbers as
`epochs` makes them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Column, Connection, MetaData, Table, case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable, DropTable

from consumers.models import NameUse, SourceHour, UnknownCall, Usage

Row = tuple[Any, ...]  # a plain one: a batch makes a hundred thousand


@dataclass(frozen=True)
class Counter:
    """A table of counts: what of it is key, what adds up, and what the latest call says.

    Each has `first_at` and `last_at`; `least` are columns of which the smaller stays.
    """

    table: Table
    key: tuple[str, ...]
    kept: tuple[str, ...]
    added: tuple[str, ...]
    latest: tuple[str, ...] = ()
    least: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What the members of a row are, in their order."""
        return (*self.key, *self.kept, *self.added, "first_at", "last_at", *self.latest, *self.least)

    @cached_property
    def arriving(self) -> Table:
        """The temporary table that PostgreSQL copies rows into."""
        columns = (Column(name, self.table.c[name].type) for name in self.columns)
        return Table(f"{self.table.name}_arriving", MetaData(), *columns, prefixes=["TEMPORARY"])

    @cached_property
    def sqlite_statement(self) -> str:
        """The statement that SQLite's driver runs for each row."""
        adding = self._adding(sqlite.insert(self.table))
        return str(adding.compile(column_keys=list(self.columns), dialect=sqlite.dialect()))

    @cached_property
    def merge(self) -> Any:
        """The statement that takes what arrived into the table."""
        rows = select(self.arriving).order_by(*(self.arriving.c[name] for name in self.key))
        return self._adding(postgresql.insert(self.table).from_select(list(self.columns), rows))

    def _adding(self, statement: Any) -> Any:
        new, old = statement.excluded, self.table.c
        newer, earlier = new.last_at >= old.last_at, new.first_at < old.first_at
        values = {name: old[name] + new[name] for name in self.added}
        values |= {name: case((new[name] < old[name], new[name]), else_=old[name]) for name in self.least}
        values |= {name: case((newer, new[name]), else_=old[name]) for name in (*self.latest, "last_at")}
        values["first_at"] = case((earlier, new.first_at), else_=old.first_at)
        return statement.on_conflict_do_update(index_elements=list(self.key), set_=values)


USAGE = Counter(
    table=cast(Table, Usage.__table__),
    key=("operation_id", "hour", "credential_id"),
    kept=("consumer_id",),
    added=("calls", "redirects", "client_errors", "server_errors", "unanswered"),
    latest=("user_agent",),
    least=("sampling_rate",),
)
NAME_USES = Counter(
    table=cast(Table, NameUse.__table__),
    key=("used_name_id", "day", "credential_id"),
    kept=(),
    added=("calls",),
)
SOURCE_HOURS = Counter(
    table=cast(Table, SourceHour.__table__),
    key=("source_id", "hour"),
    kept=(),
    added=("calls", "unknown"),
    least=("sampling_rate",),
)
UNKNOWN_CALLS = Counter(
    table=cast(Table, UnknownCall.__table__),
    key=("source_id", "method", "path"),
    kept=(),
    added=("calls", "successes"),
    latest=("user_agent",),
)


def add_rows(connection: Connection, counter: Counter, rows: Sequence[Row]) -> None:
    """Add rows, whose members stand as the counter's columns say, to the stored ones.

    Each key stands in one row, and the rows are in the order of their keys: one order everywhere means that
    no two batches wait for each other.
    """
    if rows:
        _WAYS[connection.dialect.name](connection, counter, rows)


def _into_sqlite(connection: Connection, counter: Counter, rows: Sequence[Row]) -> None:
    connection.exec_driver_sql(counter.sqlite_statement, list(rows))


def _into_postgresql(connection: Connection, counter: Counter, rows: Sequence[Row]) -> None:
    connection.execute(CreateTable(counter.arriving))
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {counter.arriving.name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()
    connection.execute(counter.merge)
    connection.execute(DropTable(counter.arriving))


_WAYS: dict[str, Callable[[Connection, Counter, Sequence[Row]], None]] = {
    "sqlite": _into_sqlite,
    "postgresql": _into_postgresql,
}
