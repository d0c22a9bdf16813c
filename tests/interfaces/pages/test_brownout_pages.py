"""Brownouts on an ending's page, the report of one, and the freeze calendar."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from access.audit import trail
from consumers.models import Consumer
from deprecations.edge_models import Brownout
from registry.models import Operation
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.interfaces.pages.test_deprecation_pages import FORM
from tests.support.documents import openapi
from tests.support.factories_deprecations import make_consumer, make_usage

PLAN = "/deprecations/1"
FIRST = {"ramp": "mild", "first_at": "2026-12-08T14:00", "minutes": "60", "percent": "100", "status": "503"}


@pytest.fixture
def visitor(visitor: Visitor, publish: Callable[..., Published]) -> Visitor:
    """Somebody who has announced the end of an operation that one consumer calls; the plan is in Berlin."""
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    with visitor.runtime.database.transaction() as session:
        operation = session.scalars(select(Operation)).one()
        make_usage(session, make_consumer(session), operation, NOW - timedelta(days=1))
    visitor.act(f"/deprecations/new?operation={operation.id}", **FORM, announce="1")
    return visitor


def stored(visitor: Visitor) -> list[Brownout]:
    with visitor.runtime.database.reading() as session:
        return list(session.scalars(select(Brownout).order_by(Brownout.id)))


def test_a_page_without_brownouts_says_what_they_are_for(visitor: Visitor) -> None:
    page = words(visitor.get(PLAN))
    assert "No brownout is announced" in page
    assert "Abort" not in page


def test_a_ramp_is_announced_on_the_clocks_of_the_plans_zone(visitor: Visitor) -> None:
    page = words(visitor.act(f"{PLAN}/brownouts", **FIRST))
    assert "Tue 8 Dec 2026, 13:00 to 14:00 UTC (Tue 8 Dec 2026, 14:00 to 15:00 Europe/Berlin)" in page
    assert len(stored(visitor)) == 4
    with visitor.runtime.database.reading() as session:
        assert trail(session).items[0].action == "brownouts announced"


def test_one_window_for_a_part_of_the_callers(visitor: Visitor) -> None:
    visitor.act(
        f"{PLAN}/brownouts", **{**FIRST, "ramp": "single", "minutes": "30", "percent": "25", "status": "410"}
    )
    (one,) = stored(visitor)
    assert (one.ends_at - one.starts_at, one.percent, one.status) == (timedelta(minutes=30), 25, 410)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"first_at": "2026-11-22T12:00"}, "announce it 24 hours before"),
        ({"first_at": "2027-06-01T12:00"}, "after the last day"),
        ({"first_at": "soon"}, "Fill in every field"),
        ({"ramp": "endless"}, "Fill in every field"),
        ({"ramp": "single", "percent": "many"}, "Fill in every field"),
    ],
)
def test_a_refusal_keeps_what_was_written(visitor: Visitor, change: dict[str, str], said: str) -> None:
    answer = visitor.send(f"{PLAN}/brownouts", **{**FIRST, "reason": "They must notice.", **change})
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert 'value="They must notice."' in answer.text
    assert stored(visitor) == []


def test_one_click_aborts_them(visitor: Visitor) -> None:
    page = visitor.act(f"{PLAN}/brownouts", **FIRST)
    assert "Abort them all" in words(page)
    page = words(visitor.act(f"{PLAN}/brownouts/abort", reason="Stopped by hand."))
    assert "edges answer as usual by their next poll" in page
    assert "by mara@example.com: Stopped by hand." in page
    assert "Abort them all" not in page
    assert visitor.send(f"{PLAN}/brownouts/abort", reason="Again.").status_code == 422


def test_a_consumer_that_calls_can_be_passed_over(visitor: Visitor) -> None:
    page = words(
        visitor.act(f"{PLAN}/exemptions", consumer="acme-sync", until="2027-01-31T18:00", reason="Spring.")
    )
    assert "1 consumer passed over" in page
    assert "until 31 Jan 2027, 17:00 UTC" in page
    page = words(visitor.act(f"{PLAN}/exemptions/end?consumer=acme-sync", reason="Moved."))
    assert "Pass over a consumer" in page
    assert visitor.send(f"{PLAN}/exemptions", consumer="acme-sync", reason="").status_code == 422


def test_a_report_tells_who_was_hit(visitor: Visitor) -> None:
    visitor.act(f"{PLAN}/brownouts", **FIRST)
    with visitor.runtime.database.transaction() as session:
        one = session.scalars(select(Brownout).order_by(Brownout.id)).first()
        assert one is not None
        one.starts_at, one.ends_at = NOW - timedelta(hours=49), NOW - timedelta(hours=48)
        operation, who = session.scalars(select(Operation)).one(), session.scalars(select(Consumer)).first()
        assert who is not None
        usage = make_usage(session, who, operation, one.starts_at, calls=20)
        usage.server_errors = 15
    assert "Watch or abort" not in visitor.get("/")
    page = words(visitor.get("/brownouts/1"))
    assert "Were hit 1 by errors in its hours" in page
    assert "Acme Sync 20 calls in its hours 15 0 5.0" in page
    assert "As before" in page
    visitor.get("/brownouts/4711", 404)


def test_a_freeze_is_kept_and_refuses_brownouts(visitor: Visitor) -> None:
    assert "Nothing is frozen" in words(visitor.get("/freezes"))
    form = {"api": "orders", "starts_at": "2026-12-01T00:00", "ends_at": "2027-01-04T00:00"}
    page = words(visitor.act("/freezes", **form, zone="Europe/Berlin", reason="Christmas trade."))
    assert "Mon 30 Nov 2026, 23:00 to Sun 3 Jan 2027, 23:00 UTC (Tue 1 Dec 2026, 00:00" in page
    refused = visitor.send(f"{PLAN}/brownouts", **FIRST)
    assert "falls into a freeze" in words(refused.text)
    visitor.act("/freezes/1/remove")
    visitor.act(f"{PLAN}/brownouts", **FIRST)


@pytest.mark.parametrize(
    "change", [{"zone": "Mars"}, {"starts_at": ""}, {"ends_at": "2026-12-01T00:00"}, {"reason": " "}]
)
def test_a_freeze_that_makes_no_sense_is_refused(visitor: Visitor, change: dict[str, str]) -> None:
    form = {"starts_at": "2026-12-01T00:00", "ends_at": "2027-01-04T00:00", "zone": "UTC", "reason": "Peak."}
    answer = visitor.send("/freezes", **(form | change))
    assert answer.status_code == 422
    assert "This was not frozen" in words(answer.text)


def test_a_brownout_that_runs_is_told_at_home_with_the_way_to_stop_it(visitor: Visitor) -> None:
    visitor.act(f"{PLAN}/brownouts", **FIRST)
    with visitor.runtime.database.transaction() as session:
        one = session.scalars(select(Brownout).order_by(Brownout.id)).first()
        assert one is not None
        one.starts_at, one.ends_at = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    assert "is made to fail for 100 % of its callers" in words(visitor.get("/"))
    page = words(visitor.get(PLAN))
    assert "A brownout runs now" in page
    assert "Abort it, and those ahead" in page
