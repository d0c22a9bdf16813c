"""`sundial brownout` and `sundial freeze` at a shell."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deprecations.dates_in_words import day
from interfaces.cli import sundial
from tests.support.programs import ORDERS_1

pytestmark = pytest.mark.usefixtures("data_dir")

DAY = datetime.now(UTC).date()


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """The number of an announced plan in New York that began today and ends in a year."""
    (tmp_path / "orders.yaml").write_text(ORDERS_1)
    assert run("api", "add", "orders", "--name", "Orders").exit_code == 0
    assert run("publish", "orders", str(tmp_path / "orders.yaml")).exit_code == 0
    planned = run(
        *("deprecation", "plan", "orders", "GET /v1/orders/{id}", "--announce", "--json"),
        *("--deprecated-on", str(DAY), "--sunset-on", str(DAY + timedelta(days=365))),
        *("--zone", "America/New_York", "--reason", "It moves.", "--replacement", "GET /v2/orders/{id}"),
    )
    assert planned.exit_code == 0, planned.output
    return str(json.loads(planned.output)["id"])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sundial, list(arguments))


def test_the_ramps_are_listed() -> None:
    assert "thorough  1, 1, 4, 4, 8, 8, 24 and 24 hours, weekly" in run("brownout", "ramps").output


def test_a_ramp_is_announced_in_the_plans_zone_and_aborted(plan: str) -> None:
    at = f"{DAY + timedelta(days=3)}T10:00"
    done = run("brownout", "announce", plan, "--ramp", "brief", "--at", at)
    assert done.exit_code == 0, done.exception
    assert "10:00 to 22:00 America/New_York), 100 %, 503" in done.output.splitlines()[0]
    told = json.loads(run("brownout", "list", plan, "--json").output)
    assert [one["phase"] for one in told] == ["ahead", "ahead"]
    assert run("brownout", "abort", plan, "--reason", "A holiday.").output == "2 stopped: 1, 2\n"
    assert "aborted" in run("brownout", "list", plan).output
    assert "Nobody called around it." in run("brownout", "report", "1").output


def test_one_window_is_announced_by_its_end(plan: str) -> None:
    at, until = f"{DAY + timedelta(days=3)}T10:00", f"{DAY + timedelta(days=3)}T10:30"
    asked = ("brownout", "announce", plan, "--at", at, "--until", until, "--percent", "10", "--status", "410")
    assert "10 %, 410" in run(*asked).output
    assert run("brownout", "announce", plan, "--at", at).exit_code == 2
    assert "overlaps" in str(run(*asked).exception)


def test_a_freeze_refuses_with_its_reason_until_it_is_removed(plan: str) -> None:
    start, end = DAY + timedelta(days=2), DAY + timedelta(days=9)
    done = run(
        "freeze",
        "add",
        "--from",
        str(start),
        "--to",
        str(end),
        "--zone",
        "Europe/Berlin",
        "--reason",
        "Peak.",
    )
    assert done.output.startswith("1: ")
    assert f"to {day(end + timedelta(days=1))}, 00:00 Europe/Berlin" in done.output
    assert f"its last day, {day(end)}, counts whole" in done.output
    asked = ("brownout", "announce", plan, "--ramp", "once", "--at", f"{start}T10:00")
    assert "Peak." in str(run(*asked).exception)
    assert "Peak." in run("freeze", "list").output
    assert json.loads(run("freeze", "list", "--json").output)[0]["api"] is None
    assert run("freeze", "remove", "1").exit_code == 0
    assert run(*asked).exit_code == 0
    unknown = run("freeze", "add", "--from", str(start), "--to", str(end), "--zone", "Mars", "--reason", "x")
    assert "there is no time zone" in str(unknown.exception)


def test_a_consumer_is_passed_over_and_reached_again(plan: str) -> None:
    assert run("consumer", "add", "acme", "--name", "Acme").exit_code == 0
    done = run(
        "brownout", "exempt", plan, "acme", "--reason", "Spring.", "--until", str(DAY + timedelta(days=9))
    )
    assert done.output == "acme is passed over\n", done.exception
    assert run("brownout", "end-exemption", plan, "acme", "--reason", "Moved.").exit_code == 0
    assert "is not exempted" in str(run("brownout", "end-exemption", plan, "acme", "--reason", "x").exception)
