"""what edges are told of an API."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edge_settings",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("links", sa.Boolean(), nullable=False),
        sa.Column("policy_link", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_edge_settings_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", name=op.f("pk_edge_settings")),
    )


def downgrade() -> None:
    op.drop_table("edge_settings")
