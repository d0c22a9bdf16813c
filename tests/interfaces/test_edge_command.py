"""`sundial edge` at a shell."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interfaces.cli import sundial
from tests.support.programs import ORDERS_1

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A folder to write to, beside the data of a Sundial that knows an API with an announced ending."""
    (tmp_path / "orders.yaml").write_text(ORDERS_1)
    assert run("api", "add", "orders", "--name", "Orders").exit_code == 0
    assert run("publish", "orders", str(tmp_path / "orders.yaml")).exit_code == 0
    planned = run(
        *("deprecation", "plan", "orders", "GET /v1/orders/{id}", "--announce"),
        *("--deprecated-on", "2030-01-01", "--sunset-on", "2031-06-30", "--zone", "UTC"),
        *("--reason", "It moves.", "--replacement", "GET /v2/orders/{id}"),
        *("--documentation", "https://docs.example.com/orders/v2"),
    )
    assert planned.exit_code == 0, planned.output
    return tmp_path


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(sundial, list(arguments), input=given)


def test_the_files_are_written_below_a_folder(orders: Path) -> None:
    done = run("edge", "export", "haproxy", "--api", "orders", "--to", str(orders / "edge"))
    assert done.exit_code == 0, done.output
    written = sorted(path.name for path in (orders / "edge").iterdir())
    assert [Path(line).name for line in sorted(done.output.splitlines())] == written
    assert "Mon, 30 Jun 2031 23:59:59 GMT" in (orders / "edge" / "sundial-sunset.map").read_text()


def test_the_files_are_printed_under_their_names(orders: Path) -> None:
    printed = run("edge", "export", "nginx", "--api", "orders").output
    assert printed.startswith("==> sundial-http.conf <==\n# Deprecation, Sunset and Link headers, brownouts")
    assert "==> sundial-server.conf <==" in printed
    told = json.loads(run("edge", "export", "nginx", "--api", "orders", "--json").output)
    assert told["files"][0]["name"] == "sundial-http.conf"


def test_an_unknown_edge_is_a_mistake() -> None:
    assert run("edge", "export", "iis", "--api", "orders").exit_code == 2


def test_every_edge_is_listed_with_its_proof() -> None:
    rows = [line.split() for line in run("edge", "list").output.splitlines()]
    assert ["nginx", "nginx", "nginx", "1.22.1"] in rows
    assert ["kong", "Kong", "Gateway", "-"] in rows


def test_what_replies_carry_is_changed_and_shown(orders: Path) -> None:
    assert (
        run("edge", "settings", "orders").output
        == "links: True\npolicy_link: \ntombstones: True\nbase_url: \n"
    )
    done = run(
        "edge",
        "settings",
        "orders",
        "--no-links",
        "--no-tombstones",
        "--policy-link",
        "https://docs.example.com/policy",
    )
    assert done.exit_code == 0, done.output
    told = json.loads(run("edge", "settings", "orders", "--json").output)
    assert told == {
        "links": False,
        "policy_link": "https://docs.example.com/policy",
        "tombstones": False,
        "base_url": "",
    }
    assert "Link:" not in run("headers", "orders", "GET", "/v1/orders/7").output


def test_the_secret_stays_the_same(orders: Path) -> None:
    first = run("edge", "secret").output
    assert first.startswith("sundial_rules_")
    assert run("edge", "secret").output == first


def test_pitfalls_are_told_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "nginx.conf"
    file.write_text("server {\n  add_header Sunset $sunset;\n}\n")
    done = run("edge", "lint", str(file))
    assert done.exit_code == 1
    assert done.output.startswith(f"{file}:2: missing-always: without “always” errors")
    (only,) = json.loads(run("edge", "lint", str(file), "--json").output)
    assert (only["line"], only["pitfall"]) == (2, "missing-always")


def test_a_sound_configuration_from_standard_input_is_passed() -> None:
    done = run(
        "edge", "lint", "-", given="frontend f\n  http-after-response set-header Sunset %[var(txn.s)]\n"
    )
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "<stdin>: none of the pitfalls that are known of HAProxy.\n"


def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path) -> None:
    assert run("edge", "lint", str(tmp_path / "nothing.conf")).exit_code == 2
    refused = run("edge", "lint", "-", "--edge", "nginx", given="server {")
    assert "the file ends within a block" in str(refused.exception)


def test_probes_are_kept_and_asked_by_command(orders: Path) -> None:
    assert "Nothing is checked." in run("edge", "probe", "list", "orders").output
    assert run("edge", "probe", "add", "orders", "/v1/orders/7").output == "1: GET /v1/orders/7\n"
    assert "has no base address" in str(run("edge", "check", "orders").exception)
    assert run("edge", "settings", "orders", "--base-url", "http://127.0.0.1:9").exit_code == 0
    done = run("edge", "check", "orders")
    assert done.exit_code == 1
    assert "GET /v1/orders/7: 127.0.0.1 is at 127.0.0.1, which is no public address" in done.output
    (one,) = json.loads(run("edge", "probe", "list", "orders", "--json").output)
    assert one["drifts"][0]["kind"] == "unreachable"
    assert run("edge", "probe", "remove", "orders", "1").exit_code == 0


def test_lint_edge_is_another_name_for_it(tmp_path: Path) -> None:
    file = tmp_path / "nginx.conf"
    file.write_text("server {\n  add_header Sunset $sunset;\n}\n")
    assert run("lint-edge", str(file)).output == run("edge", "lint", str(file)).output
