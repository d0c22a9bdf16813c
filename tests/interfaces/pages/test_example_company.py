"""Every page with the example company, as a new user meets it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces import example
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from interfaces.web import make_web
from tests.interfaces.pages.conftest import NOW, Visitor, words

pytestmark = pytest.mark.slow

_LINK = re.compile(r'href="(/[^"#]*)')
_MOST_PAGES = 400


@pytest.fixture(scope="module")
def company(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """The company's surroundings, loaded once; the tests here only look."""
    folder = tmp_path_factory.mktemp("company")
    shutil.copyfile(migrated_file, folder / "sundial.db")
    made = make_runtime(Settings(data_dir=folder), lambda: NOW)
    example.load_whole(made, lambda _line: None)
    yield made
    made.database.engine.dispose()


@pytest.fixture(scope="module")
def guest(company: Runtime) -> Visitor:
    """A browser that an administrator signed in."""
    return Visitor(make_web(company).test_client(), company).sign_in()


@pytest.mark.slow
def test_every_page_that_a_link_leads_to_answers(guest: Visitor) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting and len(seen) < _MOST_PAGES:
        path = waiting.pop(0)
        seen.add(path)
        answer = guest.client.get(path.replace("&amp;", "&"))
        assert answer.status_code == 200, f"{path}: {answer.status_code} {words(answer.text)}"
        if answer.mimetype == "text/html" and not answer.headers.get("Content-Disposition"):
            found = {one for one in _LINK.findall(answer.text) if not one.startswith(("/assets/", "/api/v1"))}
            waiting += sorted(found - seen - set(waiting))
    assert {"/apis/orders", "/comparisons/1", "/operations/1", "/deprecations", "/consumers"} <= seen


@pytest.mark.slow
def test_home_names_who_still_calls_what_ends_soon(guest: Visitor) -> None:
    said = words(guest.get("/"))
    assert "What needs you" in said
    assert "Sunset with traffic" in said
    assert "The year ahead" in said


@pytest.mark.slow
def test_a_monthly_caller_counts_as_live_traffic_before_a_sunset(guest: Visitor) -> None:
    assert "Ledgerwell Month-End still calls GET /v1/invoices/{invoiceId}/pdf" in words(guest.get("/"))


@pytest.mark.slow
def test_a_consumer_that_nobody_can_be_told_for_stands_out(guest: Visitor) -> None:
    assert "Old Mill Kiosk" in words(guest.get("/")).partition("Endings")[0]
