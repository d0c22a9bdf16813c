"""A plan under whatever people and clocks do to it: no illegal state, no lost history, headers in order.

The clock steps forward by minutes and by months, backwards too; days fall on leap days and on changes of
clocks, in every zone that there is.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

import interfaces.migrate  # noqa: F401 - so that every room's tables are known
from deprecations import acts, advance, moving, plans
from deprecations.calendar import day_of, deprecated_at, sunset_at
from deprecations.errors import DeprecationsError
from deprecations.headers import EdgeTerms, headers
from deprecations.history import history
from deprecations.lifecycle import PROMISED, TRANSITIONS, Step
from deprecations.models import Deprecation, KnownConsumer, State, SunsetBy
from deprecations.policy import Terms
from deprecations.rules import ruleset
from storage.base import Base
from storage.engine import make_engine
from tests.support.factories_deprecations import make_api, make_approval, make_operation

START = datetime(2027, 11, 20, 12, 0, tzinfo=UTC)  # a leap day lies ahead
ZONES = st.sampled_from(sorted(available_timezones()))
OFFSETS = st.integers(-40, 300)
STEPS = st.one_of(
    st.timedeltas(timedelta(minutes=-90), timedelta(hours=30)),
    st.timedeltas(timedelta(days=-3), timedelta(days=120)),
)
BECAUSE: dict[str, Any] = {"by": "dana", "reason": "So it was decided."}
LEGAL = {(way.step, way.origin, way.target) for way in TRANSITIONS}


class PlanMachine(RuleBasedStateMachine):
    """One plan of one operation, in a database of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = make_engine("sqlite://")
        Base.metadata.create_all(self.engine)
        self.session = Session(self.engine)
        self.now = START
        self.kept: list[tuple[Any, ...]] = []
        self.plan: Deprecation | None = None

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()

    @initialize(
        zone=ZONES,
        first=OFFSETS,
        length=st.integers(0, 300),
        closes=st.one_of(st.none(), st.integers(0, 300)),
        by=st.sampled_from([SunsetBy.DATE, SunsetBy.DATE, SunsetBy.NOT_BEFORE]),
    )
    def begin(self, zone: str, first: int, length: int, closes: int | None, by: SunsetBy) -> None:
        operation = make_operation(self.session, make_api(self.session))
        begun = self.day(first)
        last = max(begun, self.day(90)) + timedelta(days=length + 1)
        self.plan = plans.plan(
            self.session,
            operation_id=operation.id,
            replacement="none",
            documentation="",
            deprecated_on=begun,
            sunset_on=last,
            closes_on=min(begun + timedelta(days=closes), last) if closes is not None else None,
            sunset_by=by,
            zone=zone,
            **BECAUSE,
            now=self.now,
        )

    def day(self, offset: int) -> date:
        return (self.now + timedelta(days=offset)).date()

    def attempt(self, verb: Callable[..., object], **more: Any) -> None:
        """Take a step in a transaction of its own, as every way in does; it may be refused."""
        assert self.plan is not None
        with suppress(DeprecationsError), self.session.begin_nested():
            verb(self.session, self.plan, now=self.now, **more)

    @rule()
    def announce(self) -> None:
        self.attempt(plans.announce, by="dana")

    @rule(last=OFFSETS)
    def edit(self, last: int) -> None:
        self.attempt(plans.edit, by="dana", sunset_on=self.day(last))

    @rule(first=OFFSETS, last=OFFSETS, approved=st.booleans())
    def move(self, first: int, last: int, approved: bool) -> None:
        assert self.plan is not None
        days = {"deprecated_on": self.day(first), "sunset_on": self.day(last)}
        if approved and self.plan.state in (*PROMISED, State.PAUSED):
            make_approval(
                self.session, self.plan, days["sunset_on"], first=days["deprecated_on"], now=self.now
            )
        self.attempt(moving.move, **days, **BECAUSE)

    @rule(
        verb=st.sampled_from(
            [
                acts.close,
                acts.reopen,
                acts.brown_out,
                acts.recover,
                acts.pause,
                acts.cancel,
                acts.revive,
                partial(acts.remove, despite_verdict=True),
            ]
        )
    )
    def act(self, verb: Callable[..., object]) -> None:
        self.attempt(verb, **BECAUSE)

    @rule(last=st.one_of(st.none(), OFFSETS))
    def resume(self, last: int | None) -> None:
        self.attempt(moving.resume, sunset_on=self.day(last) if last is not None else None, **BECAUSE)

    @rule(step=STEPS)
    def time_goes_by(self, step: timedelta) -> None:
        self.now += step
        advance.advance(self.session, self.now)

    @invariant()
    def history_is_never_lost_nor_rewritten(self) -> None:
        if self.plan is None:
            return
        told = [
            tuple(getattr(event, column.key) for column in type(event).__table__.columns)
            for event in history(self.session, self.plan)
        ]
        assert told[: len(self.kept)] == self.kept
        self.kept = told

    @invariant()
    def every_step_was_legal(self) -> None:
        if self.plan is None:
            return
        events = history(self.session, self.plan)
        assert events[0].step == Step.PLAN
        for before, after in pairwise(events):
            assert (after.step, before.state, after.state) in LEGAL, (before.state, after.step, after.state)
        assert events[-1].state == self.plan.state

    @invariant()
    def its_instants_are_its_days(self) -> None:
        if self.plan is None:
            return
        assert self.plan.deprecated_at == deprecated_at(self.plan.deprecated_on, self.plan.zone)
        assert self.plan.sunset_at == sunset_at(self.plan.sunset_on, self.plan.zone)
        assert self.plan.deprecated_at <= self.plan.sunset_at

    @invariant()
    def no_header_says_sunset_before_deprecation(self) -> None:
        if self.plan is None:
            return
        told = dict(headers(self.plan, EdgeTerms()))
        assert bool(told) == (self.plan.state in PROMISED)
        if "Sunset" in told:
            assert self.plan.sunset_by == SunsetBy.DATE
            begun = datetime.fromtimestamp(int(told["Deprecation"].removeprefix("@")), UTC)
            assert begun <= parsedate_to_datetime(told["Sunset"])
        for one in ruleset(self.session, now=self.now).rules:
            assert one.sunset is None or one.deprecation <= one.sunset

    @invariant()
    def what_is_closed_knows_since_when(self) -> None:
        if self.plan is None:
            return
        if self.plan.state == State.CLOSED:
            assert self.plan.closed_at is not None
        if self.plan.state in (State.DRAFT, State.ANNOUNCED):
            assert self.plan.closed_at is None
            assert self.session.scalars(select(KnownConsumer)).all() == []
        assert (self.plan.paused_at is not None) == (self.plan.state == State.PAUSED)

    @invariant()
    def every_promise_kept_its_notice(self) -> None:
        """Hold each announcement and each correction against the policy of that day."""
        if self.plan is None:
            return
        notice = timedelta(days=Terms().minimum_notice_days)
        for event in history(self.session, self.plan):
            if event.step == Step.ANNOUNCE or event.correction:
                assert event.sunset_on >= day_of(event.at, event.zone) + notice


PlanMachine.TestCase.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_whatever_happens_to_a_plan = pytest.mark.slow(PlanMachine.TestCase)
