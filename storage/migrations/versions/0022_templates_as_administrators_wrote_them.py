"""templates of mails as administrators wrote them."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("failed_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
        sa.UniqueConstraint("kind", "language", "number", name=op.f("uq_wordings_kind_language_number")),
    )
    op.create_index("ix_wordings_at", "wordings", ["at"])


def downgrade() -> None:
    op.drop_table("wordings")
