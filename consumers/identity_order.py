"""By which attributes an API's callers are told apart: in which order, and how sure each is.

A change holds for calls that are counted from then on; what was counted stays under the name it had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consumers.confidence import USUAL, Confidence
from consumers.errors import ConsumersError
from consumers.identify import Order
from consumers.models import CredentialKind, IdentityOrder
from registry.models import Operation
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Attribute:
    """A kind of name, and how sure it is that it names its consumer."""

    kind: CredentialKind
    confidence: Confidence


USUAL_ATTRIBUTES = tuple(
    Attribute(kind, USUAL[kind]) for kind in CredentialKind if kind is not CredentialKind.NONE
)
"""The attributes of an API that has no order of its own."""


def attributes_of(session: Session, api_id: int) -> tuple[Attribute, ...]:
    """Return an API's attributes, surest first."""
    own = session.get(IdentityOrder, api_id)
    return _read(own.attributes) if own is not None else USUAL_ATTRIBUTES


def has_own_order(session: Session, api_id: int) -> bool:
    """Tell whether an API has an order of its own."""
    return session.get(IdentityOrder, api_id) is not None


def set_attributes(session: Session, api_id: int, attributes: Sequence[Attribute]) -> None:
    """Give an API an order of its own; each kind at most once, and one at least."""
    kinds = [one.kind for one in attributes]
    if not kinds:
        raise ConsumersError("by nothing at all nobody can be told apart: name one attribute at least")
    twice = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if twice is not None:
        raise ConsumersError(f"{twice} stands in the order twice: name each attribute once")
    told = [{"kind": str(one.kind), "confidence": str(one.confidence)} for one in attributes]
    row = insert(session, IdentityOrder).values(api_id=api_id, attributes=told)
    session.execute(row.on_conflict_do_update(index_elements=["api_id"], set_={"attributes": told}))
    session.expire_all()


def reset_attributes(session: Session, api_id: int) -> None:
    """Let the usual order hold for an API again."""
    session.execute(delete(IdentityOrder).where(IdentityOrder.api_id == api_id))


def attribute(kind: str, confidence: str | None = None) -> Attribute:
    """Return an attribute by its words; without a confidence, with the usual one."""
    if kind not in USUAL or kind == CredentialKind.NONE:
        names = ", ".join(one.kind for one in USUAL_ATTRIBUTES)
        raise ConsumersError(f"“{kind}” is no attribute of a call: use {names}")
    if confidence is not None and confidence not in set(Confidence):
        raise ConsumersError(f"“{confidence}” is no confidence: use {', '.join(Confidence)}")
    known = CredentialKind(kind)
    return Attribute(known, Confidence(confidence) if confidence else USUAL[known])


def confidences(session: Session, api_id: int) -> Mapping[str, Confidence]:
    """Return how sure each kind of name is at an API."""
    return {one.kind: one.confidence for one in attributes_of(session, api_id)}


def orders_by_operation(session: Session, api_id: int | None) -> Mapping[int, Order]:
    """Return the order of each operation whose API has one of its own; of one API, or of all."""
    statement = select(IdentityOrder)
    if api_id is not None:
        statement = statement.where(IdentityOrder.api_id == api_id)
    own = {row.api_id: _order(row.attributes) for row in session.scalars(statement)}
    if not own:
        return {}
    rows = session.execute(select(Operation.id, Operation.api_id).where(Operation.api_id.in_(own)))
    return {operation: own[api] for operation, api in rows}


def _read(told: Sequence[Mapping[str, str]]) -> tuple[Attribute, ...]:
    return tuple(attribute(one["kind"], one["confidence"]) for one in told)


def _order(told: Sequence[Mapping[str, str]]) -> Order:
    return {one["kind"]: rank for rank, one in enumerate(told)}
