"""The last day that counts for one consumer: its extension's where it was granted one, else the plan's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from deprecations.extensions import in_force
from deprecations.models import Deprecation, Extension


@dataclass(frozen=True, slots=True)
class OwnEnd:
    """A consumer's last day; `moved_at` is when it last changed, `is_extended` when it is its own alone."""

    on: date
    at: datetime
    moved_at: datetime | None
    is_extended: bool = False


@dataclass(frozen=True, slots=True)
class OwnEnds:
    """The last days of every consumer."""

    extensions: Mapping[tuple[int, int], Extension]

    def of(self, plan: Deprecation, consumer_id: int) -> OwnEnd:
        """Return the last day of a plan for a consumer."""
        own = self.extensions.get((plan.id, consumer_id))
        if own is None:
            return end_of(plan)
        moved_at = max(own.granted_at, plan.moved_at or own.granted_at)
        return OwnEnd(own.until_on, own.until_at, moved_at, is_extended=True)


def end_of(plan: Deprecation) -> OwnEnd:
    """Return the last day of a plan for those who have none of their own."""
    return OwnEnd(plan.sunset_on, plan.sunset_at, plan.moved_at)


def own_ends(session: Session, plan_ids: Collection[int], now: datetime) -> OwnEnds:
    """Return the last days for consumers of some plans, in one query."""
    return OwnEnds(in_force(session, plan_ids, now))
