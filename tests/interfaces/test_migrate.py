import sys
from contextlib import ExitStack

import pytest
from sqlalchemy import inspect

from interfaces.migrate import check, is_current, upgrade
from storage.engine import make_engine
from tests.support.processes import child


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request, tmp_path):
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    cluster = request.getfixturevalue("postgresql_cluster")
    yield cluster.create("empty")
    cluster.drop("empty")


def _tables(url: str) -> list[str]:
    engine = make_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _is_current(url: str) -> bool:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return is_current(connection)
    finally:
        engine.dispose()


def test_the_migrations_make_what_the_models_say(database_url):
    check(database_url)


def test_a_migrated_database_is_current(database_url):
    assert _is_current(database_url)


def test_an_empty_database_is_not_current(empty_url):
    assert not _is_current(empty_url)


def test_migrating_twice_is_migrating_once(empty_url):
    upgrade(empty_url)
    tables = _tables(empty_url)
    upgrade(empty_url)
    assert _tables(empty_url) == tables


@pytest.mark.slow
def test_servers_that_start_at_once_take_turns_at_migrating(empty_url):
    program = "import sys; from interfaces.migrate import upgrade; upgrade(sys.argv[1])"
    with ExitStack() as running:
        servers = [running.enter_context(child([sys.executable, "-c", program, empty_url])) for _ in range(3)]
        assert [server.wait(timeout=60) for server in servers] == [0, 0, 0]
    assert _is_current(empty_url)
