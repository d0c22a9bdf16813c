"""Which parts of operations, of those that a plan names, a document takes away."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deprecations.aims import operations_of_document, part_in
from deprecations.board import OVER
from deprecations.models import Deprecation, Target
from deprecations.targets import OPERATION_WIDE, Thing, key_of
from registry.models import Operation, Version


def removed_parts(
    session: Session, version: Version, findings: Sequence[Mapping[str, Any]]
) -> tuple[Deprecation, ...]:
    """Return the plans, not over yet, whose parts go by the findings of a version against a newer document.

    `findings` are entries of the public contract of comparisons.
    """
    known = operations_of_document(session, version.api_id, version.digest)
    keys = {key for facts in findings for key in _keys(facts, version.api_id, known)}
    plans = session.scalars(
        select(Deprecation)
        .join(Target, Target.id == Deprecation.target_id)
        .where(Target.api_id == version.api_id, Target.key.in_(keys), Deprecation.state.not_in(OVER))
        .options(
            joinedload(Deprecation.target), joinedload(Deprecation.api), joinedload(Deprecation.operation)
        )
        .order_by(Deprecation.id)
    )
    return tuple(plans)


def has_planned_parts(session: Session, api_id: int) -> bool:
    """Tell whether any plan of an API that isn't over is about a part of an operation."""
    wanted = (
        select(Deprecation.id)
        .join(Target, Target.id == Deprecation.target_id)
        .where(Deprecation.api_id == api_id, Deprecation.state.not_in(OVER))
        .where(Target.kind.not_in(OPERATION_WIDE))
    )
    return session.scalar(wanted.limit(1)) is not None


def _keys(facts: Mapping[str, Any], api_id: int, known: Mapping[tuple[str, str], Operation]) -> Iterator[str]:
    """Yield the keys that a target has which a finding takes away: at each operation, and at several."""
    part = part_in(facts)
    if part is None:
        return
    kind, name, place, value = part
    yield key_of(Thing(kind, api_id, None, name, place, value), None)
    for reached in facts["operations"]:
        operation = known.get((reached.get("method"), reached.get("path")))
        if operation is not None:
            yield key_of(Thing(kind, api_id, operation.id, name, place, value), operation)
