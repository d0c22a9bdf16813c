"""Real histories replayed into a running Sundial: every version is there, compared, and shown."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.hands_page import HandsPage
from tests.support.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.corpus
SLICE = 8
HISTORIES = ("openai", "twilio-insights_v1")
_TOLD = re.compile(r": (\d+) versions published, (\d+) unchanged, 0 failed$")


@pytest.fixture
def slices(corpus: Path, tmp_path: Path) -> tuple[Path, ...]:
    """A folder for each history, with its first versions."""
    made = []
    for name in HISTORIES:
        folder = tmp_path / name
        folder.mkdir()
        for file in sorted((corpus / "histories" / name).iterdir())[:SLICE]:
            shutil.copy(file, folder)
        made.append(folder)
    return tuple(made)


def test_real_histories_are_replayed_and_every_page_about_them_answers(
    serve: Callable[..., Server], slices: tuple[Path, ...], page: "Page"
) -> None:
    sundial = serve(examples="false")
    for folder in slices:
        slug = re.sub(r"[^a-z0-9]+", "-", folder.name)
        _replay(sundial, folder, slug)
    HandsPage(sundial, page)
    for path in ("/", "/apis", "/deprecations", "/consumers", "/notices"):
        _answers(page, sundial, path)
    for slug in ("openai", "twilio-insights-v1"):
        for view in ("versions", "operations", "settings"):
            _answers(page, sundial, f"/apis/{slug}?view={view}")
        _follow_all(page, sundial, slug)


def _replay(sundial: Server, folder: Path, slug: str) -> None:
    made, unchanged = _told(sundial.command("replay", str(folder), "--api", slug))
    assert made + unchanged == SLICE
    assert _told(sundial.command("replay", str(folder), "--api", slug)) == (0, SLICE), "it is there already"
    shown = json.loads(sundial.command("api", "show", slug, "--json").stdout)
    assert len(shown["versions"]) == made


def _told(done: "subprocess.CompletedProcess[str]") -> tuple[int, int]:
    """Return how many files became versions, and how many had nothing new."""
    assert done.returncode == 0, done.stderr
    told = _TOLD.search(done.stdout.strip())
    assert told, done.stdout
    return int(told[1]), int(told[2])


def _follow_all(page: "Page", sundial: Server, slug: str) -> None:
    """Open every comparison that the API's page links to, and the first operations."""
    page.goto(f"{sundial.address}/apis/{slug}")
    assert "Not compared" not in page.locator("main").inner_text()
    comparisons = _links(page, "/comparisons/")
    assert comparisons
    page.goto(f"{sundial.address}/apis/{slug}?view=operations")
    for path in (*comparisons, *_links(page, "/operations/")[:3]):
        _answers(page, sundial, path)


def _links(page: "Page", beginning: str) -> list[str]:
    found = page.locator(f"main a[href^='{beginning}']").evaluate_all("all => all.map(one => one.pathname)")
    return list(dict.fromkeys(map(str, found)))


def _answers(page: "Page", sundial: Server, path: str) -> None:
    answer = page.goto(sundial.address + path)
    assert answer is not None
    assert answer.status == 200, path
