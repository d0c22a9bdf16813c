"""addresses that messages are posted to."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("hint", sa.String(length=300), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("secret_generation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("disabled_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoints")),
    )
    with op.batch_alter_table("envelopes") as table:
        table.add_column(sa.Column("endpoint_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("payload", sa.JSON(), nullable=True))
        table.create_index("ix_envelopes_endpoint_id", ["endpoint_id"])
        table.create_foreign_key(
            "fk_envelopes_endpoint_id_endpoints", "endpoints", ["endpoint_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("envelopes") as table:
        table.drop_constraint("fk_envelopes_endpoint_id_endpoints", type_="foreignkey")
        table.drop_index("ix_envelopes_endpoint_id")
        table.drop_column("payload")
        table.drop_column("endpoint_id")
    op.drop_table("endpoints")
