"""contracts side by side."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contracts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unmatched", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("retired_at", storage.base.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("retired_by", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("contracts", schema=None) as batch_op:
        batch_op.drop_column("retired_by")
        batch_op.drop_column("retired_at")
        batch_op.drop_column("unmatched")
