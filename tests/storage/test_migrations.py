"""Migrations with data already there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from storage import migrations
from storage.engine import make_engine

pytestmark = pytest.mark.slow  # all migrations, each time

_FOLDER = Path(next(iter(migrations.__path__)))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    """A database without a table."""
    made = make_engine(empty_url)
    yield made
    made.dispose()


def test_usage_stays_what_it_was_when_it_is_kept_in_numbers(empty: Engine) -> None:
    first = datetime(2026, 11, 22, 12, 4, 5, 7, tzinfo=UTC)
    hour, last = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 22, 12, 59, 59, tzinfo=UTC)
    told = (hour, first, last) if empty.dialect.name == "postgresql" else _texts(hour, first, last)
    with empty.begin() as connection:
        command.upgrade(_config(connection), "0003")
        for statement in _ROWS:
            connection.execute(
                text(statement), {"now": told[0], "hour": told[0], "first": told[1], "last": told[2]}
            )
        command.upgrade(_config(connection), "0004")
        row = connection.execute(text("SELECT * FROM usage")).mappings().one()
        assert row["hour"] * 3600 == int(hour.timestamp())
        assert row["first_at"] == int(first.timestamp()) * 1_000_000 + 7
        assert row["last_at"] == int(last.timestamp()) * 1_000_000
        assert (row["calls"], row["client_errors"], row["server_errors"]) == (9, 2, 1)
        assert (row["redirects"], row["unanswered"], row["sampling_rate"]) == (0, 0, 1.0)
        command.downgrade(_config(connection), "0003")
        back = connection.execute(text("SELECT hour, first_at, last_at FROM usage")).one()
        assert tuple(back) == told


def _texts(*instants: datetime) -> tuple[str, ...]:
    return tuple(f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in instants)


_ROWS = (
    "INSERT INTO apis (id, slug, name, description, owner, is_example, created_at)"
    " VALUES (1, 'orders', 'Orders', '', '', false, :now)",
    "INSERT INTO documents (digest, name, dialect, title, spec_version, size, bundle, created_at)"
    " VALUES ('d', 'a.yaml', 'openapi-3.0', 'Orders', '1', 1, '', :now)",
    "INSERT INTO versions (id, api_id, digest, label, position, origin, published_by, published_at)"
    " VALUES (1, 1, 'd', '1', 1, 'test', 'test', :now)",
    "INSERT INTO operations (id, api_id, method, shape, path, summary, deprecated_in_spec, first_version_id,"
    " last_version_id) VALUES (1, 1, 'GET', '/a', '/a', '', false, 1, 1)",
    "INSERT INTO consumers (id, slug, name, description, team, is_unattributed, is_example, created_at)"
    " VALUES (1, 'acme', 'Acme', '', '', false, false, :now)",
    "INSERT INTO credentials (id, consumer_id, kind, digest, hint, created_at)"
    " VALUES (1, 1, 'user', 'x', 'acme', :now)",
    "INSERT INTO usage (operation_id, hour, credential_id, consumer_id, calls, client_errors, server_errors,"
    " first_at, last_at, user_agent) VALUES (1, :hour, 1, 1, 9, 2, 1, :first, :last, 'acme-sync/2.1')",
)


def test_addresses_whose_mail_stopped_are_on_the_suppression_list(empty: Engine) -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    (now,) = (at,) if empty.dialect.name == "postgresql" else _texts(at)
    with empty.begin() as connection:
        command.upgrade(_config(connection), "0026")
        for slug in ("one", "two"):
            connection.execute(text(_CONSUMER), {"slug": slug, "now": now})
        for consumer, email, reason in (
            (1, "Dana@example.com", "550 no such user"),
            (2, "dana@example.com", "550 no such user"),
            (1, "kim@example.com", "it isn't theirs: lee looks after it"),
            (1, "lee@example.com", None),
        ):
            connection.execute(
                text(_CONTACT),
                {
                    "consumer": consumer,
                    "email": email,
                    "reason": reason,
                    "now": now,
                    "at": now if reason else None,
                },
            )
        command.upgrade(_config(connection), "0027")
        rows = connection.execute(text("SELECT address, reason, detail, by FROM suppressions")).all()
        assert [tuple(row) for row in rows] == [
            ("dana@example.com", "bounce", "550 no such user", "the mail server")
        ]


def test_the_language_that_a_contact_chose_stays_its_own_there_and_back(empty: Engine) -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    (now,) = (at,) if empty.dialect.name == "postgresql" else _texts(at)
    with empty.begin() as connection:
        command.upgrade(_config(connection), "0030")
        connection.execute(text(_CONSUMER), {"slug": "one", "now": now})
        for email in ("dana@example.com", "lee@example.com"):
            told = {"consumer": 1, "email": email, "reason": None, "now": now, "at": None}
            connection.execute(text(_CONTACT), told)
        connection.execute(text("INSERT INTO contact_languages (contact_id, language) VALUES (2, 'de')"))
        command.upgrade(_config(connection), "0031")
        rows = connection.execute(text("SELECT email, language FROM contacts ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [("dana@example.com", "en"), ("lee@example.com", "de")]
        command.downgrade(_config(connection), "0030")
        back = connection.execute(text("SELECT contact_id, language FROM contact_languages")).all()
        assert [tuple(row) for row in back] == [(2, "de")]


_CONSUMER = (
    "INSERT INTO consumers (slug, name, description, team, is_unattributed, is_example, created_at) "
    "VALUES (:slug, :slug, '', '', false, false, :now)"
)
_CONTACT = (
    "INSERT INTO contacts (consumer_id, name, email, role, zone, disabled_at, disabled_reason, created_at) "
    "VALUES (:consumer, 'x', :email, 'technical', 'UTC', :at, :reason, :now)"
)
