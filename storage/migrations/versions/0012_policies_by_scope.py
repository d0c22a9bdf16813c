"""policies by scope, marks of documents, the gate."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("sunset", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replacement", sa.String(length=1000), nullable=False),
        sa.Column("operations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["documents.digest"],
            name=op.f("fk_document_marks_digest_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_marks")),
        sa.UniqueConstraint("digest", "position", name=op.f("uq_document_marks_digest_position")),
    )
    op.create_table(
        "ending_settings",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("gate_enforces", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_ending_settings_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", name=op.f("pk_ending_settings")),
    )
    op.create_table(
        "gate_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("enforced", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_gate_runs_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_runs")),
    )
    with op.batch_alter_table("gate_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gate_runs_api_id"), ["api_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gate_runs_at"), ["at"], unique=False)

    op.create_table(
        "gate_removals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("overridden_by", sa.String(length=200), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=12), nullable=False),
        sa.Column("marked_by", sa.String(length=200), nullable=False),
        sa.Column("marked_at", storage.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_gate_removals_operation_id_operations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["gate_runs.id"], name=op.f("fk_gate_removals_run_id_gate_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_removals")),
    )
    with op.batch_alter_table("gate_removals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gate_removals_operation_id"), ["operation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gate_removals_run_id"), ["run_id"], unique=False)

    op.create_table(
        "policy_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_policy_exceptions_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_exceptions")),
        sa.UniqueConstraint("deprecation_id", "rule", name=op.f("uq_policy_exceptions_deprecation_id_rule")),
    )
    with op.batch_alter_table("deprecations") as batch_op:
        batch_op.add_column(
            sa.Column("stability", sa.String(length=20), nullable=False, server_default="stable")
        )
        batch_op.add_column(
            sa.Column("audience", sa.String(length=20), nullable=False, server_default="public")
        )
    with op.batch_alter_table("deprecations") as batch_op:
        batch_op.alter_column("stability", server_default=None)
        batch_op.alter_column("audience", server_default=None)
    _widen_policies()


def _widen_policies() -> None:
    """What an API promised so far, it promised whatever the stability and to everybody."""
    connection = op.get_bind()
    stored = connection.execute(
        sa.text("SELECT api_id, minimum_notice_days, replacement_required FROM policies")
    ).all()
    op.drop_table("policies")
    policies = op.create_table(
        "policies",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("stability", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("minimum_notice_days", sa.Integer(), nullable=False),
        sa.Column("overlap_days", sa.Integer(), nullable=False),
        sa.Column("replacement_required", sa.Boolean(), nullable=False),
        sa.Column("documentation_required", sa.Boolean(), nullable=False),
        sa.Column("approval_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_policies_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", "stability", "audience", name=op.f("pk_policies")),
    )
    rows = [
        {
            "api_id": api_id,
            "stability": "",
            "audience": "",
            "minimum_notice_days": days,
            "overlap_days": 0,
            "replacement_required": bool(required),
            "documentation_required": False,
            "approval_required": False,
        }
        for api_id, days, required in stored
    ]
    op.bulk_insert(policies, rows)


def downgrade() -> None:
    raise NotImplementedError("exacter policies can't be told as one: restore a backup instead")
