"""The people who may sign in, at a shell."""

import json

import pytest
from click.testing import CliRunner, Result

from access.errors import AccessError
from interfaces.cli import sundial
from interfaces.runtime import make_runtime
from interfaces.settings import Settings
from interfaces.web import make_web

pytestmark = pytest.mark.usefixtures("data_dir")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sundial, ["user", *arguments])


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.stdout


def refusal(*arguments: str) -> str:
    error = run(*arguments).exception
    assert isinstance(error, AccessError)
    return str(error)


def standing() -> dict[str, tuple[bool, bool]]:
    """Answer of everybody whether they administer, and whether they are disabled."""
    told = json.loads(done("list", "--json"))
    return {one["email"]: (one["administrator"], one["disabled_at"] is not None) for one in told}


def opens(link: str) -> bool:
    """Tell whether a link that was printed signs a browser in."""
    client, path = make_web(make_runtime(Settings())).test_client(), "/" + link.strip().split("/", 3)[3]
    token = client.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(path, data={"csrf_token": token}).status_code == 302


def test_an_empty_list_says_how_to_begin() -> None:
    assert "sundial sign-in makes the first administrator" in done("list")


def test_whoever_is_added_signs_in_by_the_link_that_was_printed() -> None:
    link = done("add", "tom@example.com", "--name", "Tom")
    assert opens(link)
    assert not opens(link)
    row = done("list").splitlines()[1].split()
    assert row[:3] == ["tom@example.com", "Tom", "active"]
    assert row[3].endswith("Z")


def test_a_new_link_ends_the_lost_one() -> None:
    lost = done("add", "tom@example.com", "--name", "Tom")
    new = done("link", "TOM@example.com")
    assert (opens(lost), opens(new)) == (False, True)


def test_people_are_promoted_demoted_disabled_and_enabled() -> None:
    done("add", "mara@example.com", "--name", "Mara", "--administrator")
    done("add", "tom@example.com", "--name", "Tom")
    for act, after in (
        ("promote", (True, False)),
        ("demote", (False, False)),
        ("disable", (False, True)),
        ("enable", (False, False)),
    ):
        assert "tom@example.com" in done(act, "tom@example.com")
        assert standing()["tom@example.com"] == after


def test_the_last_administrator_stays_and_an_unknown_address_is_named() -> None:
    done("add", "mara@example.com", "--name", "Mara", "--administrator")
    for act in ("demote", "disable"):
        assert "is the only administrator" in refusal(act, "mara@example.com")
    assert "sundial user list" in refusal("link", "kim@example.com")
    assert standing() == {"mara@example.com": (True, False)}
