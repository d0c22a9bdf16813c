"""ends of more than operations."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=1000), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_targets_api_id_apis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_targets_operation_id_operations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint("api_id", "key", name=op.f("uq_targets_api_id_key")),
    )
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_targets_operation_id"), ["operation_id"], unique=False)

    op.create_table(
        "target_operations",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_target_operations_operation_id_operations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["targets.id"],
            name=op.f("fk_target_operations_target_id_targets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("target_id", "operation_id", name=op.f("pk_target_operations")),
    )
    with op.batch_alter_table("target_operations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_operations_operation_id"), ["operation_id"], unique=False)

    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("deprecated_on", sa.Date(), nullable=False),
        sa.Column("sunset_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_approvals_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approvals_deprecation_id"), ["deprecation_id"], unique=False)

    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("until_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=False),
        sa.Column("granted_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=False),
        sa.Column("revoked_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_extensions_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_extensions_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    with op.batch_alter_table("extensions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extensions_consumer_id"), ["consumer_id"], unique=False)
        batch_op.create_index(
            "uq_extensions_standing",
            ["deprecation_id", "consumer_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "known_consumers",
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_known_consumers_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_known_consumers_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("deprecation_id", "consumer_id", name=op.f("pk_known_consumers")),
    )
    with op.batch_alter_table("known_consumers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_consumers_consumer_id"), ["consumer_id"], unique=False)

    _widen_history()
    _aim_plans()


def _widen_history() -> None:
    """History written so far promised a date, and says no more than that."""
    with op.batch_alter_table("deprecation_events") as batch_op:
        batch_op.add_column(
            sa.Column("sunset_by", sa.String(length=10), nullable=False, server_default="date")
        )
        batch_op.add_column(
            sa.Column("sunset_version", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("closes_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("replacement", sa.String(length=1000), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("documentation", sa.String(length=1000), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("approved_by", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("correction", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("deprecation_events") as batch_op:
        for name in (
            "sunset_by",
            "sunset_version",
            "replacement",
            "documentation",
            "approved_by",
            "correction",
        ):
            batch_op.alter_column(name, server_default=None)


def _aim_plans() -> None:
    """Every plan so far is for one operation: each gets that operation as its target."""
    with op.batch_alter_table("deprecations") as batch_op:
        batch_op.add_column(sa.Column("target_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("sunset_by", sa.String(length=10), nullable=False, server_default="date")
        )
        batch_op.add_column(
            sa.Column("sunset_version", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("closes_on", sa.Date(), nullable=True))
        for name in ("closes_at", "closed_at", "paused_at", "arrived_at"):
            batch_op.add_column(sa.Column(name, storage.base.Instant(timezone=True), nullable=True))
    _fill_targets()
    live = sa.text("state NOT IN ('cancelled', 'removed')")
    with op.batch_alter_table("deprecations") as batch_op:
        batch_op.alter_column("target_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("sunset_by", server_default=None)
        batch_op.alter_column("sunset_version", server_default=None)
        batch_op.drop_index("uq_deprecations_live_operation")
        batch_op.create_index(
            "uq_deprecations_live_target",
            ["target_id"],
            unique=True,
            sqlite_where=live,
            postgresql_where=live,
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deprecations_target_id_targets"),
            "targets",
            ["target_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deprecations_closes_while_deprecated"),
            "closes_at IS NULL OR (deprecated_at <= closes_at AND closes_at <= sunset_at)",
        )


def _fill_targets() -> None:
    connection = op.get_bind()
    planned = connection.execute(
        sa.text(
            "SELECT id, api_id, method, shape, path FROM operations "
            "WHERE id IN (SELECT operation_id FROM deprecations)"
        )
    ).all()
    for operation_id, api_id, method, shape, path in planned:
        facts = ["operation", [method, shape], "", "", ""]
        key = hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
        target_id = connection.execute(
            sa.text(
                "INSERT INTO targets (api_id, kind, key, operation_id, name, place, value, label) "
                "VALUES (:api, 'operation', :key, :operation, '', '', '', :label) RETURNING id"
            ),
            {"api": api_id, "key": key, "operation": operation_id, "label": f"{method} {path}"},
        ).scalar_one()
        values = {"target": target_id, "operation": operation_id}
        connection.execute(
            sa.text("INSERT INTO target_operations (target_id, operation_id) VALUES (:target, :operation)"),
            values,
        )
        connection.execute(
            sa.text("UPDATE deprecations SET target_id = :target WHERE operation_id = :operation"), values
        )


def downgrade() -> None:
    raise NotImplementedError("ends of parts can't be told as ends of operations: restore a backup instead")
