"""What can end, how it is named, and which operations it reaches."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations import board, reach
from deprecations.errors import AlreadyPlanned, PlanRefused
from deprecations.models import Deprecation, Target, TargetKind
from deprecations.plans import plan
from deprecations.rules import ruleset
from deprecations.targets import Thing, ensure
from registry.models import Api, Operation
from tests.support import factories_registry
from tests.support.factories_deprecations import NOW, make_api, make_operation, make_plan

K = TargetKind


def draft(session: Session, thing: Thing, **changes: object) -> Deprecation:
    words = {
        "reason": "Nobody needs it.",
        "replacement": "none",
        "documentation": "",
        "deprecated_on": date(2026, 12, 1),
        "sunset_on": date(2027, 6, 30),
        "zone": "UTC",
    }
    return plan(session, thing=thing, by="dana", now=NOW, **(words | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "name", "place", "value", "label"),
    [
        (K.OPERATION, "", "", "", "GET /v1/orders/{id}"),
        (K.PARAMETER, "status", "query", "", "query parameter “status” of GET /v1/orders/{id}"),
        (
            K.REQUEST_PROPERTY,
            "items/*/note",
            "",
            "",
            "request property “items/*/note” of GET /v1/orders/{id}",
        ),
        (K.RESPONSE_PROPERTY, "total", "", "", "response property “total” of GET /v1/orders/{id}"),
        (
            K.ENUM_VALUE,
            "state",
            "response",
            "open",
            "value “open” of response “state” of GET /v1/orders/{id}",
        ),
        (K.MEDIA_TYPE, "text/csv", "response", "", "response media type “text/csv” of GET /v1/orders/{id}"),
        (K.HEADER, "X-Old", "request", "", "header parameter “X-Old” of GET /v1/orders/{id}"),
        (K.SECURITY_SCHEME, "basic", "", "", "security scheme “basic” of GET /v1/orders/{id}"),
    ],
)
def test_a_thing_of_an_operation_reaches_it_and_has_a_name(
    session: Session, operation: Operation, kind: K, name: str, place: str, value: str, label: str
) -> None:
    made = draft(session, Thing(kind, None, operation.id, name, place, value))
    assert made.target.label == label
    assert reach.reach(session, [made.target_id]) == {made.target_id: (operation.id,)}
    assert board.plans_about(session, operation.id) == (made,)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (Thing(K.OPERATION), "name its operation"),
        (Thing(K.PARAMETER, api_id=1, name="status"), "query, path, header, cookie, form"),
        (Thing(K.PARAMETER, api_id=1, place="query"), "Say which"),
        (Thing(K.ENUM_VALUE, api_id=1, name="state", place="response"), "which value"),
        (Thing(K.API, api_id=1, name="x"), "no name of its own"),
        (Thing(K.SECURITY_SCHEME, api_id=1, name="basic", place="query"), "stands in no other place"),
        (Thing(K.SECURITY_SCHEME, api_id=1, name="basic", value="x"), "Only a value of an enum"),
        (Thing(K.VERSION, api_id=1, name="9.9.9"), "No operation has the version 9.9.9 of"),
        (Thing(K.VERSION, api_id=1, name="x" * 1001), "more than 1000 characters"),
    ],
)
def test_a_thing_that_is_not_told_apart_is_refused(
    session: Session, operation: Operation, thing: Thing, message: str
) -> None:
    assert operation.api_id == 1
    with pytest.raises(PlanRefused, match=message):
        draft(session, thing)


def test_a_version_is_no_part_of_an_operation(session: Session, operation: Operation) -> None:
    with pytest.raises(PlanRefused, match="leave the operation out"):
        draft(session, Thing(K.VERSION, operation_id=operation.id, name="/v1"))


def test_the_end_of_an_api_reaches_every_operation(session: Session, api: Api, operation: Operation) -> None:
    other = make_operation(session, api, "POST /v1/orders")
    elsewhere = make_operation(session, make_api(session, "billing"), "GET /bills")
    made = draft(session, Thing(K.API, api_id=api.id))
    assert set(reach.reach(session, [made.target_id])[made.target_id]) == {operation.id, other.id}
    assert board.live_plan(session, other.id) == made
    assert board.live_plan(session, elsewhere.id) is None
    own = make_plan(session, other)
    assert board.live_plans(session, [operation.id, other.id]) == {operation.id: made, other.id: own}


def test_a_path_prefix_reaches_what_is_below_it_and_nothing_that_only_begins_alike(
    session: Session, api: Api, operation: Operation
) -> None:
    make_operation(session, api, "GET /v10/orders")
    make_operation(session, api, "GET /v2/orders")
    made = draft(session, Thing(K.VERSION, api_id=api.id, name="/v1"))
    assert reach.operations_of(session, [made.id]) == {made.id: (operation,)}


def test_a_version_reaches_what_the_newest_one_lacks(session: Session) -> None:
    api = factories_registry.make_api(session, slug="shop")
    factories_registry.make_version(session, api, "GET /v1/a", "GET /b", label="1.0.0")
    made_of = {"label": "2.0.0"}
    factories_registry.make_version(session, api, "GET /v2/a", "GET /b", **made_of)
    made = draft(session, Thing(K.VERSION, api_id=api.id, name="1.0.0"))
    assert [one.label for one in reach.operations_of(session, [made.id])[made.id]] == ["GET /v1/a"]
    newest = draft(session, Thing(K.VERSION, api_id=api.id, name="2.0.0"))
    labels = [one.label for one in reach.operations_of(session, [newest.id])[newest.id]]
    assert labels == ["GET /b", "GET /v2/a"]


def test_a_new_operation_is_reached_by_the_end_of_its_api(
    session: Session, api: Api, operation: Operation
) -> None:
    made = draft(session, Thing(K.API, api_id=api.id))
    new = make_operation(session, api, "POST /v1/orders")
    reach.refresh(session, api.id)
    assert set(reach.reach(session, [made.target_id])[made.target_id]) == {operation.id, new.id}


def test_a_thing_has_one_row_and_one_plan_at_a_time(session: Session, operation: Operation) -> None:
    thing = Thing(K.PARAMETER, operation_id=operation.id, name="status", place="query")
    made = draft(session, thing)
    assert ensure(session, thing).id == made.target_id
    with pytest.raises(AlreadyPlanned, match=r"query parameter “status” of GET .* has a plan already"):
        draft(session, thing)
    whole = make_plan(session, operation)
    assert board.live_plan(session, operation.id) == whole
    assert len(session.scalars(select(Target)).all()) == 2


def test_the_end_of_a_part_puts_no_header_on_the_whole(session: Session, operation: Operation) -> None:
    thing = Thing(K.PARAMETER, operation_id=operation.id, name="status", place="query")
    made = draft(session, thing)
    made.state = "announced"
    session.flush()
    assert ruleset(session, now=NOW).rules == ()
