"""What readers answered, and deciding about what they asked, by program and at a shell."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result

from access.users import add_user
from consumers.models import Consumer, Contact
from deprecations.answers import answer
from deprecations.errors import PlanRefused
from deprecations.models import Deprecation
from deprecations.notices import plan_notices
from interfaces.cli import sundial
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


def ask_twice(runtime: Runtime) -> None:
    """Let a reader ask for more time about one of two plans, and say of the other that it isn't theirs."""
    with runtime.database.transaction() as session:
        add_user(session, email="kim@example.com", name="Kim", is_administrator=False, now=NOW)
        api, consumer = make_api(session), make_consumer(session)
        contact = make_contact(session, consumer)
        for name in ("GET /v1/orders/{id}", "GET /v1/bills"):
            operation = make_operation(session, api, name)
            make_usage(session, consumer, operation, NOW - timedelta(days=1))
            make_plan(session, operation, now=NOW - timedelta(hours=1))
        plan_notices(session, NOW)
        contact.consumer = session.get_one(Consumer, consumer.id)
        plans = [session.get_one(Deprecation, number) for number in (1, 2)]
        until = {"on": date(2027, 9, 30), "words": "A release."}
        answer(session, session.get_one(Contact, 1), plans[0], kind="more-time", **until, now=NOW)
        answer(session, contact, plans[1], kind="not-mine", words="kim@example.com", now=NOW)


def test_requests_are_listed_and_decided_by_program(api: Program, runtime: Runtime) -> None:
    ask_twice(runtime)
    asking = api.get("/answers", asking="true", consumer="acme-sync")
    assert [one["kind"] for one in asking["items"]] == ["not-mine", "more-time"]
    asked = {"until_on": "2027-08-31", "reason": "Fine."}
    nobody = api.send("POST", "/answers/1/grant", 422, asked)
    assert "Name who answers for it: a person" in nobody["detail"], "a token answers for nothing"
    granted = api.send("POST", "/answers/1/grant", 200, {**asked, "approved_by": "kim@example.com"})
    decision = granted["decision"]
    assert (decision["granted"], decision["until_on"], decision["reason"]) == (True, "2027-08-31", "Fine.")
    assert decision["envelope"] == "decision:answer:1"
    [extension] = api.get("/deprecations/1/extensions")["items"]
    assert extension["until_on"] == "2027-08-31"
    assert (extension["approved_by"], extension["granted_by"][:8]) == ("kim@example.com", "token ci")
    declined = api.send("POST", "/answers/2/decline", 200, {"reason": "It is yours."})
    assert declined["decision"]["granted"] is False
    assert api.get("/answers", asking="true")["items"] == []
    api.send("POST", "/answers/2/grant", 422, {"reason": "Once more."})
    api.send("POST", "/answers/9/grant", 404, {"reason": "None."})
    api.send("POST", "/answers/1/decline", 422, {})


def test_requests_are_listed_and_decided_at_a_shell(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_twice(runtime)
    monkeypatch.setattr("interfaces.commands.answers.surroundings", lambda: runtime)  # its clock stands

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(sundial, ["mail", *arguments])

    assert len(json.loads(run("answers", "--asking", "--json").stdout)) == 2
    assert isinstance(run("grant", "1", "--reason", "Fine.").exception, PlanRefused)
    told = run("grant", "1", "--reason", "Fine.", "--approved-by", "kim@example.com").stdout
    assert told == "granted until 2027-09-30; dana@example.com is told by mail\n"
    told = run("decline", "2", "--reason", "It is yours.").stdout
    assert told == "declined; dana@example.com is told by mail\n"
    assert "Nothing asks for a decision." in run("answers", "--asking").output
    assert isinstance(run("grant", "1", "--reason", "Again.").exception, PlanRefused)
