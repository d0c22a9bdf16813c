"""The one place that commits.

Interfaces open a transaction here and call services in it; a service never commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
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
    def reading(self) -> Iterator[Session]:
        """Open a session for reading: it never takes SQLite's write lock and never commits."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session
