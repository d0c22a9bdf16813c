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
    assert "People judged 1 alarm; false: 1." in run("gate", "ask", "orders", without_it).stdout
    assert "false-alarm" in run("gate", "list", "orders").stdout
    assert "passes" in run("gate", "override", str(number), "--reason", "It is ours.").stdout
    assert ": It is ours." in run("gate", "list", "orders").stdout


PARCELS = """\
openapi: 3.0.3
info: {title: Parcels, version: 1.0.0}
paths:
  /v1/parcels:
    get:
      parameters: [{name: X-Trace, in: header, schema: {type: string}}]
      responses: {"200": {description: All., content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Parcel"}}}}}}
  /v1/parcels/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/Parcel"}}}}}
components:
  schemas:
    Parcel:
      type: object
      properties:
        items: {type: array, items: {type: object, properties: {note: {type: string}, sku: {type: string}}}}
"""  # noqa: E501
WHEN = (
    "--deprecated-on",
    "2099-01-01",
    "--sunset-on",
    "2099-12-31",
    "--reason",
    "Old.",
    "--replacement",
    "none",
)


def plan(*target: str) -> Result:
    return run("deprecation", "plan", "parcels", *target, *WHEN)


@pytest.fixture
def parcels(tmp_path: Path) -> Path:
    (tmp_path / "1.yaml").write_text(PARCELS)
    assert run("api", "add", "parcels", "--name", "Parcels").exit_code == 0
    assert run("publish", "parcels", str(tmp_path / "1.yaml")).exit_code == 0
    return tmp_path / "2.yaml"


def removals(file: Path, text: str) -> list[str]:
    file.write_text(text)
    told = json.loads(run("gate", "ask", "parcels", str(file), "--json").stdout)
    return [one["operation"] for one in told["removals"]]


def test_a_part_in_a_schema_that_several_share_is_met_where_each_has_it(parcels: Path) -> None:
    whole = ("--kind", "response-property", "--name")
    assert plan("GET /v1/parcels", *whole, "*/items/*/note").exit_code == 0
    assert plan("GET /v1/parcels/{id}", *whole, "items/*/sku").exit_code == 0
    gone = removals(parcels, PARCELS.replace("note: {type: string}, ", ""))
    assert gone == ["response property “*/items/*/note” of GET /v1/parcels"]
    inside = removals(parcels, PARCELS[: PARCELS.index("      properties:")])
    assert len(inside) == 2  # what stands inside goes with the whole


def test_a_header_of_requests_has_one_spelling(parcels: Path) -> None:
    made = plan("GET /v1/parcels", "--kind", "header", "--place", "request", "--name", "X-Trace")
    assert "header parameter “X-Trace” of GET /v1/parcels is draft" in made.stdout
    again = plan("GET /v1/parcels", "--kind", "parameter", "--place", "header", "--name", "X-Trace")
    assert "has a plan already" in str(again.exception)
    without = PARCELS.replace("      parameters: [{name: X-Trace, in: header, schema: {type: string}}]\n", "")
    assert removals(parcels, without) == ["header parameter “X-Trace” of GET /v1/parcels"]


def test_a_part_that_is_nowhere_is_refused_with_what_there_is(parcels: Path) -> None:
    refused = plan("GET /v1/parcels", "--kind", "response-property", "--name", "*/items/*/notes")
    assert str(refused.exception) == (
        "GET /v1/parcels has no response property “*/items/*/notes”: nothing would end. Mind the spelling: "
        "there is response property “*/items/*/note”, response property “*/items/*/sku”, "
        "response property “*/items”."
    )
    anywhere = plan("--kind", "header", "--place", "request", "--name", "X-Trade")
    assert "No operation has the header parameter “X-Trade”" in str(anywhere.exception)
    assert "there is header parameter “X-Trace”, path parameter “id”." in str(anywhere.exception)
    none = plan("GET /v1/parcels", "--kind", "header", "--place", "response", "--name", "X-Total")
    assert "There is none of that kind." in str(none.exception)


def test_a_part_of_an_earlier_version_may_be_planned(parcels: Path) -> None:
    parcels.write_text(PARCELS.replace("note: {type: string}, ", "").replace("1.0.0", "2.0.0"))
    assert run("publish", "parcels", str(parcels)).exit_code == 0
    made = plan("GET /v1/parcels", "--kind", "response-property", "--name", "*/items/*/note")
    assert made.exit_code == 0


def test_the_public_page_is_opened_and_closed(without_it: str) -> None:
    assert "/public/orders/deprecations" in run("api", "public", "orders").stdout
    assert "users only" in run("api", "public", "orders", "--off").stdout
    assert run("api", "public", "nothing").exit_code != 0


def test_a_verdict_is_asked_for_a_day(without_it: str) -> None:
    answer = run("can-remove", "orders", "GET /v1/orders/{id}", "--on", "2199-12-31")
    assert answer.exit_code == 1
    assert "lies ahead" in answer.stdout


def test_a_verdict_on_a_plan_answers_for_each_of_its_operations(
    parcels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = json.loads(plan("--kind", "version", "--name", "/v1", "--json").stdout)["id"]
    told = run("can-remove", "parcels", "--plan", str(made))
    assert told.exit_code == 1
    assert told.stdout.splitlines()[:4] == [
        "version /v1 of Parcels: not proven",
        "  GET /v1/parcels: not proven",
        "  GET /v1/parcels/{id}: not proven",
        "Why GET /v1/parcels is not proven:",
    ]
    facts = json.loads(run("can-remove", "parcels", "--plan", str(made), "--json").stdout)
    assert (facts["target"], len(facts["operations"]), facts["more"]) == ("version /v1 of Parcels", 2, 0)
    monkeypatch.setattr("interfaces.commands.verdicts.MOST_OPERATIONS", 1)
    assert "  and 1 more operations" in run("can-remove", "parcels", "--plan", str(made)).stdout
