"""What the commands say at a shell, beyond what every way in has in common."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consumers.ingest_file import FileReport
from interfaces.cli import sundial
from interfaces.commands.usage import _progress
from tests.consumers.pacts.files import make_order, pact
from tests.support.broker import ONE, StandIn, stand_in_broker
from tests.support.factories_consumers import combined_line, event
from tests.support.programs import ORDERS_1, ORDERS_2

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A folder with two specs, beside the data of a Sundial that knows the first."""
    (tmp_path / "1.yaml").write_text(ORDERS_1)
    (tmp_path / "2.yaml").write_text(ORDERS_2)
    assert run("api", "add", "orders", "--name", "Orders").exit_code == 0
    assert run("publish", "orders", str(tmp_path / "1.yaml")).exit_code == 0
    return tmp_path


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with stand_in_broker() as running:
        yield running


@pytest.fixture
def edge(orders: Path) -> Path:
    """The same, with a source of usage."""
    (orders / "access.log").write_bytes(combined_line())
    assert run("ingest", str(orders / "access.log"), "--source", "edge").exit_code == 0
    return orders


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sundial, list(arguments))


def the_source() -> dict[str, object]:
    [told] = json.loads(run("source", "list", "--json").stdout)
    assert isinstance(told, dict)
    return told


def test_headers_of_half_a_request_are_a_mistake_in_the_call(orders: Path) -> None:
    done = run("headers", "orders", "GET")
    assert done.exit_code == 2
    assert "say the PATH too" in done.stderr


def test_headers_of_what_does_not_end_say_so_beside_an_empty_answer(orders: Path) -> None:
    done = run("headers", "orders", "get", "/v1/nothing")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "GET /v1/nothing: nothing ends there\n"


def test_an_earlier_document_is_published_as_the_newest_again_and_says_so(orders: Path) -> None:
    assert "this very document" not in run("publish", "orders", str(orders / "2.yaml")).stdout
    told = run("publish", "orders", str(orders / "1.yaml")).stdout
    assert "1.0.0 is this very document; it becomes the newest again as 1.0.0+" in told
    assert "was there already" in run("publish", "orders", str(orders / "1.yaml")).stdout


def test_nothing_is_removed_without_a_yes(orders: Path) -> None:
    assert run("consumer", "add", "shop", "--name", "The shop").exit_code == 0
    for noun, slug in (("api", "orders"), ("consumer", "shop")):
        refused = run(noun, "remove", slug)
        assert refused.exit_code == 2
        assert "say --yes" in refused.stderr
        assert run(noun, "show", slug).exit_code == 0
        assert run(noun, "remove", slug, "--yes").exit_code == 0
        assert run(noun, "show", slug).exit_code != 0


def test_a_source_is_changed_retired_and_resumed(edge: Path) -> None:
    assert run("source", "change", "edge", "--api", "orders", "--stale-after-hours", "72").exit_code == 0
    assert (the_source()["stale_after_hours"], the_source()["api_id"]) == (72, 1)
    assert run("source", "retire", "edge").exit_code == 0
    assert (the_source()["retired"], the_source()["stale_after_hours"]) == (True, 72)
    assert run("source", "resume", "edge").exit_code == 0
    assert run("source", "change", "edge", "--all-apis").exit_code == 0
    assert (the_source()["retired"], the_source()["api_id"]) == (False, None)


@pytest.mark.parametrize("options", [(), ("--api", "orders", "--all-apis")])
def test_a_change_that_says_nothing_or_two_things_is_a_mistake(edge: Path, options: tuple[str, ...]) -> None:
    assert run("source", "change", "edge", *options).exit_code == 2


def test_the_impact_of_a_step_is_told_as_it_was_kept_or_worked_out_anew(orders: Path) -> None:
    call = event("/v1/orders", datetime.now(UTC) - timedelta(hours=1), method="POST", client_id="shop")
    (orders / "calls.ndjson").write_bytes(call)
    asked = ("impact", "orders", "1.0.0", "2.0.0")
    assert run("publish", "orders", str(orders / "2.yaml")).exit_code == 0
    assert run("ingest", str(orders / "calls.ndjson"), "--source", "edge").exit_code == 0
    assert run(*asked).stdout.startswith("Who is hit is not known")

    done = run(*asked, "--again")
    assert done.exit_code == 0
    assert done.stdout.startswith("1 of 1 consumer is at risk\nOf all consumers 1 at risk.\n")
    assert "1 at risk: Unattributed traffic (at risk, 1 call)" in done.stdout
    assert json.loads(run(*asked, "--json").stdout)["counts"]["at-risk"] == 1


