"""the first tables."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("last_used_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("revoked_at", storage.base.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    op.create_table(
        "apis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apis")),
        sa.UniqueConstraint("slug", name=op.f("uq_apis_slug")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)

    op.create_table(
        "consumers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("is_unattributed", sa.Boolean(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumers")),
        sa.UniqueConstraint("slug", name=op.f("uq_consumers_slug")),
    )
    op.create_table(
        "documents",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("dialect", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("spec_version", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_documents")),
    )
    op.create_table(
        "envelopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=False),
        sa.Column("thread", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("leased_until", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("sent_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed')", name=op.f("ck_envelopes_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelopes")),
        sa.UniqueConstraint("key", name=op.f("uq_envelopes_key")),
    )
    with op.batch_alter_table("envelopes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_envelopes_recipient"), ["recipient"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_envelopes_state_envelopes_next_attempt_at"),
            ["state", "next_attempt_at"],
            unique=False,
        )

    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("started_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("finished_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["envelope_id"],
            ["envelopes.id"],
            name=op.f("fk_attempts_envelope_id_envelopes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_envelope_id"), ["envelope_id"], unique=False)

    op.create_table(
        "browser_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("last_seen_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", storage.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_browser_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_browser_sessions_digest")),
    )
    with op.batch_alter_table("browser_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browser_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("disabled_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_contacts_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("consumer_id", "email", name=op.f("uq_contacts_consumer_id_email")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_consumer_id"), ["consumer_id"], unique=False)

    op.create_table(
        "credentials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=80), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_credentials_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("kind", "digest", name=op.f("uq_credentials_kind_digest")),
    )
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credentials_consumer_id"), ["consumer_id"], unique=False)

    op.create_table(
        "document_operations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("full_path", sa.String(length=1000), nullable=False),
        sa.Column("shape", sa.String(length=1000), nullable=False),
        sa.Column("operation_id", sa.String(length=300), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("deprecated", sa.Boolean(), nullable=False),
        sa.Column("sunset", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["documents.digest"],
            name=op.f("fk_document_operations_digest_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_operations")),
        sa.UniqueConstraint(
            "digest", "method", "full_path", name=op.f("uq_document_operations_digest_method_full_path")
        ),
    )
    op.create_table(
        "policies",
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("minimum_notice_days", sa.Integer(), nullable=False),
        sa.Column("replacement_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_policies_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_id", name=op.f("pk_policies")),
    )
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("used_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_links_digest")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "spec_repositories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=20), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("branch", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("secret_generation", sa.Integer(), nullable=False),
        sa.Column("last_delivery_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_spec_repositories_api_id_apis"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spec_repositories")),
    )
    with op.batch_alter_table("spec_repositories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spec_repositories_api_id"), ["api_id"], unique=False)

    op.create_table(
        "usage_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("log_format", sa.String(length=30), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=True),
        sa.Column("stale_after_hours", sa.Integer(), nullable=False),
        sa.Column("retired_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("first_event_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("last_event_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("last_batch_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_usage_sources_api_id_apis"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_sources")),
        sa.UniqueConstraint("slug", name=op.f("uq_usage_sources_slug")),
    )
    with op.batch_alter_table("usage_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_usage_sources_api_id"), ["api_id"], unique=False)

    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=True),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("published_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_versions_api_id_apis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["digest"], ["documents.digest"], name=op.f("fk_versions_digest_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("api_id", "label", name=op.f("uq_versions_api_id_label")),
        sa.UniqueConstraint("api_id", "position", name=op.f("uq_versions_api_id_position")),
    )
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_versions_api_id"), ["api_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_versions_digest"), ["digest"], unique=False)

    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("old_version_id", sa.Integer(), nullable=False),
        sa.Column("new_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("breaking", sa.Integer(), nullable=False),
        sa.Column("dangerous", sa.Integer(), nullable=False),
        sa.Column("compatible", sa.Integer(), nullable=False),
        sa.Column("editorial", sa.Integer(), nullable=False),
        sa.Column("bump_needed", sa.String(length=10), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("leased_until", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("compared_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'done', 'failed')", name=op.f("ck_comparisons_state")),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_comparisons_api_id_apis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["new_version_id"],
            ["versions.id"],
            name=op.f("fk_comparisons_new_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["old_version_id"],
            ["versions.id"],
            name=op.f("fk_comparisons_old_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
        sa.UniqueConstraint(
            "old_version_id", "new_version_id", name=op.f("uq_comparisons_old_version_id_new_version_id")
        ),
    )
    with op.batch_alter_table("comparisons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comparisons_api_id"), ["api_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comparisons_new_version_id"), ["new_version_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(length=100), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("received_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("settled_at", storage.base.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'ignored', 'failed')", name=op.f("ck_deliveries_state")
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["spec_repositories.id"],
            name=op.f("fk_deliveries_repository_id_spec_repositories"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("repository_id", "delivery", name=op.f("uq_deliveries_repository_id_delivery")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_repository_id"), ["repository_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_state"), ["state"], unique=False)

    op.create_table(
        "log_cursors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("moved_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["usage_sources.id"],
            name=op.f("fk_log_cursors_source_id_usage_sources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_cursors")),
        sa.UniqueConstraint("source_id", "head", "path", name=op.f("uq_log_cursors_source_id_head_path")),
    )
    with op.batch_alter_table("log_cursors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_cursors_moved_at"), ["moved_at"], unique=False)

    op.create_table(
        "operations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("shape", sa.String(length=1000), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("operation_id", sa.String(length=300), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("deprecated_in_spec", sa.Boolean(), nullable=False),
        sa.Column("first_version_id", sa.Integer(), nullable=False),
        sa.Column("last_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_operations_api_id_apis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["first_version_id"],
            ["versions.id"],
            name=op.f("fk_operations_first_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["last_version_id"],
            ["versions.id"],
            name=op.f("fk_operations_last_version_id_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.UniqueConstraint("api_id", "method", "shape", name=op.f("uq_operations_api_id_method_shape")),
    )
    with op.batch_alter_table("operations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operations_api_id"), ["api_id"], unique=False)

    op.create_table(
        "usage_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("unmatched", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("samples", sa.JSON(), nullable=False),
        sa.Column("received_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["usage_sources.id"],
            name=op.f("fk_usage_batches_source_id_usage_sources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_batches")),
        sa.UniqueConstraint("source_id", "key", name=op.f("uq_usage_batches_source_id_key")),
    )
    with op.batch_alter_table("usage_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_usage_batches_received_at"), ["received_at"], unique=False)

    op.create_table(
        "deprecations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("api_id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replacement", sa.String(length=1000), nullable=False),
        sa.Column("documentation", sa.String(length=1000), nullable=False),
        sa.Column("finding", sa.String(length=12), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("deprecated_on", sa.Date(), nullable=False),
        sa.Column("sunset_on", sa.Date(), nullable=False),
        sa.Column("deprecated_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("sunset_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("announced_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("moved_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "deprecated_at <= sunset_at", name=op.f("ck_deprecations_sunset_not_before_deprecation")
        ),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_deprecations_api_id_apis"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_deprecations_operation_id_operations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deprecations")),
    )
    with op.batch_alter_table("deprecations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deprecations_api_id"), ["api_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deprecations_operation_id"), ["operation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deprecations_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_deprecations_live_operation",
            ["operation_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('cancelled', 'removed')"),
            postgresql_where=sa.text("state NOT IN ('cancelled', 'removed')"),
        )

    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=12), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name=op.f("fk_findings_comparison_id_comparisons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("comparison_id", "position", name=op.f("uq_findings_comparison_id_position")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_findings_comparison_id_findings_level"), ["comparison_id", "level"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_findings_fingerprint"), ["fingerprint"], unique=False)

    op.create_table(
        "usage",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("hour", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("client_errors", sa.BigInteger(), nullable=False),
        sa.Column("server_errors", sa.BigInteger(), nullable=False),
        sa.Column("first_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("last_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("user_agent", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"], ["consumers.id"], name=op.f("fk_usage_consumer_id_consumers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_usage_credential_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_usage_operation_id_operations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("operation_id", "hour", "credential_id", name=op.f("pk_usage")),
    )
    with op.batch_alter_table("usage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_usage_consumer_id_usage_operation_id_usage_hour"),
            ["consumer_id", "operation_id", "hour"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_usage_credential_id"), ["credential_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_usage_hour"), ["hour"], unique=False)

    op.create_table(
        "deprecation_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("deprecated_on", sa.Date(), nullable=False),
        sa.Column("sunset_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_deprecation_events_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deprecation_events")),
    )
    with op.batch_alter_table("deprecation_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deprecation_events_deprecation_id"), ["deprecation_id"], unique=False
        )

    op.create_table(
        "finding_operations",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["findings.id"],
            name=op.f("fk_finding_operations_finding_id_findings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.id"],
            name=op.f("fk_finding_operations_operation_id_operations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("finding_id", "operation_id", name=op.f("pk_finding_operations")),
    )
    with op.batch_alter_table("finding_operations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_operations_operation_id"), ["operation_id"], unique=False
        )

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deprecation_id", sa.Integer(), nullable=False),
        sa.Column("consumer_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("milestone", sa.String(length=20), nullable=False),
        sa.Column("sunset_on", sa.Date(), nullable=False),
        sa.Column("due_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("envelope_key", sa.String(length=200), nullable=True),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("dropped_because", sa.Text(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.Column("created_at", storage.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer_id"],
            ["consumers.id"],
            name=op.f("fk_notices_consumer_id_consumers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_notices_contact_id_contacts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deprecation_id"],
            ["deprecations.id"],
            name=op.f("fk_notices_deprecation_id_deprecations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "deprecation_id",
            "consumer_id",
            "contact_id",
            "milestone",
            "due_at",
            name=op.f("uq_notices_deprecation_id_consumer_id_contact_id_milestone_due_at"),
        ),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_consumer_id"), ["consumer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_envelope_key"), ["envelope_key"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_envelope_key"))
        batch_op.drop_index(batch_op.f("ix_notices_due_at"))
        batch_op.drop_index(batch_op.f("ix_notices_contact_id"))
        batch_op.drop_index(batch_op.f("ix_notices_consumer_id"))

    op.drop_table("notices")
    with op.batch_alter_table("finding_operations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_operations_operation_id"))

    op.drop_table("finding_operations")
    with op.batch_alter_table("deprecation_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deprecation_events_deprecation_id"))

    op.drop_table("deprecation_events")
    with op.batch_alter_table("usage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_hour"))
        batch_op.drop_index(batch_op.f("ix_usage_credential_id"))
        batch_op.drop_index(batch_op.f("ix_usage_consumer_id_usage_operation_id_usage_hour"))

    op.drop_table("usage")
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_findings_fingerprint"))
        batch_op.drop_index(batch_op.f("ix_findings_comparison_id_findings_level"))

    op.drop_table("findings")
    with op.batch_alter_table("deprecations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_deprecations_live_operation",
            sqlite_where=sa.text("state NOT IN ('cancelled', 'removed')"),
            postgresql_where=sa.text("state NOT IN ('cancelled', 'removed')"),
        )
        batch_op.drop_index(batch_op.f("ix_deprecations_state"))
        batch_op.drop_index(batch_op.f("ix_deprecations_operation_id"))
        batch_op.drop_index(batch_op.f("ix_deprecations_api_id"))

    op.drop_table("deprecations")
    with op.batch_alter_table("usage_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_batches_received_at"))

    op.drop_table("usage_batches")
    with op.batch_alter_table("operations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operations_api_id"))

    op.drop_table("operations")
    with op.batch_alter_table("log_cursors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_cursors_moved_at"))

    op.drop_table("log_cursors")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_state"))
        batch_op.drop_index(batch_op.f("ix_deliveries_repository_id"))

    op.drop_table("deliveries")
    with op.batch_alter_table("comparisons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparisons_new_version_id"))
        batch_op.drop_index(batch_op.f("ix_comparisons_api_id"))

    op.drop_table("comparisons")
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_versions_digest"))
        batch_op.drop_index(batch_op.f("ix_versions_api_id"))

    op.drop_table("versions")
    with op.batch_alter_table("usage_sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_sources_api_id"))

    op.drop_table("usage_sources")
    with op.batch_alter_table("spec_repositories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spec_repositories_api_id"))

    op.drop_table("spec_repositories")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_links_user_id"))

    op.drop_table("sign_in_links")
    op.drop_table("policies")
    op.drop_table("document_operations")
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credentials_consumer_id"))

    op.drop_table("credentials")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_consumer_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("browser_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_browser_sessions_user_id"))

    op.drop_table("browser_sessions")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_envelope_id"))

    op.drop_table("attempts")
    op.drop_table("users")
    op.drop_table("job_runs")
    with op.batch_alter_table("envelopes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_envelopes_state_envelopes_next_attempt_at"))
        batch_op.drop_index(batch_op.f("ix_envelopes_recipient"))

    op.drop_table("envelopes")
    op.drop_table("documents")
    op.drop_table("consumers")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))

    op.drop_table("audit_entries")
    op.drop_table("apis")
    op.drop_table("api_tokens")
