"""Contracts are kept in versions, which count side by side until they are retired."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from consumers import contracts, directory
from consumers.contract_routes import contract_matcher
from consumers.contracts import Offer, Received, receive
from consumers.errors import ApiNotFound, BadContract, ConsumerNotFound
from registry.models import Api
from tests.consumers.pacts.files import make_order, pact, read_order
from tests.support.factories_consumers import NOW, publish_templates


@pytest.fixture
def orders(session: Session) -> dict[str, int]:
    """The operations of an API called orders-api, by `GET /path`."""
    return publish_templates(
        session, "orders-api", "1.0.0", [("GET", "/v1/orders/{id}"), ("POST", "/v1/orders")]
    )


def hand_in(session: Session, data: bytes, days: int = 0, **said: str) -> Received:
    offer = Offer(data, "upload", **said)
    return receive(session, offer, by="dana", now=NOW + timedelta(days=days))


def test_a_contract_is_kept_under_its_consumer_and_api(session: Session, orders: dict[str, int]) -> None:
    received = hand_in(session, pact(), version="1.2.0")
    kept = received.contract
    assert (kept.consumer.slug, kept.api.slug, kept.version) == ("checkout-web", "orders-api", "1.2.0")
    assert (kept.interactions, kept.specification, received.registered) == (1, "3.0.0", True)
    [one] = contracts.interactions_of(session, kept)
    assert contract_matcher(session, kept.api_id)(one.method, one.path) == orders["GET /v1/orders/{id}"]
    assert not hand_in(session, pact(make_order()), version="1.3.0").registered


def test_versions_of_a_consumer_count_side_by_side_until_they_are_retired(
    session: Session, orders: dict[str, int]
) -> None:
    first = hand_in(session, pact(), version="1.0.0").contract
    second = hand_in(session, pact(make_order()), days=1, version="1.1.0").contract
    other = hand_in(session, pact(consumer={"name": "Other"}), days=0).contract

    def current() -> set[int]:
        return {one.id for one in contracts.current_contracts(session, first.api_id)}

    assert current() == {first.id, second.id, other.id}
    contracts.retire_contract(session, first, by="dana", now=NOW)
    assert current() == {second.id, other.id}
    again = hand_in(session, pact(), days=2, version="1.0.0")
    assert (again.contract.id, again.created) == (first.id, False)
    assert current() == {first.id, second.id, other.id}
    same = hand_in(session, pact(), days=3, version="1.2.0").contract
    assert current() == {same.id, second.id, other.id}
    contracts.remove_contract(session, same)
    assert current() == {first.id, second.id, other.id}


def test_what_a_newer_version_replaced_is_retired_by_its_age(
    session: Session, orders: dict[str, int]
) -> None:
    old = hand_in(session, pact(), version="1.0.0").contract
    hand_in(session, pact(make_order()), days=1, version="1.1.0")
    late = NOW + timedelta(days=9)
    assert contracts.retire_replaced(session, before=NOW, now=late) == 0
    assert contracts.retire_replaced(session, before=late, now=late) == 1
    session.refresh(old)
    assert (old.retired_at, old.retired_by) == (late, "a newer one, in time")


def test_interactions_that_no_operation_answers_are_told_until_a_version_answers_them(
    session: Session, orders: dict[str, int]
) -> None:
    received = hand_in(
        session, pact(read_order(), read_order(request={"method": "GET", "path": "/nothing/7"}))
    )
    assert (received.unmatched, received.contract.unmatched) == (("GET /nothing/7",), 1)
    publish_templates(session, "orders-api", "1.1.0", [("GET", "/nothing/{id}")], position=2)
    contracts.match_again(session, received.contract.api_id)
    assert contracts.find_contract(session, received.contract.id).unmatched == 0


def test_the_same_contract_handed_in_twice_is_one_however_it_is_laid_out(
    session: Session, orders: dict[str, int]
) -> None:
    first = hand_in(session, pact()).contract
    again = hand_in(session, pact().replace(b'", "', b'",\n "'), days=1).contract
    assert first.id == again.id
    assert len(first.version) == 12
    assert contracts.contracts(session).total == 1


def test_names_may_be_given_where_those_in_the_file_say_nothing(
    session: Session, orders: dict[str, int]
) -> None:
    directory.register(session, slug="shop", name="The Shop", now=NOW)
    data = pact(provider={"name": "Something else"}, consumer={"name": "Shop frontend"})
    with pytest.raises(BadContract, match="provider/name: no API is called “Something else”"):
        hand_in(session, data)
    with pytest.raises(ApiNotFound):
        hand_in(session, data, api_slug="nothing")
    with pytest.raises(ConsumerNotFound):
        hand_in(session, data, api_slug="orders-api", consumer_slug="nobody")
    kept = hand_in(session, data, api_slug="orders-api", consumer_slug="shop").contract
    assert kept.consumer.slug == "shop"


def test_a_consumer_is_known_by_its_name_too(session: Session, orders: dict[str, int]) -> None:
    directory.register(session, slug="shop", name="Checkout (Web)", now=NOW)
    assert hand_in(session, pact(consumer={"name": "checkout (web)"})).contract.consumer.slug == "shop"
    directory.register(session, slug="shop-2", name="Checkout (Web)", now=NOW)
    with pytest.raises(BadContract, match="more than one consumer is called"):
        hand_in(session, pact(consumer={"name": "checkout (web)"}))
    with pytest.raises(BadContract, match="no short name can be made of “日本”"):
        hand_in(session, pact(consumer={"name": "日本"}))


def test_the_traffic_that_names_nobody_has_no_contract(session: Session, orders: dict[str, int]) -> None:
    directory.unattributed(session, NOW)
    with pytest.raises(Exception, match="is kept for traffic that names no consumer"):
        hand_in(session, pact(consumer={"name": "Unattributed"}))


def test_paths_are_found_with_and_without_the_base_path(session: Session) -> None:
    found = publish_templates(session, "orders-api", "1.0.0", [("GET", "/v1/orders/{id}")])
    api = session.query(Api).one()
    match = contract_matcher(session, api.id)
    assert match("GET", "/v1/orders/7") == found["GET /v1/orders/{id}"]
    assert match("GET", "/v2/nothing") is None


def test_replaced_contracts_are_forgotten_after_their_time(session: Session, orders: dict[str, int]) -> None:
    for days in range(3):
        hand_in(session, pact(read_order(description=str(days))), days=days)
    assert contracts.forget_contracts(session, before=NOW + timedelta(days=10)) == 2
    [left] = contracts.contracts(session).items
    assert left.confirmed_at == NOW + timedelta(days=2)
