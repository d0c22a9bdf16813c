"""removals of parts."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("gate_removals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deprecation_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_gate_removals_deprecation_id"), ["deprecation_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_gate_removals_deprecation_id_deprecations"),
            "deprecations",
            ["deprecation_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("gate_removals", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_gate_removals_deprecation_id_deprecations"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_gate_removals_deprecation_id"))
        batch_op.drop_column("deprecation_id")
