"""usage in numbers, with all status classes, and the names of what calls used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OLD_COLUMNS = "operation_id, hour, credential_id, consumer_id, calls, client_errors, server_errors"
_SECONDS = {
    "sqlite": "CAST(strftime('%s', {0}) AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM {0})) AS BIGINT)",
}
_MICROSECONDS = {
    "sqlite": "CAST(strftime('%s', {0}) AS INTEGER) * 1000000 + CAST(substr({0}, 21, 6) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM {0}) * 1000000 AS BIGINT)",
}
_INSTANT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {0} / 1000000, 'unixepoch') || printf('.%06d', {0} % 1000000)",
    "postgresql": "to_timestamp({0} / 1000000.0)",
}
_INDEX = "ix_usage_consumer_id_usage_operation_id_usage_hour"


def upgrade() -> None:
    op.rename_table("usage", "usage_before")
    _drop_indexes("ix_usage_hour", "ix_usage_credential_id", _INDEX)
    _release_names()
    op.create_table(
        "usage",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("redirects", sa.BigInteger(), nullable=False),
        sa.Column("client_errors", sa.BigInteger(), nullable=False),
        sa.Column("server_errors", sa.BigInteger(), nullable=False),
        sa.Column("unanswered", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("user_agent", sa.String(length=120), nullable=False),
        sa.Column("sampling_rate", sa.Double(), nullable=False),
        *_foreign_keys("usage", "consumer", "operation"),
        sa.PrimaryKeyConstraint("operation_id", "hour", "credential_id", name="pk_usage"),
        sqlite_with_rowid=False,
    )
    _copy(
        f"{_OLD_COLUMNS}, redirects, unanswered, first_at, last_at, user_agent, sampling_rate",
        _OLD_COLUMNS.replace("hour", f"{_in(_SECONDS, 'hour')} / 3600"),
        f"0, 0, {_in(_MICROSECONDS, 'first_at')}, {_in(_MICROSECONDS, 'last_at')}, user_agent, 1.0",
    )
    op.create_index(_INDEX, "usage", ["consumer_id", "operation_id", "hour"])
    op.create_table(
        "used_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        *_foreign_keys("used_names", "operation"),
        sa.PrimaryKeyConstraint("id", name="pk_used_names"),
        sa.UniqueConstraint("operation_id", "kind", "name", name="uq_used_names_operation_id_kind_name"),
    )
    op.create_table(
        "name_uses",
        sa.Column("used_name_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        *_foreign_keys("name_uses", "credential", "used_name"),
        sa.PrimaryKeyConstraint("used_name_id", "day", "credential_id", name="pk_name_uses"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_uses_credential_id", "name_uses", ["credential_id"])


def downgrade() -> None:
    op.drop_index("ix_name_uses_credential_id", "name_uses")
    op.drop_table("name_uses")
    op.drop_table("used_names")
    op.rename_table("usage", "usage_before")
    _drop_indexes(_INDEX)
    _release_names()
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "usage",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("hour", instant, nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("client_errors", sa.BigInteger(), nullable=False),
        sa.Column("server_errors", sa.BigInteger(), nullable=False),
        sa.Column("first_at", instant, nullable=False),
        sa.Column("last_at", instant, nullable=False),
        sa.Column("user_agent", sa.String(length=120), nullable=False),
        *_foreign_keys("usage", "consumer", "credential", "operation"),
        sa.PrimaryKeyConstraint("operation_id", "hour", "credential_id", name="pk_usage"),
    )
    _copy(
        f"{_OLD_COLUMNS}, first_at, last_at, user_agent",
        _OLD_COLUMNS.replace("hour", _in(_INSTANT, "(CAST(hour AS BIGINT) * 3600000000)")),
        f"{_in(_INSTANT, 'first_at')}, {_in(_INSTANT, 'last_at')}, user_agent",
    )
    op.create_index(_INDEX, "usage", ["consumer_id", "operation_id", "hour"])
    op.create_index("ix_usage_credential_id", "usage", ["credential_id"])
    op.create_index("ix_usage_hour", "usage", ["hour"])


def _in(spellings: dict[str, str], column: str) -> str:
    return spellings[op.get_bind().dialect.name].format(column)


def _copy(columns: str, *values: str) -> None:
    moving = f"INSERT INTO usage ({columns}) SELECT {', '.join(values)} FROM usage_before"  # noqa: S608 - names of this file
    op.execute(moving)
    op.drop_table("usage_before")


def _drop_indexes(*names: str) -> None:
    for name in names:
        op.drop_index(name, "usage_before")


def _release_names() -> None:
    """PostgreSQL keeps a renamed table's constraints under their names, in the way of the new table's."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE usage_before DROP CONSTRAINT pk_usage CASCADE")


def _foreign_keys(table: str, *to: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{name}_id"], [f"{name}s.id"], name=f"fk_{table}_{name}_id_{name}s", ondelete="CASCADE"
        )
        for name in to
    ]
