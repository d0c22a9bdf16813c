"""identity and declared uses."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared_uses",
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("declared_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_declared_uses_api_id_apis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_declared_uses_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consumer_id", "api_id", name=op.f("pk_declared_uses")),
    )
    with op.batch_alter_table("declared_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declared_uses_api_id"), ["api_id"], unique=False)

    op.create_table(
        "identity_orders",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_identity_orders_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", name=op.f("pk_identity_orders")),
    )


def downgrade() -> None:
    op.drop_table("identity_orders")
    with op.batch_alter_table("declared_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declared_uses_api_id"))

    op.drop_table("declared_uses")
