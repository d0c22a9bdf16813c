"""which roles hear of what."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_routings",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_api_routings_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", name=op.f("pk_api_routings")),
    )


def downgrade() -> None:
    op.drop_table("api_routings")
