"""a language for whoever is told."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TOLD = ("contacts", "api_owners")
_CHOSEN = sa.table("contact_languages", sa.column("contact_id", sa.Integer), sa.column("language", sa.String))
_CONTACTS = sa.table("contacts", sa.column("id", sa.Integer), sa.column("language", sa.String))


def upgrade() -> None:
    for table in _TOLD:
        # Not in a batch: on SQLite that makes the table anew, and what refers to the old one goes with it.
        op.add_column(table, sa.Column("language", sa.String(length=10), nullable=False, server_default="en"))
    chosen = sa.select(_CHOSEN.c.language).where(_CHOSEN.c.contact_id == _CONTACTS.c.id).scalar_subquery()
    has_one = _CONTACTS.c.id.in_(sa.select(_CHOSEN.c.contact_id))
    op.execute(_CONTACTS.update().where(has_one).values(language=chosen))
    op.drop_table("contact_languages")


def downgrade() -> None:
    op.create_table(
        "contact_languages",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_contact_languages_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_languages")),
    )
    other = sa.select(_CONTACTS.c.id, _CONTACTS.c.language).where(_CONTACTS.c.language != "en")
    op.execute(_CHOSEN.insert().from_select(["contact_id", "language"], other))
    for table in _TOLD:
        op.drop_column(table, "language")
