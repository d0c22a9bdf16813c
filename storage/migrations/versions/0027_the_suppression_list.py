"""the suppression list, with the addresses whose mail was stopped before there was one."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suppressions",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "reason IN ('bounce', 'complaint', 'unsubscribe', 'by-hand')", name=op.f("ck_suppressions_reason")
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppressions")),
    )
    op.create_index("ix_suppressions_since", "suppressions", ["since"])
    op.execute(
        "INSERT INTO suppressions (address, reason, detail, since, by) "
        "SELECT lower(email), 'bounce', coalesce(min(disabled_reason), ''), min(disabled_at), "
        "'the mail server' FROM contacts WHERE disabled_at IS NOT NULL "
        "AND coalesce(disabled_reason, '') NOT LIKE 'it isn''t theirs: %' GROUP BY lower(email)"
    )


def downgrade() -> None:
    op.drop_table("suppressions")
