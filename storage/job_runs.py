"""When each scheduled job last ran: what `/readyz` and the pages judge the scheduler by."""

from datetime import datetime, timedelta

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.base import Base
from storage.upsert import insert

_QUIET = timedelta(minutes=2)


class JobRun(Base):
    """The last run of one job; a row a job."""

    __tablename__ = "job_runs"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


def job_started(session: Session, name: str, now: datetime) -> None:
    """Note that a job began, also where another scheduler notes the same at this moment."""
    begun = {"started_at": now, "finished_at": None, "error": None}
    note = insert(session, JobRun).values(name=name, **begun)
    session.execute(note.on_conflict_do_update(index_elements=["name"], set_=begun))


def job_finished(session: Session, name: str, error: str | None, now: datetime) -> None:
    """Note that a job ended, and how."""
    run = session.get_one(JobRun, name)
    run.finished_at, run.error = now, error


def is_ticking(session: Session, now: datetime) -> bool:
    """Tell whether a job began within two minutes, whoever ran it.

    One from a later hour, before a clock was put back, proves nothing.
    """
    lately = select(JobRun.name).where(JobRun.started_at.between(now - _QUIET, now + _QUIET))
    return session.scalar(lately.limit(1)) is not None
