"""What a brownout did, from hourly counts."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from consumers.models import Consumer
from deprecations.brownouts.ramps import Window
from deprecations.brownouts.report import Reaction, report
from deprecations.brownouts.windows import announce
from deprecations.edge_models import Brownout
from deprecations.models import Deprecation
from registry.models import Operation
from tests.deprecations.brownouts.conftest import TUESDAY
from tests.support.factories_deprecations import NOW, make_consumer, make_operation, make_source, make_usage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_WEEK_LATER = TUESDAY + timedelta(days=8)


@pytest.fixture
def window(session: Session, plan: Deprecation) -> Brownout:
    chosen = [Window(TUESDAY + timedelta(minutes=15), TUESDAY + timedelta(minutes=75))]
    (made,) = announce(session, plan, chosen, by="dana", reason="", now=NOW)
    session.flush()
    return made


def called(
    session: Session, who: Consumer, operation: Operation, at: datetime, calls: int, refused: int = 0
) -> None:
    usage = make_usage(session, who, operation, at, calls)
    usage.server_errors = refused


def test_who_was_hit_and_who_reacted(
    session: Session, plan: Deprecation, operation: Operation, window: Brownout
) -> None:
    successor = make_operation(session, plan.api, "GET /v2/orders/{id}")
    moved, fewer, stubborn, away = (
        make_consumer(session, slug) for slug in ("moved", "fewer", "stubborn", "away")
    )
    for who, before, refused, after in (
        (moved, 70, 5, 0),
        (fewer, 70, 9, 7),
        (stubborn, 70, 7, 70),
        (away, 7, 0, 7),
    ):
        called(session, who, operation, TUESDAY - DAY, before)
        if refused:
            called(session, who, operation, TUESDAY + HOUR, 10, refused)
        if after:
            called(session, who, operation, TUESDAY + 2 * DAY, after)
    called(session, moved, successor, TUESDAY + 2 * DAY, 140)
    told = report(session, plan, window, now=A_WEEK_LATER)
    assert [(hit.slug, hit.refused, hit.reaction) for hit in told.hits] == [
        ("fewer", 9, Reaction.FEWER),
        ("stubborn", 7, Reaction.AS_BEFORE),
        ("moved", 5, Reaction.STOPPED),
        ("away", 0, Reaction.AS_BEFORE),
    ]
    assert (told.hit, told.reacted) == (3, 2)
    assert (told.before, told.after) == (31.0, 12.0)
    gone = told.hits[2]
    assert (gone.before, gone.after, gone.successor_before, gone.successor_after) == (10.0, 0.0, 0.0, 20.0)


def test_hours_are_counted_whole_and_others_are_not_in_it(
    session: Session, plan: Deprecation, operation: Operation, window: Brownout
) -> None:
    who = make_consumer(session)
    for hours, refused in ((-1, 100), (0, 1), (1, 2), (2, 100)):
        called(session, who, operation, TUESDAY + hours * HOUR, 200, refused)
    (hit,) = report(session, plan, window, now=A_WEEK_LATER).hits
    assert (hit.calls, hit.refused) == (400, 3)


def test_on_the_first_day_it_is_too_early_to_say(
    session: Session, plan: Deprecation, operation: Operation, window: Brownout
) -> None:
    who = make_consumer(session)
    called(session, who, operation, TUESDAY, 10, 10)
    for now in (TUESDAY + HOUR / 2, TUESDAY + 20 * HOUR):
        (hit,) = report(session, plan, window, now=now).hits
        assert hit.reaction is Reaction.TOO_EARLY


def test_an_aborted_window_ended_then(
    session: Session, plan: Deprecation, operation: Operation, window: Brownout
) -> None:
    who = make_consumer(session)
    called(session, who, operation, TUESDAY, 10, 4)
    called(session, who, operation, TUESDAY + HOUR, 10, 6)
    window.aborted_at = TUESDAY + timedelta(minutes=30)
    (hit,) = report(session, plan, window, now=A_WEEK_LATER).hits
    assert hit.refused == 4


def test_a_window_that_answers_gone_counts_the_clients_errors(
    session: Session, plan: Deprecation, operation: Operation, window: Brownout
) -> None:
    window.status = 410
    usage = make_usage(session, make_consumer(session), operation, TUESDAY, 10)
    usage.client_errors = 8
    (hit,) = report(session, plan, window, now=A_WEEK_LATER).hits
    assert hit.refused == 8


def test_sources_that_have_not_told_of_its_end_are_named(
    session: Session, plan: Deprecation, window: Brownout
) -> None:
    make_source(session, "edge", until=TUESDAY)
    make_source(session, "gateway", until=A_WEEK_LATER)
    told = report(session, plan, window, now=A_WEEK_LATER)
    assert told.unheard == ("edge",)
    assert (told.hits, told.hit) == ((), 0)
