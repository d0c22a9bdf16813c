"""answers to mails, and what stops reminders at one click."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "envelopes", sa.Column("unsubscribe", sa.String(length=1000), nullable=False, server_default="")
    )
    with op.batch_alter_table("envelopes") as table:
        table.alter_column("unsubscribe", server_default=None)
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_answers_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_answers_contact_id_contacts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_answers_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_at", "answers", ["at"])
    op.create_index("ix_answers_consumer_id", "answers", ["consumer_id"])
    op.create_index("ix_answers_contact_id", "answers", ["contact_id"])
    op.create_index(
        "ix_answers_deprecation_id_answers_consumer_id", "answers", ["deprecation_id", "consumer_id"]
    )


def downgrade() -> None:
    op.drop_table("answers")
    with op.batch_alter_table("envelopes") as table:
        table.drop_column("unsubscribe")
