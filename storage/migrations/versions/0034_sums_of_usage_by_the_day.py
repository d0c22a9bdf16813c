"""sums of usage by the day.

Days that have usage are marked as changed: the scheduler adds them up one by one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usage_days",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_summed", sa.Boolean(), nullable=False),
        sa.Column("summed_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_usage_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pair_days",
        _key("pair_days", "operation"),
        sa.Column("day", sa.Integer(), nullable=False),
        _key("pair_days", "consumer"),
        *_counts("calls", "redirects", "client_errors", "server_errors", "unanswered", "first_at", "last_at"),
        sa.Column("sampling_rate", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("operation_id", "day", "consumer_id", name=op.f("pk_pair_days")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_pair_days_consumer_id_pair_days_day"), "pair_days", ["consumer_id", "day"])
    op.create_table(
        "consumer_days",
        _key("consumer_days", "api"),
        sa.Column("day", sa.Integer(), nullable=False),
        _key("consumer_days", "consumer"),
        *_counts("calls", "client_errors", "server_errors", "last_at"),
        sa.PrimaryKeyConstraint("api_id", "day", "consumer_id", name=op.f("pk_consumer_days")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_consumer_days_consumer_id_consumer_days_day"), "consumer_days", ["consumer_id", "day"]
    )
    op.create_table(
        "consumer_hours",
        _key("consumer_hours", "api"),
        sa.Column("hour", sa.Integer(), nullable=False),
        _key("consumer_hours", "consumer"),
        *_counts("calls", "client_errors", "server_errors", "last_at"),
        sa.PrimaryKeyConstraint("api_id", "hour", "consumer_id", name=op.f("pk_consumer_hours")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_consumer_hours_consumer_id_consumer_hours_hour"), "consumer_hours", ["consumer_id", "hour"]
    )
    op.create_table(
        "pair_spans",
        _key("pair_spans", "operation"),
        _key("pair_spans", "consumer"),
        *_counts("first_at", "last_at"),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column("longest_gap", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("operation_id", "consumer_id", name=op.f("pk_pair_spans")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_pair_spans_consumer_id"), "pair_spans", ["consumer_id"])
    op.create_table(
        "operation_spans",
        _key("operation_spans", "operation"),
        sa.Column("until_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_operation_spans")),
    )
    op.execute(
        "INSERT INTO usage_days (day, is_summed, summed_hours) SELECT DISTINCT hour / 24, false, 0 FROM usage"
    )


def _key(table: str, of: str) -> sa.Column[int]:
    name, others = f"{of}_id", "apis" if of == "api" else f"{of}s"
    refers = sa.ForeignKey(f"{others}.id", name=op.f(f"fk_{table}_{name}_{others}"), ondelete="CASCADE")
    return sa.Column(name, sa.Integer(), refers, nullable=False)


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def downgrade() -> None:
    for table in (
        "operation_spans",
        "pair_spans",
        "consumer_hours",
        "consumer_days",
        "pair_days",
        "usage_days",
    ):
        op.drop_table(table)
