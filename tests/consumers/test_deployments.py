"""Which versions of a consumer are out: branches hurt nobody, deployments take each other's place."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from consumers import contracts, deployments, directory
from consumers.contract_models import Contract
from consumers.contracts import Offer, receive
from consumers.deployments import Environment, Moved, environment_of
from consumers.errors import ConsumersError, NotFound
from tests.consumers.pacts.files import make_order, pact
from tests.support.factories_consumers import NOW, publish_templates

PRODUCTION, STAGING = Environment("production", True), Environment("staging", False)
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def orders(session: Session) -> None:
    publish_templates(session, "orders-api", "1.0.0", [("GET", "/v1/orders/{id}"), ("POST", "/v1/orders")])


def hand_in(session: Session, version: str, branch: str = "", *, main: bool = True) -> Contract:
    """Hand in a contract that no other version has, so that none stands for another."""
    data = pact(make_order({"note": version}))
    offer = Offer(data, "upload", version, branch=branch, is_main_line=main)
    return receive(session, offer, by="dana", now=NOW).contract


def deploy(session: Session, version: str, where: Environment = PRODUCTION, **how: bool) -> Moved:
    consumer = directory.find(session, "checkout-web")
    return deployments.deploy(session, consumer, version, where, now=LATER, **how)


def counting(session: Session, contract: Contract) -> set[str]:
    return {one.version for one in contracts.current_contracts(session, contract.api_id)}


def test_a_contract_of_a_branch_counts_only_while_its_version_is_deployed(session: Session) -> None:
    hand_in(session, "1", "main")
    branch = hand_in(session, "2", "feature/x", main=False)
    assert not branch.counts
    assert counting(session, branch) == {"1"}
    deploy(session, "2", STAGING)
    assert branch.counts
    assert counting(session, branch) == {"1", "2"}
    consumer = directory.find(session, "checkout-web")
    gone = deployments.withdraw(session, consumer, "2", STAGING, by="dana", now=LATER).retired
    assert (gone, branch.retired_at, counting(session, branch)) == ((), None, {"1"})


def test_a_branch_that_is_merged_counts(session: Session) -> None:
    branch = hand_in(session, "2", "feature/x", main=False)
    merged = hand_in(session, "2", "main")
    assert (merged.id, merged.branch, merged.counts) == (branch.id, "main", True)
    assert hand_in(session, "2", "feature/x", main=False).branch == "main"


def test_a_version_that_left_production_for_good_is_retired(session: Session) -> None:
    old, new = hand_in(session, "1"), hand_in(session, "2")
    deploy(session, "1", STAGING)
    deploy(session, "1")
    assert deploy(session, "2").retired == ()
    assert counting(session, new) == {"1", "2"}
    assert deploy(session, "2", STAGING).retired == ()
    assert old.retired_at is None, "leaving staging says nothing about where else it runs"
    deploy(session, "1")
    [retired] = deploy(session, "2").retired
    assert (retired.version, retired.retired_by, counting(session, new)) == ("1", "2 in its place", {"2"})
    deploy(session, "1", beside=True)
    assert counting(session, new) == {"1", "2"}


def test_a_version_that_nobody_handed_in_can_not_be_deployed(session: Session) -> None:
    hand_in(session, "1")
    with pytest.raises(NotFound, match="no contract of version 7"):
        deploy(session, "7")
    with pytest.raises(ConsumersError, match="1 to 80 characters"):
        environment_of("x" * 81)
    assert environment_of("Prod").is_production


def test_neither_a_branch_nor_time_takes_the_place_of_what_is_deployed(session: Session) -> None:
    first, second = hand_in(session, "1"), hand_in(session, "2")
    first.confirmed_at = second.confirmed_at = NOW - timedelta(days=90)
    deploy(session, "1")
    hand_in(session, "3", "feature/x", main=False)
    assert contracts.retire_replaced(session, before=NOW, now=NOW) == 0
    hand_in(session, "4", "main")
    assert contracts.retire_replaced(session, before=NOW, now=NOW) == 1
    assert contracts.forget_contracts(session, before=NOW) == 1
    assert counting(session, first) == {"1", "4"}


def test_where_versions_run_is_taken_over_from_who_knows_it(session: Session) -> None:
    old, new = hand_in(session, "1"), hand_in(session, "2")
    elsewhere = Environment("live-eu", True)
    deploy(session, "1")
    deploy(session, "1", elsewhere)
    running = {new.id: [PRODUCTION, STAGING]}
    known = (PRODUCTION, STAGING)
    assert deployments.settle(session, new.api_id, running, known, by="a broker", now=LATER) == ()
    assert [one.environment for one in old.deployments] == ["live-eu"]
    assert [one.environment for one in new.deployments] == ["production", "staging"]
    gone = deployments.settle(session, new.api_id, {new.id: []}, known, by="a broker", now=LATER)
    assert [(one.version, one.retired_by) for one in gone] == [("2", "a broker")]
