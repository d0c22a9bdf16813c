"""The gate: removals judged, overridden by name, and its alarms judged in turn."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deprecations import gate
from deprecations.advance import advance
from deprecations.errors import DeprecationNotFound, PlanRefused
from registry.models import Api, Operation
from registry.publish import shape
from tests.support.factories_deprecations import (
    NOW,
    make_consumer,
    make_operation,
    make_plan,
    make_source,
    make_usage,
)

DAY = timedelta(days=1)
LATER = NOW + 300 * DAY


@pytest.fixture
def over(session: Session, operation: Operation) -> Operation:
    """An operation whose announced end is over, that nobody calls, with a fresh source of usage."""
    make_plan(session, operation)
    make_source(session, since=NOW, until=LATER - timedelta(hours=1))
    advance(session, LATER)
    return operation


def test_what_a_document_lacks_is_removed_by_it(session: Session, api: Api, operation: Operation) -> None:
    other = make_operation(session, api, "POST /v1/orders")
    kept = {("GET", shape("/v1/orders/{orderId}"))}
    assert gate.removed_by(session, api.id, kept) == (other,)
    assert gate.removed_by(session, api.id, set()) == (other, operation)


def test_a_removal_passes_when_its_verdict_does(session: Session, api: Api, over: Operation) -> None:
    gate.change_settings(session, api.id, gate_enforces=True)
    run = gate.ask(session, api.id, [over], subject="3.0.0", by="ci", now=LATER)
    assert [(one.answer, gate.passes(one)) for one in run.removals] == [("safe", True)]
    assert gate.is_open(run)


def test_a_removal_that_hurts_somebody_is_refused_once_the_gate_is_binding(
    session: Session, api: Api, over: Operation
) -> None:
    make_usage(session, make_consumer(session), over, LATER - DAY)
    advises = gate.ask(session, api.id, [over], subject="3.0.0", by="ci", now=LATER)
    assert (advises.removals[0].answer, gate.is_open(advises)) == ("unsafe", True)
    gate.change_settings(session, api.id, gate_enforces=True)
    binds = gate.ask(session, api.id, [over], subject="3.0.0", by="ci", now=LATER)
    assert not gate.is_open(binds)
    assert "Acme Sync made 10 calls" in binds.removals[0].because
    assert not gate.is_open(gate.ask(session, api.id, [over], subject="4", by="ci", now=LATER))
    gate.override(session, binds.removals[0].id, reason="It is our own job.", by="kim")
    assert gate.is_open(binds)
    assert binds.removals[0].overridden_by == "kim"
    with pytest.raises(PlanRefused, match="passes already"):
        gate.override(session, binds.removals[0].id, reason="Again.", by="kim")


def test_who_asks_may_answer_for_a_removal(session: Session, api: Api, operation: Operation) -> None:
    reasons = {operation.label: "It never worked."}
    run = gate.ask(session, api.id, [operation], subject="3", overrides=reasons, by="dana", now=NOW)
    assert (run.removals[0].overridden_by, run.removals[0].answer) == ("dana", "not_proven")
    with pytest.raises(PlanRefused, match="GET /nothing is not removed"):
        gate.ask(session, api.id, [operation], subject="3", overrides={"GET /nothing": "x"}, by="d", now=NOW)


def test_the_gate_tells_how_often_its_alarms_were_false(
    session: Session, api: Api, operation: Operation, over: Operation
) -> None:
    assert gate.alarm_rate(session, api.id).rate is None
    removals = [
        gate.ask(session, api.id, [operation], subject=f"o.yaml {version}", by="ci", now=NOW).removals[0]
        for version in range(4)
    ]
    gate.mark(session, removals[0].id, mark="false-alarm", by="kim", now=NOW)
    gate.mark(session, removals[1].id, mark="right", by="kim", now=NOW)
    gate.mark(session, removals[2].id, mark="right", by="kim", now=NOW)
    gate.mark(session, removals[2].id, mark="false-alarm", by="kim", now=NOW)
    found = gate.alarm_rate(session, api.id)
    assert (found.alarms, found.marked, found.false, found.rate) == (4, 3, 2, 2 / 3)
    safe = gate.ask(session, api.id, [over], subject="3", by="ci", now=LATER).removals[0]
    with pytest.raises(PlanRefused, match="raised no alarm"):
        gate.mark(session, safe.id, mark="right", by="kim", now=LATER)
    with pytest.raises(PlanRefused, match="is none of"):
        gate.mark(session, removals[3].id, mark="maybe", by="kim", now=NOW)
    with pytest.raises(DeprecationNotFound):
        gate.mark(session, 4711, mark="right", by="kim", now=NOW)


def test_a_removal_that_is_asked_about_again_counts_once(
    session: Session, api: Api, operation: Operation
) -> None:
    def asked(subject: str = "o.yaml 3") -> int:
        return gate.ask(session, api.id, [operation], subject=subject, by="ci", now=NOW).removals[0].id

    first, again = asked(), asked()
    found = gate.alarm_rate(session, api.id)
    assert (found.alarms, found.marked) == (1, 0)
    gate.mark(session, first, mark="right", by="kim", now=NOW)
    asked()
    gate.mark(session, again, mark="false-alarm", by="kim", now=NOW + DAY)  # what was said last holds
    found = gate.alarm_rate(session, api.id)
    assert (found.alarms, found.marked, found.false) == (1, 1, 1)
    asked("o.yaml 4")
    assert gate.alarm_rate(session, api.id).alarms == 2


def test_what_the_gate_was_asked_is_listed_newest_first(
    session: Session, api: Api, operation: Operation
) -> None:
    for subject in ("1", "2"):
        gate.ask(session, api.id, [operation], subject=subject, by="ci", now=NOW)
    assert [run.subject for run in gate.runs(session, api.id).items] == ["2", "1"]
