"""The consumer of traffic that names no other, or whose name nobody has registered."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import Consumer
from storage.upsert import insert_missing

UNATTRIBUTED = "unattributed"


def unattributed(session: Session, now: datetime) -> Consumer:
    """Return the consumer of traffic that names no other, made on first use."""
    statement = select(Consumer).where(Consumer.slug == UNATTRIBUTED)
    found = session.scalar(statement)
    if found is not None:
        return found
    row = {
        "slug": UNATTRIBUTED,
        "name": "Unattributed traffic",
        "description": "Calls whose caller nobody has registered. They count in every verdict.",
        "team": "",
        "is_unattributed": True,
        "is_example": False,
        "created_at": now,
    }
    insert_missing(session, Consumer, [row], ["slug"])
    return session.scalars(statement).one()
