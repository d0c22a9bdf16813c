"""the live check."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "probes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=2000), nullable=False),
        sa.Column("next_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("last_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("drifts", sa.JSON(), nullable=False),
        sa.Column("is_drifting", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_probes_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probes")),
        sa.UniqueConstraint("api_id", "method", "path", name=op.f("uq_probes_api_id_method_path")),
    )
    with op.batch_alter_table("probes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_probes_is_drifting"), ["is_drifting"], unique=False)
        batch_op.create_index(batch_op.f("ix_probes_next_at"), ["next_at"], unique=False)

    op.create_table(
        "probe_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("probe_id", sa.Integer(), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("drifts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["probe_id"], ["probes.id"], name=op.f("fk_probe_results_probe_id_probes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_results")),
    )
    with op.batch_alter_table("probe_results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_probe_results_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_probe_results_probe_id_probe_results_at"), ["probe_id", "at"], unique=False
        )

    with op.batch_alter_table("edge_settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("base_url", sa.String(length=1000), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("edge_settings", schema=None) as batch_op:
        batch_op.drop_column("base_url")

    with op.batch_alter_table("probe_results", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_probe_results_probe_id_probe_results_at"))
        batch_op.drop_index(batch_op.f("ix_probe_results_at"))

    op.drop_table("probe_results")
    with op.batch_alter_table("probes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_probes_next_at"))
        batch_op.drop_index(batch_op.f("ix_probes_is_drifting"))

    op.drop_table("probes")
