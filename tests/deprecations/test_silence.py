"""A caller's silence is judged by its own rhythm."""

from datetime import timedelta

from sqlalchemy.orm import Session

from consumers.habits import habits_of
from deprecations.silence import open_silences
from registry.models import Api, Operation
from tests.support.factories_deprecations import NOW, make_consumer, make_operation, make_usage

SINCE = NOW - timedelta(days=30)


def test_a_monthly_caller_is_silent_but_not_gone_and_a_daily_one_is_gone(
    session: Session, api: Api, operation: Operation
) -> None:
    daily, lately = (make_operation(session, api, f"GET /v1/{name}") for name in ("daily", "lately"))
    acme = make_consumer(session)
    for days in (95, 64, 33):
        make_usage(session, acme, operation, NOW - timedelta(days=days))
        make_usage(session, acme, daily, NOW - timedelta(days=days + 1))
        make_usage(session, acme, daily, NOW - timedelta(days=days))
    for days in (120, 119):
        make_usage(session, acme, lately, NOW - timedelta(days=days))
    make_usage(session, acme, lately, NOW - timedelta(days=1))

    habits = habits_of(session, acme.id)
    assert [(one.operation.label, one.longest_gap_days) for one in habits] == [
        ("GET /v1/lately", 118),
        ("GET /v1/daily", 30),
        ("GET /v1/orders/{id}", 31),
    ]
    silent = open_silences(habits, since=SINCE, window_days=30, now=NOW)
    assert [one.habit.operation.label for one in silent] == ["GET /v1/daily", "GET /v1/orders/{id}"]
    assert silent[1].until == NOW - timedelta(days=33) + timedelta(days=47)
    later = NOW + timedelta(days=20)
    assert open_silences(habits, since=SINCE, window_days=30, now=later) == ()


def test_who_called_on_one_day_only_has_no_rhythm(session: Session, operation: Operation) -> None:
    acme = make_consumer(session)
    make_usage(session, acme, operation, NOW - timedelta(days=40))
    [habit] = habits_of(session, acme.id)
    assert habit.longest_gap_days is None
    assert open_silences([habit], since=SINCE, window_days=30, now=NOW) == ()
    assert habits_of(session, make_consumer(session, "other").id) == ()
