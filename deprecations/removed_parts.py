"""Which parts of operations, of those that a plan names, a document takes away."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from deprecations.aims import Part, operations_of_document, parts_at, takes
from deprecations.board import OVER
from deprecations.models import Deprecation, Target
from deprecations.targets import OPERATION_WIDE
from registry.models import Operation, Version


def removed_parts(
    session: Session, version: Version, findings: Sequence[Mapping[str, Any]]
) -> tuple[Deprecation, ...]:
    """Return the plans, not over yet, whose parts go by the findings of a version against a newer document.

    `findings` are entries of the public contract of comparisons.
    """
    known = operations_of_document(session, version.api_id, version.digest)
    taken = {one for facts in findings for one in _taken(facts, known)}
    plans = session.scalars(
        _of_parts(version.api_id)
        .options(
            joinedload(Deprecation.target), joinedload(Deprecation.api), joinedload(Deprecation.operation)
        )
        .order_by(Deprecation.id)
    )
    return tuple(plan for plan in plans if any(_goes(plan.target, at, part) for at, part in taken))


def has_planned_parts(session: Session, api_id: int) -> bool:
    """Tell whether any plan of an API that isn't over is about a part of an operation."""
    return session.scalar(_of_parts(api_id).limit(1)) is not None


def _of_parts(api_id: int) -> Select[Deprecation]:
    return (
        select(Deprecation)
        .join(Target, Target.id == Deprecation.target_id)
        .where(Deprecation.api_id == api_id, Deprecation.state.not_in(OVER))
        .where(Target.kind.not_in(OPERATION_WIDE))
    )


def _taken(
    facts: Mapping[str, Any], known: Mapping[tuple[str, str], Operation]
) -> Iterator[tuple[int | None, Part]]:
    """Yield what a finding takes away at each operation that it reaches; None: one that isn't known."""
    for place in facts["operations"]:
        operation = known.get((place.get("method"), place.get("path")))
        for part in parts_at(facts, place):
            yield operation.id if operation is not None else None, part


def _goes(target: Target, operation_id: int | None, part: Part) -> bool:
    return target.operation_id in (None, operation_id) and takes(part, target)
