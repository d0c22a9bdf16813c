"""a report but for its findings."""

import json
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_COMPARISONS = sa.table(
    "comparisons",
    sa.column("id", sa.Integer),
    sa.column("report", sa.LargeBinary),
    sa.column("head", sa.JSON),
)


def upgrade() -> None:
    op.add_column("comparisons", sa.Column("head", sa.JSON(), nullable=True))
    connection = op.get_bind()
    made = sa.select(_COMPARISONS.c.id).where(_COMPARISONS.c.report.is_not(None))
    for number in connection.scalars(made).all():
        report: bytes = connection.execute(
            sa.select(_COMPARISONS.c.report).where(_COMPARISONS.c.id == number)
        ).scalar_one()
        head = json.loads(zlib.decompress(report))
        del head["findings"]
        connection.execute(sa.update(_COMPARISONS).where(_COMPARISONS.c.id == number).values(head=head))


def downgrade() -> None:
    op.drop_column("comparisons", "head")
