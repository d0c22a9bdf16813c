"""Bringing a database to the schema that this release works on.

Every room's models are imported here (`MODELS`), so that the metadata that migrations are checked
against is whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text

import access.models
import consumers.contract_models
import consumers.models
import consumers.sum_models
import deprecations.edge_models
import deprecations.gate_models
import deprecations.live.models
import deprecations.models
import deprecations.notice_models
import deprecations.owner_models
import deprecations.successor_models
import notifications.models
import registry.models
import storage.job_runs
from storage.engine import make_engine

MODELS = (
    access.models,
    consumers.contract_models,
    consumers.models,
    consumers.sum_models,
    deprecations.edge_models,
    deprecations.gate_models,
    deprecations.live.models,
    deprecations.models,
    deprecations.notice_models,
    deprecations.owner_models,
    deprecations.successor_models,
    notifications.models,
    registry.models,
    storage.job_runs,
)
_FOLDER = Path(__file__).parent.parent / "storage" / "migrations"
_LOCK = 720_912  # any number; two servers that start at once take turns by it


def upgrade(url: str, to: str = "head") -> None:
    """Apply the migrations that a database still lacks; several processes may ask at once."""
    with _connected(url) as (connection, config):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config, to)
        _check_references(connection)


def check(url: str) -> None:
    """Raise alembic's CommandError when the models say more than the migrations do."""
    with _connected(url) as (_connection, config):
        command.check(config)


def new_revision(url: str, message: str) -> None:
    """Write a migration from what the models say and the database lacks."""
    with _connected(url) as (_connection, config):
        command.revision(config, message, autogenerate=True)


def is_current(connection: Connection) -> bool:
    """Tell whether every migration was applied."""
    newest = ScriptDirectory(str(_FOLDER)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


@contextmanager
def _connected(url: str) -> Iterator[tuple[Connection, Config]]:
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _loosen_sqlite)
    try:
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            yield connection, config
    finally:
        engine.dispose()


def _loosen_sqlite(connection: Any, _record: object) -> None:
    # SQLite changes a table by dropping it and making it anew, and a drop deletes what refers to its rows.
    connection.execute("PRAGMA foreign_keys=OFF")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
    if dangling:
        raise RuntimeError(f"the migration would leave {len(dangling)} rows that refer to nothing")
