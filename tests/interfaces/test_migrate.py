import sys
from contextlib import ExitStack

import pytest
from sqlalchemy import inspect, text

from interfaces.migrate import check, is_current, upgrade
from storage.engine import make_engine
from tests.support.processes import child

pytestmark = pytest.mark.slow  # all migrations, each time


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


def test_servers_that_start_at_once_take_turns_at_migrating(empty_url):
    program = "import sys; from interfaces.migrate import upgrade; upgrade(sys.argv[1])"
    with ExitStack() as running:
        servers = [running.enter_context(child([sys.executable, "-c", program, empty_url])) for _ in range(3)]
        assert [server.wait(timeout=60) for server in servers] == [0, 0, 0]
    assert _is_current(empty_url)


_FIRST_RELEASE = (
    "INSERT INTO apis (id, slug, name, description, owner, is_example, created_at)"
    " VALUES (1, 'orders', 'Orders', '', '', false, '2026-01-01')",
    "INSERT INTO policies (api_id, minimum_notice_days, replacement_required) VALUES (1, 120, false)",
    "INSERT INTO documents (digest, name, dialect, title, spec_version, size, bundle, created_at)"
    " VALUES ('d', 'a.yaml', 'openapi-3.1', 'Orders', '1', 1, '', '2026-01-01')",
    "INSERT INTO versions (id, api_id, digest, label, position, origin, published_by, published_at)"
    " VALUES (1, 1, 'd', '1', 1, 'upload', 'dana', '2026-01-01')",
    "INSERT INTO operations (id, api_id, method, shape, path, summary, deprecated_in_spec, first_version_id,"
    " last_version_id) VALUES (7, 1, 'GET', '/orders/{}', '/orders/{id}', '', false, 1, 1)",
    "INSERT INTO deprecations (id, api_id, operation_id, state, reason, replacement, documentation, zone,"
    " deprecated_on, sunset_on, deprecated_at, sunset_at, created_by, created_at) VALUES (3, 1, 7,"
    " 'cancelled', 'Old.', '', '', 'UTC', '2026-02-01', '2026-09-01', '2026-02-01', '2026-09-01 23:59:59',"
    " 'dana', '2026-01-01'), (4, 1, 7, 'announced', 'Old.', '', '', 'UTC', '2026-02-01', '2026-09-01',"
    " '2026-02-01', '2026-09-01 23:59:59', 'dana', '2026-01-01')",
    "INSERT INTO deprecation_events (id, deprecation_id, at, by, step, reason, state, deprecated_on,"
    " sunset_on, zone) VALUES (5, 4, '2026-01-01', 'dana', 'announce', 'Old.', 'announced', '2026-02-01',"
    " '2026-09-01', 'UTC')",
)


def test_plans_of_the_first_release_keep_their_history_and_aim_at_their_operation(empty_url):
    upgrade(empty_url, "0005")
    engine = make_engine(empty_url)
    try:
        with engine.begin() as connection:
            for statement in _FIRST_RELEASE:
                connection.execute(text(statement))
        upgrade(empty_url)
        with engine.connect() as connection:
            plans = connection.execute(
                text(
                    "SELECT deprecations.id, kind, label, sunset_by FROM deprecations"
                    " JOIN targets ON targets.id = target_id ORDER BY 1"
                )
            ).all()
            policies = connection.execute(
                text("SELECT api_id, stability, minimum_notice_days, overlap_days FROM policies")
            ).all()
            reached = connection.execute(text("SELECT operation_id FROM target_operations")).all()
            events = connection.execute(
                text("SELECT id, sunset_by, correction FROM deprecation_events")
            ).all()
    finally:
        engine.dispose()
    assert plans == [
        (3, "operation", "GET /orders/{id}", "date"),
        (4, "operation", "GET /orders/{id}", "date"),
    ]
    assert policies == [(1, "", 120, 0)]
    assert reached == [(7,)]
    assert events == [(5, "date", False)]


def test_people_who_were_there_stay_signed_in_and_read_times_in_utc(empty_url):
    upgrade(empty_url, "0012")
    engine = make_engine(empty_url)
    try:
        with engine.begin() as connection:
            for statement in _SIGNED_IN:
                connection.execute(text(statement))
        upgrade(empty_url)
        with engine.connect() as connection:
            people = connection.execute(text("SELECT id, zone, disabled_at FROM users")).all()
            browsers = connection.execute(text("SELECT user_id, ended_at FROM browser_sessions")).all()
    finally:
        engine.dispose()
    assert people == [(1, "UTC", None)]
    assert browsers == [(1, None)]


_SIGNED_IN = (
    "INSERT INTO users (id, email, name, is_administrator, created_at)"
    " VALUES (1, 'mara@example.com', 'Mara', true, '2026-01-01')",
    "INSERT INTO browser_sessions (id, user_id, digest, browser, created_at, last_seen_at, expires_at)"
    " VALUES (1, 1, 'd', 'Firefox', '2026-01-01', '2026-01-01', '2027-01-01')",
)
