"""INSERT … ON CONFLICT, spelled for the database at hand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert(session: Session, model: Any) -> Any:
    """Return the dialect's own INSERT for a model, which knows `on_conflict_do_…`."""
    return _INSERTS[_dialect(session).name](model)


def insert_missing(session: Session, model: Any, rows: Sequence[dict[str, Any]], key: Sequence[str]) -> None:
    """Insert the rows whose `key` columns are not there yet; leave the others as they are."""
    if not rows:
        return
    statement = insert(session, model).on_conflict_do_nothing(index_elements=list(key))
    session.execute(statement, list(rows), execution_options={"render_nulls": True})


def _dialect(session: Session) -> Dialect:
    return session.get_bind().dialect


_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
