"""what carries a version."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "version_rules",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("or_absent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_version_rules_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", name=op.f("pk_version_rules")),
    )


def downgrade() -> None:
    op.drop_table("version_rules")
