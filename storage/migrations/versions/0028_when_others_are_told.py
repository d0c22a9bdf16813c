"""when others are told, where nobody answers."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_escalations",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_api_escalations_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", name=op.f("pk_api_escalations")),
    )


def downgrade() -> None:
    op.drop_table("api_escalations")
