"""Adds usage up by the day, so that pages over a long history answer at once; a short transaction each."""

from collections.abc import Callable

from consumers.summing import days_to_sum, operations_to_span, span, sum_day, sum_hours_of_today
from interfaces.runtime import Runtime

_AT_A_TIME = 100


def add_up(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Add up the days that changed, and then what was ever; return how many days."""
    now, done = runtime.clock(), 0
    with runtime.database.reading() as session:
        days = days_to_sum(session, now)
    for day in days:
        if stop():
            return done
        with runtime.database.transaction() as session:
            done += sum_day(session, day)
    with runtime.database.transaction() as session:
        sum_hours_of_today(session, now)
    with runtime.database.reading() as session:
        until, operations = operations_to_span(session, now)
    for start in range(0, len(operations), _AT_A_TIME):
        if stop():
            break
        with runtime.database.transaction() as session:
            span(session, operations[start : start + _AT_A_TIME], until)
    return done
