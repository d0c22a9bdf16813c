"""A broker is asked over real HTTP, no other host than the named one, and only so much of it."""

import json
from collections.abc import Callable, Iterator

import pytest

from consumers.deployments import Environment
from consumers.errors import BrokerUnavailable, ConsumersError, NotFound
from consumers.pacts import broker as broker_module
from consumers.pacts.broker import Broker, environments, fetch_contracts
from tests.consumers.pacts.files import pact
from tests.support.broker import LIST, ONE, SELECTED, StandIn, stand_in_broker

PRODUCTION, STAGING = Environment("production", True), Environment("staging", False)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with stand_in_broker() as running:
        yield running


def test_the_newest_contract_of_each_consumer_is_fetched_with_its_version(stand_in: StandIn) -> None:
    stand_in.lists(stand_in.url + ONE)
    stand_in.has(ONE, pact())
    [found] = fetch_contracts(Broker(stand_in.url + "/", token="a-token"), "orders-api")
    assert (found.consumer, found.version) == ("checkout-web", "1.2.0")
    assert json.loads(found.data)["consumer"] == {"name": "checkout-web"}
    asked = [path for path, authorization in stand_in.asked if authorization == "Bearer a-token"]
    assert asked == [LIST, SELECTED, ONE, "/versions/1.2.0"]
    assert len(stand_in.asked) == len(asked)


def test_what_runs_anywhere_and_what_main_branches_have_is_fetched_and_no_other_branch(
    stand_in: StandIn,
) -> None:
    stand_in.knows(production=True, staging=False)
    assert environments(Broker(stand_in.url)) == (PRODUCTION, STAGING)
    at = {name: f"{stand_in.url}/{name}" for name in ("old", "new", "try", "other")}
    stand_in.selects({"environment": "production"}, at["old"])
    stand_in.selects({"environment": "staging"}, at["new"], at["old"])
    stand_in.selects({"mainBranch": True}, at["new"])
    stand_in.lists(at["try"])
    for name in ("old", "new", "try"):
        stand_in.has(f"/{name}", pact(), name)
    found = fetch_contracts(Broker(stand_in.url), "orders-api", (PRODUCTION, STAGING))
    assert [(one.version, one.environment) for one in found] == [
        ("old", PRODUCTION),
        ("new", STAGING),
        ("old", STAGING),
        ("new", None),
    ]


def test_a_consumer_that_is_only_on_a_branch_comes_with_its_name(stand_in: StandIn) -> None:
    stand_in.selects({"mainBranch": True})
    stand_in.lists(stand_in.url + ONE)
    stand_in.has(ONE, pact(), branch="feature/x")
    [found] = fetch_contracts(Broker(stand_in.url), "orders-api")
    assert (found.version, found.branch, found.environment) == ("1.2.0", "feature/x", None)


def test_a_broker_with_user_and_password_gets_them(stand_in: StandIn) -> None:
    stand_in.lists()
    assert list(fetch_contracts(Broker(stand_in.url, user="mara", password="secret"), "orders-api")) == []
    assert stand_in.asked == [(LIST, "Basic bWFyYTpzZWNyZXQ="), (SELECTED, "Basic bWFyYTpzZWNyZXQ=")]


def test_the_token_goes_to_no_other_host(stand_in: StandIn) -> None:
    stand_in.lists(f"http://localhost:{stand_in.server.server_port}{ONE}")
    with pytest.raises(BrokerUnavailable, match="points at localhost:"):
        list(fetch_contracts(Broker(stand_in.url, token="a-token"), "orders-api"))
    assert [path for path, _ in stand_in.asked] == [LIST, SELECTED]


def _redirect(stand_in: StandIn) -> None:
    stand_in.answers[LIST] = (302, {"Location": stand_in.url + ONE}, b"")


def _no_json(stand_in: StandIn) -> None:
    stand_in.answers[LIST] = (200, {}, b"<html>")


def _no_list(stand_in: StandIn) -> None:
    stand_in.answers[LIST] = (200, {}, b"{}")


def _denied(stand_in: StandIn) -> None:
    stand_in.answers[LIST] = (401, {}, b"")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_redirect, "answered 302"),
        (_no_json, "answered no JSON"),
        (_no_list, "something else than a broker's list"),
        (_denied, "answered 401"),
    ],
)
def test_an_answer_that_is_none_of_a_broker_is_an_error(
    stand_in: StandIn, make: Callable[[StandIn], None], said: str
) -> None:
    make(stand_in)
    with pytest.raises(BrokerUnavailable, match=said):
        list(fetch_contracts(Broker(stand_in.url), "orders-api"))


def test_an_unknown_provider_is_named(stand_in: StandIn) -> None:
    with pytest.raises(NotFound, match="knows no provider orders-api"):
        list(fetch_contracts(Broker(stand_in.url), "orders-api"))


def test_a_contract_without_end_is_not_read_to_its_end(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "_LARGEST", 1_000)
    stand_in.lists(stand_in.url + ONE)
    stand_in.answers[ONE] = (200, {}, b"x" * 2_000)
    with pytest.raises(BrokerUnavailable, match="is larger than"):
        list(fetch_contracts(Broker(stand_in.url), "orders-api"))


def test_a_broker_that_is_not_there_is_an_error() -> None:
    with pytest.raises(BrokerUnavailable, match="could not be reached"):
        list(fetch_contracts(Broker("http://127.0.0.1:9"), "orders-api"))


@pytest.mark.parametrize("url", ["pacts.example.com", "file:///etc/passwd", "http://me:secret@127.0.0.1"])
def test_an_address_that_is_none_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(ConsumersError, match="a broker"):
        list(fetch_contracts(Broker(url), "orders-api"))


def test_secrets_are_in_no_text_of_a_broker() -> None:
    assert "secret" not in repr(Broker("http://127.0.0.1", token="secret", password="secret"))
