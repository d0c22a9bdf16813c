"""The team of an API, by page; and what it is told, read as its reader would."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from deprecations.owner_mail import tell_owners
from interfaces.cli import sundial
from interfaces.mail import desk
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.factories_deprecations import make_api, make_operation, make_source

SECRET = "https://hooks.example.com/very/secret"


@pytest.fixture
def orders(visitor: Visitor) -> Visitor:
    """The visitor, once an API is registered whose source fell silent."""
    with visitor.runtime.database.transaction() as session:
        make_operation(session, make_api(session, owner="the orders team"))
        make_source(session, until=NOW - timedelta(days=3))
    return visitor


def test_a_team_is_named_and_sees_what_it_was_told(orders: Visitor) -> None:
    assert "Nobody is told" in orders.get("/apis/orders?view=team")
    refused = orders.send("/apis/orders/team", name="Mara", email="mara", zone="UTC")
    assert (refused.status_code, "is no e-mail address" in refused.text) == (422, True)
    orders.act("/apis/orders/team", name="Mara <b>", email="mara@example.com", zone="UTC", fallback="1")
    with orders.runtime.database.transaction() as session:
        assert tell_owners(session, desk=desk(orders.runtime), now=NOW) == 1
    page = orders.get("/apis/orders?view=team")
    assert "Told too where nobody of a consumer answers" in page
    assert "The source “edge” told of no call since" in words(page)
    assert "<b>" not in page
    assert "Orders API: A source of usage fell silent" in orders.get("/notices?state=queued")


def test_one_of_a_team_is_told_elsewhere_and_removed(orders: Visitor) -> None:
    orders.act("/apis/orders/team", name="Mara", email="mara@example.com", zone="UTC")
    place = "/apis/orders/team/1"
    assert "By mail, to mara@example.com" in words(orders.get(place))
    shown = orders.send(f"{place}/channel", channel="webhook", address=SECRET)
    assert "whsec_" in shown.text
    page = orders.get(place)
    assert "whsec_" not in page
    assert "very/secret" not in page
    assert "whsec_" in orders.send(f"{place}/secret").text
    assert "signs no more: two sign at a time" in orders.send(f"{place}/secret").text
    assert "Queued" in words(orders.act(f"{place}/trial"))
    refused = orders.send(f"{place}/channel", channel="slack", address="https://10.0.0.1/very/secret")
    assert (refused.status_code, "very/secret" in refused.text) == (422, False)
    assert "is changed" in words(
        orders.act(f"{place}/change", name="Mara L", zone="Europe/Berlin", language="de")
    )
    assert '<option value="de" selected>' in orders.get(place)
    assert "is told no more" in words(orders.act(f"{place}/remove"))
    orders.get(place, 404)


def test_at_a_shell_a_team_is_named_and_told(orders: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = orders.runtime.settings
    monkeypatch.setenv("SUNDIAL_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SUNDIAL_DATABASE_URL", settings.database_url)

    def run(*arguments: str, given: str = "") -> str:
        result = CliRunner().invoke(sundial, ["owner", *arguments], input=given)
        assert result.exit_code == 0, result.output + str(result.exception)
        return result.stdout

    assert "Nobody is told" in run("list", "orders")
    run("add", "orders", "mara@example.com", "--name", "Mara", "--fallback")
    run("edit", "orders", "1", "--no-fallback")
    assert "secret   whsec_" in run("channel", "orders", "1", "webhook", given=f"{SECRET}\n")
    assert "secret   whsec_" in run("secret", "orders", "1")
    run("channel", "orders", "1", "mail")
    assert run("tell") == "1 envelopes written\n"
    assert "told of no call since" in run("notices", "orders")
    run("remove", "orders", "1")
    assert CliRunner().invoke(sundial, ["owner", "trial", "orders", "1"]).exit_code != 0
