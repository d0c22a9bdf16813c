"""The freeze calendar: times in which nothing is made to fail, for one API or for all."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from deprecations import calendar
from deprecations.edge_models import Freeze
from deprecations.errors import FreezeNotFound, PlanRefused
from registry.models import Api
from storage.paging import Page, page_of

_LONGEST = timedelta(days=366)


def freeze(
    session: Session,
    api: Api | None,
    *,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    reason: str,
    by: str,
    now: datetime,
) -> Freeze:
    """Freeze one API, or all; windows that stand in the way don't run while the freeze is there.

    `zone` is the one that people chose the times in. Raises PlanRefused.
    """
    calendar.local(starts_at, zone)  # refuses a zone that there isn't
    if not starts_at < ends_at or ends_at - starts_at > _LONGEST:
        raise PlanRefused("A freeze ends after it begins, and within a year.")
    if ends_at <= now:
        raise PlanRefused("That time is over already: there is nothing to freeze.")
    if not reason.strip():
        raise PlanRefused("Say why: it is what those read whose brownouts are refused.")
    made = Freeze(
        api_id=api.id if api else None,
        api=api,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        reason=reason.strip(),
        created_by=by,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def thaw(session: Session, freeze_id: int) -> Freeze:
    """Remove a freeze, and return what it was."""
    found = session.scalar(select(Freeze).where(Freeze.id == freeze_id).options(joinedload(Freeze.api)))
    if found is None:
        raise FreezeNotFound(f"there is no freeze {freeze_id}")
    session.delete(found)
    session.flush()
    return found


def freezes(session: Session, *, page: int = 1) -> Page[Freeze]:
    """List all freezes, the next to end last."""
    wanted = select(Freeze).options(joinedload(Freeze.api)).order_by(Freeze.ends_at.desc(), Freeze.id)
    return page_of(session, wanted, page)


def freezes_of(session: Session, api_id: int) -> tuple[Freeze, ...]:
    """Return the freezes that an API is under, its own and everybody's, in order of time."""
    wanted = select(Freeze).where(or_(Freeze.api_id == api_id, Freeze.api_id.is_(None)))
    return tuple(session.scalars(wanted.order_by(Freeze.starts_at, Freeze.id)))
