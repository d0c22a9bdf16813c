"""The gate at a shell, as a pipeline asks it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interfaces.cli import sundial
from tests.support.programs import ORDERS_1

pytestmark = pytest.mark.usefixtures("data_dir")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sundial, list(arguments))


@pytest.fixture
def without_it(tmp_path: Path) -> str:
    """A document that takes an operation away from the published one."""
    (tmp_path / "1.yaml").write_text(ORDERS_1)
    (tmp_path / "2.yaml").write_text(ORDERS_1.replace("/v1/orders/{id}", "/v2/orders/{id}"))
    assert run("api", "add", "orders", "--name", "Orders").exit_code == 0
    assert run("publish", "orders", str(tmp_path / "1.yaml")).exit_code == 0
    return str(tmp_path / "2.yaml")


def test_the_gate_advises_binds_and_opens(without_it: str) -> None:
    advised = run("gate", "ask", "orders", without_it)
    assert advised.exit_code == 0
    assert "GET /v1/orders/{id}: not proven" in advised.stdout
    assert "The gate only advises" in advised.stdout
    assert "is binding" in run("gate", "enforce", "orders").stdout
    assert run("gate", "ask", "orders", without_it).exit_code == 1
    passed = run("gate", "ask", "orders", without_it, "--override", "GET /v1/orders/{id}=It never worked.")
    assert passed.exit_code == 0
    assert "overridden by command" in passed.stdout
    assert run("gate", "ask", "orders", without_it, "--override", "GET /v1/orders/{id}").exit_code == 2


def test_alarms_are_judged_and_counted(without_it: str) -> None:
    number = json.loads(run("gate", "ask", "orders", without_it, "--json").stdout)["removals"][0]["id"]
    assert run("gate", "mark", str(number), "false-alarm").exit_code == 0
    assert "Of 1 alarms that people judged, 1 were false" in run("gate", "ask", "orders", without_it).stdout
    assert "false-alarm" in run("gate", "list", "orders").stdout
    assert "passes" in run("gate", "override", str(number), "--reason", "It is ours.").stdout


def test_a_verdict_is_asked_for_a_day(without_it: str) -> None:
    answer = run("can-remove", "orders", "GET /v1/orders/{id}", "--on", "2199-12-31")
    assert answer.exit_code == 1
    assert "lies ahead" in answer.stdout
