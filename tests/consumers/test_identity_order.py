"""By which attributes callers are told apart, per API."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consumers.confidence import Confidence, confidence_in
from consumers.errors import ConsumersError
from consumers.identity_order import (
    USUAL_ATTRIBUTES,
    attribute,
    attributes_of,
    confidences,
    has_own_order,
    reset_attributes,
    set_attributes,
)
from consumers.ingest import ingest
from consumers.models import Credential, Usage
from registry.models import Api
from tests.support.factories_consumers import NOW, PEPPER, event, publish_templates


@pytest.fixture
def apis(session: Session) -> tuple[int, int]:
    """Two APIs, orders and depots, with one operation each."""
    publish_templates(session, "orders", "1", [("GET", "/v1/orders/{id}")])
    publish_templates(session, "depots", "1", [("GET", "/v1/depots/{id}")])
    rows = dict(session.execute(select(Api.slug, Api.id)).all())
    return rows["orders"], rows["depots"]


def kinds_after(session: Session, *lines: bytes) -> list[str]:
    """Count lines; answer the kinds of names that they were counted under."""
    key = str(hash(lines))
    ingest(session, source="edge", key=key, log_format="ndjson", data=lines, pepper=PEPPER, now=NOW)
    counted = select(Credential.kind).join(Usage, Usage.credential_id == Credential.id)
    return sorted(session.scalars(counted.order_by(Credential.kind)))


BOTH = {"api-key": "a-key-of-the-shop", "header": "shop"}


def test_an_api_without_an_order_of_its_own_has_the_usual_one(
    session: Session, apis: tuple[int, int]
) -> None:
    assert attributes_of(session, apis[0]) == USUAL_ATTRIBUTES
    assert [one.kind for one in USUAL_ATTRIBUTES] == [
        *("app-id", "client-id", "api-key", "certificate", "header", "user", "user-agent")
    ]
    assert kinds_after(session, event("/v1/orders/7", identity=BOTH)) == ["api-key"]


def test_an_order_holds_for_the_calls_of_its_own_api(session: Session, apis: tuple[int, int]) -> None:
    set_attributes(session, apis[0], [attribute("header", "certain"), attribute("api-key")])
    lines = (event("/v1/orders/7", identity=BOTH), event("/v1/depots/7", identity=BOTH))
    assert kinds_after(session, *lines) == ["api-key", "header"]


def test_what_is_left_out_names_nobody(session: Session, apis: tuple[int, int]) -> None:
    set_attributes(session, apis[0], [attribute("certificate")])
    line = event("/v1/orders/7", identity={"api-key": "a-key-of-the-shop"}, user_agent="x/1")
    assert kinds_after(session, line) == ["none"]


def test_the_usual_order_comes_back(session: Session, apis: tuple[int, int]) -> None:
    set_attributes(session, apis[0], [attribute("header")])
    set_attributes(session, apis[0], [attribute("user")])
    assert [one.kind for one in attributes_of(session, apis[0])] == ["user"]
    reset_attributes(session, apis[0])
    assert not has_own_order(session, apis[0])


def test_how_sure_a_name_is_is_the_apis_own_word(session: Session, apis: tuple[int, int]) -> None:
    set_attributes(session, apis[0], [attribute("header", "certain"), attribute("api-key", "weak")])
    known = confidences(session, apis[0])
    assert confidence_in(["header"], known) is Confidence.CERTAIN
    assert confidence_in(["api-key"], known) is Confidence.WEAK
    assert confidence_in(["user"], known) is Confidence.WEAK
    assert confidence_in(["header"]) is Confidence.LIKELY


def test_an_order_that_makes_no_sense_is_refused(session: Session, apis: tuple[int, int]) -> None:
    with pytest.raises(ConsumersError, match="header stands in the order twice"):
        set_attributes(session, apis[0], [attribute("header"), attribute("header", "weak")])
    with pytest.raises(ConsumersError, match="name one attribute at least"):
        set_attributes(session, apis[0], [])
    with pytest.raises(ConsumersError, match="“address” is no attribute of a call"):
        attribute("address")
    with pytest.raises(ConsumersError, match="“sure” is no confidence"):
        attribute("header", "sure")
