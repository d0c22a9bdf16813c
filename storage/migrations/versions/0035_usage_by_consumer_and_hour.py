"""usage by consumer and hour."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_OLD = "ix_usage_consumer_id_usage_operation_id_usage_hour"
_NEW = "ix_usage_consumer_id_usage_hour"


def upgrade() -> None:
    op.drop_index(op.f(_OLD), table_name="usage")
    op.create_index(op.f(_NEW), "usage", ["consumer_id", "hour"])


def downgrade() -> None:
    op.drop_index(op.f(_NEW), table_name="usage")
    op.create_index(op.f(_OLD), "usage", ["consumer_id", "operation_id", "hour"])
