"""brownouts, exemptions and freezes."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freezes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_freezes_starts_before_end")),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_freezes_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freezes")),
    )
    with op.batch_alter_table("freezes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_freezes_api_id"), ["api_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_freezes_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "brownout_exemptions",
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("until_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_brownout_exemptions_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_brownout_exemptions_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("deprecation_id", "consumer_id", name=op.f("pk_brownout_exemptions")),
    )
    with op.batch_alter_table("brownout_exemptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brownout_exemptions_consumer_id"), ["consumer_id"], unique=False)

    op.create_table(
        "brownouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("aborted_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("aborted_by", sa.String(length=200), nullable=False),
        sa.Column("aborted_because", sa.Text(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_brownouts_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_brownouts_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brownouts")),
    )
    with op.batch_alter_table("brownouts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brownouts_deprecation_id"), ["deprecation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_brownouts_ends_at"), ["ends_at"], unique=False)

    with op.batch_alter_table("edge_settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tombstones", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("edge_settings", schema=None) as batch_op:
        batch_op.drop_column("tombstones")

    with op.batch_alter_table("brownouts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brownouts_ends_at"))
        batch_op.drop_index(batch_op.f("ix_brownouts_deprecation_id"))

    op.drop_table("brownouts")
    with op.batch_alter_table("brownout_exemptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brownout_exemptions_consumer_id"))

    op.drop_table("brownout_exemptions")
    with op.batch_alter_table("freezes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_freezes_ends_at"))
        batch_op.drop_index(batch_op.f("ix_freezes_api_id"))

    op.drop_table("freezes")