def test_a_build_can_fail_on_who_is_hit(orders: Path) -> None:
    asked = ("impact", "orders", "1.0.0", "2.0.0")
    assert run("publish", "orders", str(orders / "2.yaml")).exit_code == 0
    (orders / "calls.ndjson").write_bytes(
        event("/v1/orders", datetime.now(UTC), method="POST", client_id="shop")
    )
    assert run("ingest", str(orders / "calls.ndjson"), "--source", "edge").exit_code == 0
    assert run(*asked, "--again", "--fail-on", "hurt").exit_code == 0
    assert run(*asked, "--fail-on", "at-risk").exit_code == 1
    assert "--days is for --again" in run(*asked, "--days", "7").stderr


def test_who_still_sends_a_parameter_is_told(orders: Path) -> None:
    (orders / "access.log").write_bytes(combined_line("/v1/orders/7?status=open", user="acme"))
    assert run("ingest", str(orders / "access.log"), "--source", "edge").exit_code == 0
    asked = ("operation", "names", "orders", "GET /v1/orders/{id}", "--days", "3000")
    assert "status" in run(*asked).stdout
    assert "unattributed" in run(*asked, "--parameter", "status").stdout
    assert "No call sent it in 3000 days" in run(*asked, "--parameter", "page").stdout


def test_a_source_is_shown_with_its_rate_and_what_it_told_is_unknown(orders: Path) -> None:
    (orders / "access.log").write_bytes(combined_line("/orders/7") + combined_line())
    assert run("ingest", str(orders / "access.log"), "--source", "edge").exit_code == 0
    shown = run("source", "show", "edge", "--days", "3000").stdout
    assert "2 calls, 1 of them unknown" in shown
    assert "never silent" in shown
    assert "would match GET /v1/orders/{id}" in run("source", "unknown").stdout
    assert "Every call" in run("source", "unknown", "--source", "other").stdout
    assert run("source", "show", "nobody").exit_code != 0


def test_a_pattern_means_the_files_that_it_matches(orders: Path) -> None:
    for name in ("a.log", "b.log"):
        (orders / name).write_bytes(combined_line(f"/v1/orders?{name}"))
    told = json.loads(run("ingest", str(orders / "*.log"), "--source", "edge", "--json").stdout)
    assert [Path(one["name"]).name for one in told] == ["a.log", "b.log"]
    nothing = run("ingest", str(orders / "*.gz"), "--source", "edge")
    assert (nothing.exit_code, "does not exist" in nothing.stderr) == (2, True)


def test_progress_says_how_quickly_and_what_became_of_the_lines() -> None:
    report = FileReport("access.log", lines=120_000, matched=119_000, broken=1_000)
    assert _progress(report, 2) == "120,000 lines, 60,000 a second, 119,000 matched, 1,000 broken"


def test_a_folder_of_contracts_is_kept_but_for_those_that_are_none(orders: Path) -> None:
    folder = orders / "pacts"
    folder.mkdir()
    (folder / "good.json").write_bytes(pact(make_order({"note": "x"}), provider={"name": "orders"}))
    (folder / "bad.json").write_bytes(pact({}, provider={"name": "orders"}))
    done = run("contract", "add", str(folder))
    assert done.exit_code == 1
    assert "checkout-web was registered for it" in done.stdout
    assert done.stderr == f"{folder / 'bad.json'}: interactions/0/request: is missing, or no object\n"
    [kept] = json.loads(run("contract", "list", "--json").stdout)
    assert (kept["consumer"], kept["api"], kept["current"]) == ("checkout-web", "orders", True)
    assert "POST /v1/orders → 201" in run("contract", "show", str(kept["id"])).stdout
    assert "say --yes" in run("contract", "remove", str(kept["id"])).stderr
    assert run("contract", "remove", str(kept["id"]), "--yes").exit_code == 0
    assert "There are no contracts" in run("contract", "list").stdout


def test_contracts_are_fetched_from_a_broker(orders: Path, stand_in: StandIn) -> None:
    stand_in.lists(stand_in.url + ONE)
    stand_in.has(ONE, pact(make_order({"note": "x"})))
    asked = ("contract", "fetch", stand_in.url, "--provider", "orders-api", "--token", "a-token")
    done = run(*asked, "--api", "orders")
    assert done.exit_code == 0, done.output
    [kept] = json.loads(run("contract", "list", "--json").stdout)
    assert (kept["version"], kept["origin"]) == ("1.2.0", f"broker {stand_in.url.removeprefix('http://')}")
    assert run(*asked).exit_code == 1


