"""How often the consumers of each API are reminded; an API of which nothing is said has the usual cadence."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.errors import PlanRefused
from deprecations.milestones import Cadence
from deprecations.notice_models import ApiCadence


def cadences(session: Session) -> dict[int, Cadence]:
    """Return the choices of all APIs that made one."""
    return {row.api_id: Cadence(row.cadence) for row in session.scalars(select(ApiCadence))}


def cadence_of(session: Session, api_id: int) -> Cadence:
    """Return how often the consumers of one API are reminded."""
    chosen = session.get(ApiCadence, api_id)
    return Cadence(chosen.cadence) if chosen else Cadence.USUAL


def set_cadence(session: Session, api_id: int, cadence: str) -> Cadence:
    """Choose a cadence; reminders that wait and don't belong to it are dropped when they come due."""
    if cadence not in set(Cadence):
        raise PlanRefused(f"“{cadence}” is no cadence: use {', '.join(Cadence)}")
    chosen = session.get(ApiCadence, api_id) or ApiCadence(api_id=api_id)
    chosen.cadence = cadence
    session.add(chosen)
    session.flush()
    return Cadence(cadence)
