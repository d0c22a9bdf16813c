"""keep impacts with their comparisons."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "impact_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.Column("since", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("hurt", sa.Integer(), nullable=False),
        sa.Column("at_risk", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("not_hurt", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name=op.f("fk_impact_snapshots_comparison_id_comparisons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_snapshots")),
    )
    with op.batch_alter_table("impact_snapshots", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_impact_snapshots_comparison_id"), ["comparison_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_impact_snapshots_taken_at"), ["taken_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("impact_snapshots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_impact_snapshots_taken_at"))
        batch_op.drop_index(batch_op.f("ix_impact_snapshots_comparison_id"))

    op.drop_table("impact_snapshots")
