"""where versions run."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: on SQLite that makes the table anew, and what refers to the old one goes with it.
    op.add_column("contracts", sa.Column("branch", sa.String(length=200), nullable=False, server_default=""))
    op.add_column(
        "contracts", sa.Column("is_main_line", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("contracts", sa.Column("moved_at", storage.base.Instant(timezone=True), nullable=True))
    op.create_table(
        "contract_deployments",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("environment", sa.String(length=80), nullable=False),
        sa.Column("is_production", sa.Boolean(), nullable=False),
        sa.Column("deployed_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contracts.id"],
            name=op.f("fk_contract_deployments_contract_id_contracts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", "environment", name=op.f("pk_contract_deployments")),
    )


def downgrade() -> None:
    op.drop_table("contract_deployments")
    for column in ("moved_at", "is_main_line", "branch"):
        op.drop_column("contracts", column)
