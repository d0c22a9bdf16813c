from datetime import UTC, datetime

from sqlalchemy import select

from storage.job_runs import JobRun
from storage.upsert import insert_missing

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 13, tzinfo=UTC)


def _row(name: str, at: datetime) -> dict[str, object]:
    return {"name": name, "started_at": at, "finished_at": None, "error": None}


def test_rows_that_are_there_stay_as_they_are(session):
    insert_missing(session, JobRun, [_row("roll up", NOON)], ["name"])
    insert_missing(session, JobRun, [_row("roll up", LATER), _row("send", LATER)], ["name"])
    runs = session.execute(select(JobRun.name, JobRun.started_at).order_by(JobRun.name)).all()
    assert [tuple(run) for run in runs] == [("roll up", NOON), ("send", LATER)]


def test_no_rows_are_no_work(session):
    insert_missing(session, JobRun, [], ["name"])
    assert session.scalars(select(JobRun)).all() == []