def test_what_a_broker_no_longer_has_in_production_is_retired(orders: Path, stand_in: StandIn) -> None:
    stand_in.knows(production=True)
    stand_in.lists(stand_in.url + ONE)
    stand_in.has(ONE, pact(make_order()))
    stand_in.has("/2", pact(make_order({"note": "x"})), "2.0.0")
    asked = ("contract", "fetch", stand_in.url, "--provider", "orders-api", "--api", "orders")
    stand_in.selects({"environment": "production"}, stand_in.url + ONE)
    assert "runs in production" in run(*asked).stdout
    stand_in.selects({"environment": "production"}, f"{stand_in.url}/2")
    assert "checkout-web 1.2.0 is retired" in run(*asked).stdout
    told = {one["version"]: one for one in json.loads(run("contract", "list", "--json").stdout)}
    assert (told["1.2.0"]["state"], told["2.0.0"]["state"]) == ("retired", "counts")
    assert [one["environment"] for one in told["2.0.0"]["deployments"]] == ["production"]


def test_a_contract_of_a_branch_waits_until_its_version_is_deployed(orders: Path) -> None:
    (orders / "pact.json").write_bytes(pact(make_order()))
    branch = ("--api", "orders", "--version", "7", "--branch", "feature/x")
    assert "counts once it is deployed" in run("contract", "add", str(orders / "pact.json"), *branch).stdout
    assert "waits, branch feature/x" in run("contract", "show", "1").stdout
    assert "runs in production" in run("contract", "deployed", "checkout-web", "7", "production").stdout
    assert "counts, branch feature/x, runs in production" in run("contract", "show", "1").stdout
    assert "7 ran nowhere else" in run("contract", "withdrawn", "checkout-web", "7", "production").stdout
    unknown = run("contract", "deployed", "checkout-web", "8", "production")
    assert "no contract of version 8" in str(unknown.exception)


def test_the_order_of_attributes_is_shown_and_set(orders: Path) -> None:
    assert json.loads(run("api", "identity", "orders", "--json").stdout)["own"] is False
    shown = run("api", "identity", "orders", "header=certain", "user").stdout
    assert [line.split() for line in shown.splitlines()[1:]] == [
        ["1", "header", "certain"],
        ["2", "user", "likely"],
    ]
    assert run("api", "identity", "orders", "address").exit_code != 0
    assert run("api", "version-rule", "orders").stdout == "orders takes every call at its paths\n"
    ruled = run("api", "version-rule", "orders", "--by", "host", "--value", "v1.example.com", "--or-absent")
    assert ruled.stdout == "host: v1.example.com or absent\n"
    assert json.loads(run("api", "version-rule", "orders", "--none", "--json").stdout) == {"rule": None}
    assert json.loads(run("api", "identity", "orders", "--usual", "--json").stdout)["own"] is False


def test_consumers_are_merged_split_and_their_credentials_moved(orders: Path) -> None:
    for slug in ("acme", "old"):
        run("consumer", "add", slug, "--name", slug.title())
        run("consumer", "credential", slug, "api-key", f"the-key-of-{slug}")
    assert "say --yes" in run("consumer", "merge", "acme", "old").stderr
    merged = run("consumer", "merge", "acme", "old", "--yes").stdout
    assert merged == "old is acme now: 0 calls, 1 credentials and 0 contacts went along\n"
    assert run("consumer", "split", "acme", "again", "2", "--name", "Again").exit_code == 0
    assert "to acme; 0 calls went along" in run("consumer", "move", "again", "2", "acme").stdout
    assert len(json.loads(run("consumer", "show", "acme", "--json").stdout)["credentials"]) == 2


@pytest.mark.slow
def test_a_stored_comparison_is_told_in_every_form_of_a_report(orders: Path) -> None:
    assert run("publish", "orders", str(orders / "2.yaml")).exit_code == 0
    for form, begin in {
        "markdown": "### ",
        "sarif": "{",
        "junit": "<?xml",
        "json": "{",
        "html": "<!",
    }.items():
        done = run("compare", "orders", "1.0.0", "2.0.0", "--format", form)
        assert (done.exit_code, done.stdout.lower().startswith(begin)) == (0, True), form
    assert "impact" in json.loads(run("compare", "orders", "1.0.0", "2.0.0", "--format", "json").stdout)


@pytest.mark.slow
def test_a_spec_of_a_repository_is_published_with_the_files_that_it_shares(orders: Path) -> None:
    (orders / ".git").mkdir()
    (orders / "specs").mkdir()
    (orders / "shared.yaml").write_text("Note: {type: string, maxLength: 500}\n")
    for reference, code in (("../shared.yaml#/Note", 0), ("../../shared.yaml#/Note", 1)):
        text = ORDERS_2.replace("{type: string, maxLength: 200}", f'{{$ref: "{reference}"}}')
        assert reference in text
        (orders / "specs/api.yaml").write_text(text)
        done = run("publish", "orders", str(orders / "specs/api.yaml"), "--label", f"2.{code}")
        assert done.exit_code == code, done.output
    assert "leads above the root of the repository" in str(done.exception)
