"""What consumers say they use, whether traffic ever showed it or not."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from consumers.contract_models import DeclaredUse
from registry.models import Api


def declared_users(session: Session, api_id: int) -> frozenset[int]:
    """Return the ids of the consumers that say they use an API."""
    return frozenset(session.scalars(select(DeclaredUse.consumer_id).where(DeclaredUse.api_id == api_id)))


def forget_declared(session: Session, *, before: datetime) -> int:
    """Delete what no list has declared since; return how many went."""
    gone = session.execute(delete(DeclaredUse).where(DeclaredUse.declared_at < before))
    return cast("CursorResult[Any]", gone).rowcount


def declared_apis(session: Session, consumer_id: int) -> tuple[Api, ...]:
    """Return the APIs that a consumer says it uses, by name."""
    mine = select(Api).join(DeclaredUse, DeclaredUse.api_id == Api.id)
    return tuple(
        session.scalars(mine.where(DeclaredUse.consumer_id == consumer_id).order_by(Api.name, Api.id))
    )
