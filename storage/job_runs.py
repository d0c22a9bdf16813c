"""When each scheduled job last ran: what `/readyz` and the pages judge the scheduler by."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.base import Base


class JobRun(Base):
    """The last run of one job; a row a job."""

    __tablename__ = "job_runs"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


def job_started(session: Session, name: str, now: datetime) -> None:
    """Note that a job began."""
    run = session.get(JobRun, name) or JobRun(name=name)
    run.started_at, run.finished_at, run.error = now, None, None
    session.add(run)


def job_finished(session: Session, name: str, error: str | None, now: datetime) -> None:
    """Note that a job ended, and how."""
    run = session.get_one(JobRun, name)
    run.finished_at, run.error = now, error
