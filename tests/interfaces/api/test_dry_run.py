"""What would be told, by program."""

from datetime import timedelta

from deprecations.notices import plan_notices
from interfaces.runtime import Runtime
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)
from tests.support.programs import NOW, Program


def test_what_would_be_told_is_listed_and_shown_by_program(api: Program, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        operation, consumer = make_operation(session, make_api(session)), make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW - timedelta(days=1))
        make_plan(session, operation, now=NOW)
        plan_notices(session, NOW)
    answer = api.get("/deprecations/1/dry-run")
    listed = answer["items"]
    assert [one["milestone"] for one in listed if one["stopped_by"]] == ["after"]
    assert answer["stopped"] == 1
    assert [one["milestone"] for one in listed][:2] == ["announced", "t-90"]
    mail = api.get("/deprecations/1/dry-run/1/t-90")
    assert mail["recipient"] == "dana@example.com"
    assert mail["carries"] == [{"deprecation": 1, "milestone": "t-90"}]
    assert mail["subject"] == "Action needed by Wed 30 Jun 2027: Acme Sync calls GET /v1/orders/{id}"
    assert mail["stopped_by"] is None
    api.get("/deprecations/1/dry-run/1/never", 404)
    api.get("/deprecations/9/dry-run", 404)
