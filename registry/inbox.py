"""The inbox: a verified push is stored first and worked on later, so that no crash loses it."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from registry.models import Delivery, SpecRepository
from registry.sources.host import Ignored, Push
from storage.upsert import insert_missing

_LEASE = timedelta(minutes=5)
_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


def receive(session: Session, repository: SpecRepository, push: Push | Ignored, now: datetime) -> Delivery:
    """Store a delivery; one that came before, by its id, stays as it is."""
    wanted = isinstance(push, Push) and push.branch == repository.branch
    outcome = push.because if isinstance(push, Ignored) else f"a push to {push.branch}"
    row = {
        "repository_id": repository.id,
        "delivery": push.delivery,
        "revision": push.revision if isinstance(push, Push) else "",
        "state": "pending" if wanted else "ignored",
        "outcome": "" if wanted else outcome,
        "attempts": 0,
        "received_at": now,
    }
    insert_missing(session, Delivery, [row], ["repository_id", "delivery"])
    repository.last_delivery_at = now
    return session.scalars(
        select(Delivery).filter_by(repository_id=repository.id, delivery=push.delivery)
    ).one()


def exists(session: Session, repository_id: int, delivery: str) -> bool:
    """Tell whether a delivery of that id came before."""
    statement = select(Delivery.id).filter_by(repository_id=repository_id, delivery=delivery)
    return session.scalar(statement) is not None


def waiting(session: Session, limit: int, now: datetime) -> list[int]:
    """Return ids of deliveries that are due, oldest first."""
    statement = select(Delivery.id).where(Delivery.state == "pending", _is_due(now))
    return list(session.scalars(statement.order_by(Delivery.id).limit(limit)))


def claim(session: Session, delivery_id: int, now: datetime) -> Delivery | None:
    """Take a due delivery to work on it, for five minutes; None when another worker has it."""
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "pending", _is_due(now))
        .values(attempts=Delivery.attempts + 1, next_attempt_at=now + _LEASE)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return None
    return session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .options(joinedload(Delivery.repository).joinedload(SpecRepository.api))
        .execution_options(populate_existing=True)
    ).one()


def settle(session: Session, delivery_id: int, outcome: str, now: datetime) -> None:
    """Note what a delivery led to."""
    delivery = session.get_one(Delivery, delivery_id)
    delivery.state, delivery.outcome, delivery.settled_at = "done", outcome, now
    session.flush()


def refuse(session: Session, delivery_id: int, error: str, *, permanent: bool, now: datetime) -> None:
    """Note why a delivery failed; unless the cause is permanent it is tried again, five times in all."""
    delivery = session.get_one(Delivery, delivery_id)
    delivery.outcome = error
    if permanent or delivery.attempts > len(_PAUSES):
        delivery.state, delivery.settled_at = "failed", now
    else:
        delivery.next_attempt_at = now + _PAUSES[delivery.attempts - 1]
    session.flush()


def deliveries(session: Session, repository_id: int, limit: int = 20) -> list[Delivery]:
    """Return a repository's newest deliveries."""
    statement = select(Delivery).where(Delivery.repository_id == repository_id)
    return list(session.scalars(statement.order_by(Delivery.id.desc()).limit(limit)))


def _is_due(now: datetime):  # type: ignore[no-untyped-def]  # SQLAlchemy's own type of a condition is private
    return or_(Delivery.next_attempt_at.is_(None), Delivery.next_attempt_at <= now)
