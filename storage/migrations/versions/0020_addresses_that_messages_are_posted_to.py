"""addresses that messages are posted to."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0020"
down_revision = "0019"
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
        table.add_column(sa.Column("mail_to", sa.String(length=320), nullable=False, server_default=""))
        table.create_index("ix_envelopes_endpoint_id", ["endpoint_id"])
        table.create_foreign_key(
            "fk_envelopes_endpoint_id_endpoints", "endpoints", ["endpoint_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("envelopes") as table:
        table.alter_column("mail_to", server_default=None)
    op.create_table(
        "contact_endpoints",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_contact_endpoints_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
            name=op.f("fk_contact_endpoints_endpoint_id_endpoints"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_endpoints")),
        sa.UniqueConstraint("endpoint_id", name=op.f("uq_contact_endpoints_endpoint_id")),
    )


def downgrade() -> None:
    op.drop_table("contact_endpoints")
    with op.batch_alter_table("envelopes") as table:
        table.drop_constraint("fk_envelopes_endpoint_id_endpoints", type_="foreignkey")
        table.drop_index("ix_envelopes_endpoint_id")
        table.drop_column("mail_to")
        table.drop_column("payload")
        table.drop_column("endpoint_id")
    op.drop_table("endpoints")
