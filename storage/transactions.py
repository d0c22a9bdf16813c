"""The one place that commits.

Interfaces open a transaction here and call services in it; a service never commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from storage.engine import READS_ONLY


class Database:
    """An engine with the two ways to use it."""

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine; the caller keeps the right to dispose of it."""
        self.engine = engine
        self._reader = engine.execution_options(**{READS_ONLY: True})

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits when the block ends and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def kept(self) -> Iterator["Database"]:
        """Open one connection for many transactions, one after the other, asked but once whether it lives."""
        with self.engine.connect() as connection:
            yield _Kept(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading: it never takes SQLite's write lock and never commits."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session


class _Kept(Database):
    """A database by way of one connection; one that broke is made anew by the transaction that follows."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine)
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Session(self._connection, expire_on_commit=False) as session, session.begin():
            yield session
