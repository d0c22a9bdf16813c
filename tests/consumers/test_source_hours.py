"""When a source told of calls, and when it was silent."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.ingest import BatchReport
from consumers.models import SourceHour
from consumers.retention import forget_usage
from consumers.source_hours import Gap, Telling, calls_told, tellings
from consumers.sources import find_source
from tests.support.factories_consumers import NOW, event

Send = Callable[..., BatchReport]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def telling(session: Session, *, since: timedelta = 7 * DAY) -> Telling:
    return tellings(session, ["edge"], since=NOW - since, until=NOW)["edge"]


def test_a_silence_longer_than_its_patience_is_a_gap(session: Session, send: Send) -> None:
    send(event(at=NOW - 70 * HOUR), event(at=NOW - 60 * HOUR), event("/nowhere", at=NOW - 20 * HOUR))
    told = telling(session)
    assert told.gaps == (Gap(NOW - 59 * HOUR, NOW - 20 * HOUR),)
    assert told.gaps[0].hours == 39
    assert (told.calls, told.unknown) == (3, 1)
    assert told.calls_an_hour == 3 / 51


def test_a_gap_that_began_before_the_window_is_one(session: Session, send: Send) -> None:
    send(event(at=NOW - 30 * DAY), event(at=NOW - 2 * DAY))
    assert telling(session).gaps == (Gap(NOW - 30 * DAY + HOUR, NOW - 2 * DAY),)
    assert telling(session, since=60 * DAY).gaps == telling(session).gaps


def test_hours_add_up_over_batches_and_the_least_sampling_rate_stays(session: Session, send: Send) -> None:
    send(event(count=5), event(at=NOW + timedelta(minutes=1)))
    send(event(sampling_rate=0.25), event("/nowhere", at=NOW - HOUR))
    told = telling(session)
    assert (told.calls, told.unknown, told.sampling_rate) == (8, 1, 0.25)
    assert len(session.scalars(select(SourceHour)).all()) == 2


def test_a_source_that_told_of_nothing_has_no_gaps(session: Session, send: Send) -> None:
    assert telling(session) == Telling(0, 0, 0.0, 1.0, ())
    send(b"{not json\n", log_format="ndjson")
    assert telling(session).calls == 0


def test_its_calls_are_told_day_by_day(session: Session, send: Send) -> None:
    send(event(at=NOW - 2 * DAY), event(count=3))
    source = find_source(session, "edge")
    assert source is not None
    days = calls_told(session, source.id, since=NOW - 2 * DAY, until=NOW)
    assert [day.calls for day in days] == [1, 0, 3]


def test_hours_go_after_their_time(session: Session, send: Send) -> None:
    send(event(at=NOW - 100 * DAY), event())
    forget_usage(session, older_than=31 * DAY, now=NOW)
    assert session.scalars(select(SourceHour.hour)).all() == [NOW]
