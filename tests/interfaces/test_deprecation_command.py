"""The end of an operation at a shell: every step, and one consumer's later day."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interfaces.cli import sundial
from tests.support.programs import ORDERS_1

pytestmark = pytest.mark.usefixtures("data_dir")

TODAY = datetime.now(UTC).date()  # the command's own clock


def on(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sundial, list(arguments))


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.stdout


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """The number of a draft."""
    (tmp_path / "1.yaml").write_text(ORDERS_1)
    done("api", "add", "orders", "--name", "Orders")
    done("publish", "orders", str(tmp_path / "1.yaml"))
    done("user", "add", "kim@example.com", "--name", "Kim")
    told = done(
        *("deprecation", "plan", "orders", "GET /v1/orders/{id}", "--deprecated-on", on(0)),
        *("--sunset-on", on(120), "--reason", "Too slow.", "--replacement", "none", "--json"),
    )
    return str(json.loads(told)["id"])


def test_a_draft_is_edited_and_seen_through(draft: str) -> None:
    done("deprecation", "edit", draft, "--sunset-on", on(150), "--closes-on", on(60), "--zone", "UTC")
    assert "is deprecated" in done("deprecation", "announce", draft)
    for act, state in (
        ("close", "closed"),
        ("pause", "paused"),
        ("resume", "closed"),
        ("reopen", "deprecated"),
    ):
        assert f"is {state}" in done("deprecation", act, draft, "--reason", "So be it.")
    assert "is cancelled" in done("deprecation", "cancel", draft, "--reason", "So be it.")
    assert "is draft" in done("deprecation", "revive", draft, "--reason", "So be it.")
    shown = json.loads(done("deprecation", "show", draft))
    steps = [one["step"] for one in shown["history"]]
    assert steps == "plan edit announce deprecate close pause resume reopen cancel revive".split()
    assert shown["sunset_on"] == on(150)


def test_nobody_approves_their_own_move(draft: str) -> None:
    done("deprecation", "announce", draft)
    done("deprecation", "approve", draft, "--step", "move", "--sunset-on", on(100), "--reason", "Yes.")
    refused = run("deprecation", "move", draft, "--sunset-on", on(100), "--reason", "Sooner.")
    assert refused.exit_code != 0
    assert "needs the approval of somebody other than" in str(refused.exception)


def test_one_consumer_is_given_longer_and_that_is_taken_back(draft: str) -> None:
    done("deprecation", "announce", draft)
    done("consumer", "add", "acme", "--name", "Acme")
    longer = ("--until", on(200), "--reason", "Late.", "--approved-by", "kim@example.com")
    done("deprecation", "extend", draft, "acme", *longer)
    [made] = json.loads(done("deprecation", "extensions", draft, "--json"))
    assert (made["consumer"], date.fromisoformat(made["until_on"])) == ("acme", TODAY + timedelta(days=200))
    done("deprecation", "revoke", str(made["id"]), "--reason", "They are ready.")
    assert "acme" in done("deprecation", "extensions", draft)


def test_policies_presets_exceptions_and_what_if(draft: str) -> None:
    assert "github" in done("deprecation", "presets")
    done("deprecation", "policy", "orders", "--preset", "github")
    done("deprecation", "policy", "orders", "--minimum-notice-days", "60", "--overlap-days", "0")
    done("deprecation", "policy", "orders", "--stability", "beta", "--minimum-notice-days", "7")
    told = json.loads(done("deprecation", "policy", "orders", "--json"))
    assert [(one["stability"], one["minimum_notice_days"]) for one in told] == [("", 60), ("beta", 7)]
    done("deprecation", "policy", "orders", "--stability", "beta", "--remove")
    assert "beta" not in done("deprecation", "policy", "orders")
    foreseen = json.loads(done("deprecation", "what-if", draft, "--sunset-on", on(30), "--json"))
    assert [one["rule"] for one in foreseen["breaches"]] == ["minimum-notice"]
    assert "earliest that policy allows" in done("deprecation", "what-if", draft, "--sunset-on", on(30))
    exception = ("--rule", "minimum-notice", "--reason", "It leaks.", "--approved-by", "kim@example.com")
    assert "kim@example.com answers for that" in done("deprecation", "except", draft, *exception)
    done("deprecation", "edit", draft, "--sunset-on", on(30))


def test_what_a_document_marks_is_planned_by_its_id_and_let_off_a_rule_at_once(
    draft: str, tmp_path: Path
) -> None:
    marked = ORDERS_1.replace("get:", f"get:\n      deprecated: true\n      x-sunset: '{on(150)}'")
    marked = marked.replace("/v1/orders/{id}", "/v1/parcels/{id}").replace("1.0.0", "1.1.0")
    (tmp_path / "2.yaml").write_text(marked)
    done("publish", "orders", str(tmp_path / "2.yaml"))
    done("deprecation", "policy", "orders", "--documentation")
    [found] = json.loads(done("deprecation", "suggestions", "orders", "--json"))
    assert found["id"] in done("deprecation", "suggestions", "orders")
    asked = ("deprecation", "plan", "orders", "--from-suggestion", found["id"], "--deprecated-on", on(0))
    asked += ("--reason", "Old.", "--replacement", "none")
    assert "promises a migration guide" in str(run(*asked).exception)
    let_off = ("--except", "documentation-required", "--except-reason", "There is nothing to do.")
    assert run(*asked, *let_off).exit_code == 2  # nobody answers for it
    made = json.loads(done(*asked, *let_off, "--except-approved-by", "kim@example.com", "--json"))
    assert (made["target"]["label"], made["sunset_on"]) == ("GET /v1/parcels/{id}", on(150))
    assert "There is no suggestion" in str(run(*asked).exception)  # it has its plan
    assert run(*asked, "--name", "x").exit_code != 0
    without = run("deprecation", "plan", "orders", "GET /v1/parcels/{id}", "--deprecated-on", on(0))
    assert without.exit_code == 2
    assert "say --reason and --replacement and --sunset-on" in without.output


def test_a_part_or_a_version_ends_by_name(draft: str) -> None:
    words = ("--deprecated-on", on(0), "--sunset-on", on(120), "--reason", "Old.", "--replacement", "none")
    told = done("deprecation", "plan", "orders", "--kind", "version", "--name", "/v1", *words)
    assert "version /v1 of Orders is draft" in told
    part = ("--kind", "parameter", "--name", "id", "--place", "path")
    assert "path parameter" in done("deprecation", "plan", "orders", "GET /v1/orders/{id}", *part, *words)
    assert "Every mark" in done("deprecation", "suggestions", "orders")


def test_alarms_say_what_to_do(draft: str) -> None:
    assert "do what the plans say" in done("alarms")
    done("deprecation", "announce", draft)
    raised = run("alarms", "--api", "orders")
    assert raised.exit_code == 1
    assert "Set `deprecated: true`" in raised.stdout
    assert json.loads(run("alarms", "--json").stdout)[0]["kind"] == "unmarked"
