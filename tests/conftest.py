"""What every test may ask for: a migrated database, a browser page, a mail server, a running Sundial.

The machinery is in `tests/support`; here are only its lifetimes. What is dear is made when the first
test asks for it, once for each worker.
"""

import gc
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support.network import stay_on_loopback

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from storage.transactions import Database
    from tests.support.postgresql import Cluster
    from tests.support.servers import Server
    from tests.support.smtp import Sink

_TEMPLATE = "sundial_template"
_NAME = "sundial_test"


def pytest_configure() -> None:
    """Put up the fence before anything is imported; let no generated test fail for being slow."""
    stay_on_loopback()
    settings.register_profile(
        "sundial",
        deadline=None,
        derandomize="CI" in os.environ,  # there, what fails must fail again
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("sundial")


def pytest_collection_finish() -> None:
    """Let the collector of garbage look seldom, and never again at what is loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(tryfirst=True)  # before the markers that `-m` names are looked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the dear things that it asks for."""
    for item in items:
        for name in _DEAR.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(_DEAR[name])


_DEAR = {"browser": "browser", "postgresql_cluster": "postgresql", "serve": "slow"}


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with every migration applied, to be copied."""
    from interfaces.migrate import upgrade

    path = tmp_path_factory.mktemp("migrated") / "template.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator["Cluster"]:
    """A private PostgreSQL cluster."""
    from tests.support.postgresql import cluster

    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def migrated_cluster(postgresql_cluster: "Cluster") -> "Cluster":
    """The cluster, with a database to copy in which every migration was applied."""
    from interfaces.migrate import upgrade

    upgrade(postgresql_cluster.create(_TEMPLATE))
    return postgresql_cluster


@pytest.fixture
def sqlite_url(migrated_file: Path, sqlite_file: Path) -> Iterator[str]:
    """The URL of a fresh, migrated, empty SQLite database."""
    from tests.support.engines import sharing

    for left in sqlite_file.parent.iterdir():
        left.unlink()
    shutil.copyfile(migrated_file, sqlite_file)
    with sharing(f"sqlite:///{sqlite_file}") as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database; each test that asks runs on both kinds."""
    from tests.support.engines import sharing

    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    cluster: Cluster = request.getfixturevalue("migrated_cluster")
    with sharing(cluster.create(_NAME, template=_TEMPLATE)) as url:
        yield url
    cluster.drop(_NAME)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each test's SQLite database is, at the same path for all, so that they can share an engine."""
    return tmp_path_factory.mktemp("database") / "sundial.sqlite"


_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path') / 'empty.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql_cluster")
    name = f"empty_{next(_numbers)}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
def engine(database_url: str) -> "Engine":
    """An engine on the fresh database."""
    from tests.support.engines import engine_for

    return engine_for(database_url)


@pytest.fixture
def database(engine: "Engine") -> "Database":
    """The fresh database, as the interfaces use it: `transaction()` and `reading()`."""
    from storage.transactions import Database

    return Database(engine)


@pytest.fixture
def session(database: "Database") -> Iterator["Session"]:
    """A session in one transaction that is rolled back at the end; for several, take `database`."""
    with database.transaction() as opened:
        yield opened
        opened.rollback()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real specs; where it is absent, the test skips itself."""
    from tests.support.corpus import folder

    found = folder()
    if found is None:
        pytest.skip("the corpus of real specs is not on this machine; SUNDIAL_CORPUS may name its folder")
    return found


@pytest.fixture
def smtp_sink() -> Iterator["Sink"]:
    """A mail server on loopback that keeps what it is sent."""
    from tests.support.smtp import sink

    with sink() as running:
        yield running


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., "Server"]]:
    """Start Sundial as `make run` does: `serve(database_url=…, smtp_url=…)` answers once it is ready.

    At the end each is interrupted, as by Ctrl-C, and must leave with exit code 0.
    """
    from tests.support.servers import serving

    with ExitStack() as running:

        def start(**settings: str) -> "Server":
            folder = tmp_path / f"sundial-{next(_numbers)}"
            return running.enter_context(serving(folder, settings))

        yield start


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """A headless Chromium."""
    from tests.support.browser import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def console_errors() -> list[str]:
    """What the page's console complained of; a test that means it to complain clears the list."""
    return []


@pytest.fixture
def page(browser: "Browser", console_errors: list[str]) -> Iterator["Page"]:
    """A page in a profile of its own; the test fails when its console reports an error."""
    from tests.support.browser import watched_page

    with watched_page(browser, console_errors) as opened:
        yield opened
    assert console_errors == [], "the browser's console reported errors"
