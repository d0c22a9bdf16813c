"""all that differs at successors."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "successor_differences", sa.Column("left_out", sa.Integer(), nullable=False, server_default="0")
    )
    _compare_anew()


def downgrade() -> None:
    op.drop_column("successor_differences", "left_out")
    _compare_anew()


def _compare_anew() -> None:
    """Forget what was found: less is in it than by now, or more, and a job finds it again."""
    op.execute(sa.delete(sa.table("successor_differences")))
