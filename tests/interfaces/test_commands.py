"""What the commands say at a shell, beyond what every way in has in common."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interfaces.cli import sundial
from tests.support.factories_consumers import combined_line
from tests.support.programs import ORDERS_1, ORDERS_2


@pytest.fixture
def orders(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two specs, beside the data of a Sundial that knows the first."""
    monkeypatch.setenv("SUNDIAL_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    shutil.copyfile(migrated_file, tmp_path / "data" / "sundial.db")
    (tmp_path / "1.yaml").write_text(ORDERS_1)
    (tmp_path / "2.yaml").write_text(ORDERS_2)
    assert run("api", "add", "orders", "--name", "Orders").exit_code == 0
    assert run("publish", "orders", str(tmp_path / "1.yaml")).exit_code == 0
    return tmp_path


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
