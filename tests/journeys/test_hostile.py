"""What no honest sender sends, by page, API and command: a clear answer each, and not a row changes."""

import gzip
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from storage.transactions import Database
from tests.support.hands_api import HandsApi
from tests.support.hands_page import HandsPage
from tests.support.row_counts import row_counts
from tests.support.servers import Server
from tests.support.spec_hosts import deliver

if TYPE_CHECKING:
    from playwright.sync_api import Page

MB = 1024 * 1024
MISTAKE = 2
HEAD = "openapi: 3.0.3\ninfo: {title: Orders, version: '2'}\npaths: {}\n"


@pytest.fixture
def sundial(serve: Callable[..., Server], database_url: str, tmp_path: Path) -> Server:
    """A Sundial with an API that has a version."""
    server = serve(examples="false", database_url=database_url, max_unpacked_mb="8")
    first = _written(tmp_path / "first.yaml", HEAD)
    for done in (
        server.command("api", "add", "orders", "--name", "Orders"),
        server.command("publish", "orders", str(first)),
    ):
        assert done.returncode == 0, done.stderr
    return server


@pytest.fixture
def gifts(tmp_path: Path) -> "Gifts":
    """The files that are sent."""
    return _wrapped(tmp_path)


@dataclass(frozen=True, slots=True)
class Gifts:
    """Hostile files, by what must be said of them; `documents` are refused at once, each for its reason."""

    documents: dict[Path, str]
    huge: Path
    garbage: Path
    bomb: Path


@contextmanager
def unchanged(database: Database) -> Iterator[None]:
    with database.reading() as session:
        before = row_counts(session)
    yield
    with database.reading() as session:
        assert row_counts(session) == before


def test_the_api_answers_what_is_hostile_with_a_problem_and_keeps_nothing_of_it(
    sundial: Server, database: Database, gifts: Gifts
) -> None:
    api = HandsApi(sundial)
    webhook = api.connect("orders", "github", "fernwick/specs", "openapi.yaml")
    publish, count = partial(_post, api, VERSIONS, YAML), partial(_post, api, LOG, LINES)
    with unchanged(database):
        for file, word in gifts.documents.items():
            _is_problem(publish(file), 422, word)
        _is_problem(publish(gifts.huge), 413, "20 MB")
        _is_problem(count(gifts.huge), 413, "20 MB")
        _is_problem(count(gifts.garbage), 422, "format")
        packed = partial(_post, api, LOG, LINES | {"Content-Encoding": "gzip"})
        _is_problem(packed(gifts.bomb), 413, "8 MB")
        _is_problem(packed(gifts.garbage), 422, "gzip")
        _is_problem(deliver(webhook, "github", "a" * 40, delivery="d-1", secret="guessed"), 401, "signature")


def test_the_command_answers_what_is_hostile_with_a_line_and_exit_2_and_keeps_nothing_of_it(
    sundial: Server, database: Database, gifts: Gifts
) -> None:
    with unchanged(database):
        for file, word in gifts.documents.items():
            _is_mistake(sundial.command("publish", "orders", str(file)), word)
        _is_mistake(sundial.command("publish", "orders", str(gifts.huge)), "limit")
        for file in (gifts.garbage, gifts.bomb):
            _is_mistake(sundial.command("ingest", str(file), "--source", "edge"), "format")


@pytest.mark.browser
def test_pages_answer_what_is_hostile_beside_the_form_and_keep_nothing_of_it(
    sundial: Server, page: "Page", console_errors: list[str], database: Database, gifts: Gifts
) -> None:
    HandsPage(sundial, page)
    with unchanged(database):
        for file, word in {**gifts.documents, gifts.huge: "20 MB"}.items():
            page.goto(f"{sundial.address}/apis/orders/publish")
            page.locator("input[type=file]").set_input_files(file)
            page.get_by_role("button", name="Publish").click()
            assert word in page.locator("main").inner_text(), file.name
        for file, word in ((gifts.bomb, "8 MB"), (gifts.garbage, "format")):
            page.goto(f"{sundial.address}/sources")
            page.get_by_label("Source", exact=True).fill("edge")
            page.get_by_label("Log file").set_input_files(file)
            page.get_by_role("button", name="Count it").click()
            assert word in page.get_by_role("alert").inner_text(), file.name
    # the console tells of every answer that refuses
    console_errors[:] = [one for one in console_errors if "status of 4" not in one]


VERSIONS, LOG = "/apis/orders/versions", "/usage?source=edge"
YAML, LINES = {"Content-Type": "application/yaml"}, {"Content-Type": "text/plain"}


def _post(api: HandsApi, where: str, headers: dict[str, str], file: Path) -> requests.Response:
    with file.open("rb") as body:
        return api.ask("POST", where, data=body, headers=headers)


def _is_problem(answer: requests.Response, status: int, word: str) -> None:
    said = (answer.status_code, answer.headers["Content-Type"])
    assert said == (status, "application/problem+json"), answer.text
    assert word in answer.json()["detail"]


def _is_mistake(done: "subprocess.CompletedProcess[str]", word: str) -> None:
    assert (done.returncode, done.stdout) == (MISTAKE, ""), done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def _wrapped(folder: Path) -> Gifts:
    doubled = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    lines = [*HEAD.splitlines(), *(f"x-{number}: fine" for number in range(4, 17)), 'x-17: "so" far']
    bomb = folder / "bomb.log.gz"
    bomb.write_bytes(gzip.compress(bytes(64 * MB)))
    return Gifts(
        documents={
            _written(folder / "bomb.yaml", f"{HEAD}a0: &a0 [lol]\n{doubled}"): "alias",
            _written(folder / "line17.yaml", "\n".join([*lines, "x-18: fine\n"])): ".yaml:17:",
            _written(folder / "poem.yaml", "roses: red\n"): "openapi",
        },
        huge=_written(folder / "huge.yaml", f"{HEAD}x-a: {'x' * 50 * MB}\n"),
        garbage=_written(folder / "garbage.log", "\x00\x01 not a log line\n{]\n"),
        bomb=bomb,
    )


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
