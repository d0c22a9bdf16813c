"""Making two consumers one where a plan gave both longer: the later day stays, both reasons are told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consumers.merging import Merged, merge
from consumers.models import Consumer
from deprecations.board import find
from deprecations.dates_in_words import day
from deprecations.extensions import revoke
from deprecations.models import Extension


def merge_consumers(session: Session, into: Consumer, gone: Consumer, *, by: str, now: datetime) -> Merged:
    """Make two consumers one, with the longer of the extensions that both have; raises as `merge` does."""
    with session.begin_nested():
        for plan_id, pair in _extended_twice(session, (into.id, gone.id)):
            later, earlier = sorted(pair, key=lambda one: one.until_at, reverse=True)
            reason = (
                f"{gone.name} is one with {into.name} now, and has until {day(later.until_on)} already: "
                f"{later.reason} Its own was: {earlier.reason}"
            )
            revoke(session, find(session, plan_id), earlier, reason=reason, by=by, now=now)
        session.flush()
        return merge(session, into, gone)


def _extended_twice(
    session: Session, consumer_ids: tuple[int, int]
) -> Iterable[tuple[int, tuple[Extension, Extension]]]:
    standing = session.scalars(
        select(Extension)
        .where(Extension.consumer_id.in_(consumer_ids), Extension.revoked_at.is_(None))
        .options(joinedload(Extension.consumer))
        .order_by(Extension.id)
    )
    by_plan: dict[int, list[Extension]] = {}
    for one in standing:
        by_plan.setdefault(one.deprecation_id, []).append(one)
    return [(plan_id, (both[0], both[1])) for plan_id, both in by_plan.items() if both[1:]]
