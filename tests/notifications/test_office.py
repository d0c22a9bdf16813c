"""The post office closes when it is told to, and when its database was restored from a backup."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from notifications.desk import find
from notifications.models import Envelope
from notifications.office import (
    accept_mark,
    close_when_restored,
    count_deliveries,
    office,
    pause,
    resume,
    write_mark,
)

Post = Callable[..., Envelope]


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "deliveries"


def test_the_first_reason_stays_until_somebody_resumes(session: Session, now: datetime) -> None:
    pause(session, by="dana", reason="Maintenance.", now=now)
    assert pause(session, by="kim", reason="Another.", now=now).reason == "Maintenance."
    resume(session)
    assert office(session).paused_at is None


def test_what_waits_is_held_back_when_that_is_asked(session: Session, post_one: Post) -> None:
    post_one(session, "waits")
    assert resume(session, hold_queued=True) == 1
    session.expire_all()
    held = find(session, "waits")
    assert (held.state, held.error) == (
        "failed",
        "held back when the post office opened again: look at it before you try again",
    )


def test_a_database_older_than_its_mark_closes_the_post_office(
    session: Session, mark: Path, now: datetime
) -> None:
    assert close_when_restored(session, mark, now).paused_at is None, "no mark yet"
    write_mark(mark, count_deliveries(session, 3))
    assert close_when_restored(session, mark, now).paused_at is None
    office(session).deliveries = 1  # as a backup from before has it
    closed = close_when_restored(session, mark, now)
    assert (closed.paused_at, closed.paused_by) == (now, "sundial")
    assert "restored from a backup" in closed.reason
    accept_mark(session, mark)
    resume(session)
    assert close_when_restored(session, mark, now).paused_at is None, "it is taken over once"
    assert count_deliveries(session, 1) == 4


def test_a_database_that_knows_more_than_its_mark_is_no_backup(
    session: Session, mark: Path, now: datetime
) -> None:
    count_deliveries(session, 5)
    write_mark(mark, 2)  # the sender died before it wrote the newest
    assert close_when_restored(session, mark, now).paused_at is None
    mark.write_text("rubbish")
    assert close_when_restored(session, mark, now).paused_at is None
