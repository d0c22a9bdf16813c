"""what sources told by the hour, and unknown calls."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_hours",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("sampling_rate", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["usage_sources.id"],
            name=op.f("fk_source_hours_source_id_usage_sources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "hour", name=op.f("pk_source_hours")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unknown_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("successes", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("user_agent", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["usage_sources.id"],
            name=op.f("fk_unknown_calls_source_id_usage_sources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unknown_calls")),
        sa.UniqueConstraint(
            "source_id", "method", "path", name=op.f("uq_unknown_calls_source_id_method_path")
        ),
    )
    with op.batch_alter_table("unknown_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unknown_calls_last_at"), ["last_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("unknown_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unknown_calls_last_at"))

    op.drop_table("unknown_calls")
    op.drop_table("source_hours")
