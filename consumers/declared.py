"""What consumers say they use, whether traffic ever showed it or not."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.models import DeclaredUse
from registry.models import Api


def declared_users(session: Session, api_id: int) -> frozenset[int]:
    """Return the ids of the consumers that say they use an API."""
    return frozenset(session.scalars(select(DeclaredUse.consumer_id).where(DeclaredUse.api_id == api_id)))


def declared_apis(session: Session, consumer_id: int) -> tuple[Api, ...]:
    """Return the APIs that a consumer says it uses, by name."""
    mine = select(Api).join(DeclaredUse, DeclaredUse.api_id == Api.id)
    return tuple(
        session.scalars(mine.where(DeclaredUse.consumer_id == consumer_id).order_by(Api.name, Api.id))
    )
