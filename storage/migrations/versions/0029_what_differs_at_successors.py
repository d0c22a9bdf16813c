"""what differs at successors."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "successor_differences",
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("replacement", sa.String(length=1000), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("compared_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_successor_differences_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("deprecation_id", name=op.f("pk_successor_differences")),
    )


def downgrade() -> None:
    op.drop_table("successor_differences")
