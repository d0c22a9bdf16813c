"""index envelopes by the hour they were sent."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_envelopes_sent_at", "envelopes", ["sent_at"])


def downgrade() -> None:
    op.drop_index("ix_envelopes_sent_at", "envelopes")
