"""who of an API's team is told, and of what."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_owners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("is_fallback", sa.Boolean(), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=True),
        sa.Column("disabled_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_api_owners_api_id_apis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
            name=op.f("fk_api_owners_endpoint_id_endpoints"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_owners")),
        sa.UniqueConstraint("api_id", "email", name=op.f("uq_api_owners_api_id_email")),
        sa.UniqueConstraint("endpoint_id", name=op.f("uq_api_owners_endpoint_id")),
    )
    op.create_index("ix_api_owners_email", "api_owners", ["email"])
    op.create_table(
        "owner_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("to_do", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("envelope_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_owner_notices_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_notices")),
        sa.UniqueConstraint(
            "api_id", "kind", "about", "recipient", name=op.f("uq_owner_notices_api_id_kind_about_recipient")
        ),
    )
    op.create_index("ix_owner_notices_created_at", "owner_notices", ["created_at"])
    op.create_index("ix_owner_notices_envelope_key", "owner_notices", ["envelope_key"])
    op.create_index("ix_owner_notices_recipient", "owner_notices", ["recipient"])


def downgrade() -> None:
    op.drop_table("owner_notices")
    op.drop_table("api_owners")
