"""What differs between an operation that ends and its successor, compared ahead of the mails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select, update

from consumers.models import Usage
from deprecations.escalation import escalations
from deprecations.models import Deprecation, TargetKind
from deprecations.notices import plan_notices
from deprecations.packing import Desk, pack
from deprecations.successor_models import SuccessorDifferences
from deprecations.targets import Thing
from interfaces.publishing import Upload, publish_upload
from interfaces.runtime import Runtime, make_runtime
from interfaces.scheduler import compare_successors
from interfaces.settings import Settings
from notifications.models import Envelope
from registry import apis
from registry.models import Operation
from tests.support.factories_deprecations import make_consumer, make_contact, make_plan, make_usage

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
DESK = Desk(channel="mailbox", domain="sundial.example.com", base_url="https://sundial.example.com")


def answer(**properties: str) -> dict[str, object]:
    of = {name: {"type": kind} for name, kind in properties.items()}
    schema = {"type": "object", "required": [*of], "properties": of}
    return {"200": {"description": "It.", "content": {"application/json": {"schema": schema}}}}


def key(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def spec(version: str, **found: str) -> bytes:
    page = {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}}
    tree = {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": version},
        "paths": {
            "/carts/{id}": {
                "get": {"parameters": [key("id")], "responses": answer(id="string", total="integer")}
            },
            "/v2/baskets/{key}": {
                "parameters": [{"$ref": "#/components/parameters/Key"}],
                "get": {"parameters": [page], "responses": answer(id="string", **found)},
                "put": {"responses": answer(done="boolean")},
            },
        },
        "components": {"parameters": {"Key": key("key")}},
    }
    return yaml.safe_dump(tree).encode()


@pytest.fixture
def sundial(database_url: str, tmp_path: Path) -> Runtime:
    made = make_runtime(Settings(data_dir=tmp_path, database_url=database_url), lambda: NOW)
    with made.database.transaction() as session:
        apis.register(session, slug="shop", name="Shop", now=NOW)
    publish_upload(made, "shop", Upload("shop.yaml", spec("1.0.0", amount="number"), "upload", "dana"))
    with made.database.transaction() as session:
        cart = session.scalars(select(Operation).where(Operation.path == "/carts/{id}")).one()
        consumer = make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, cart, NOW)
        make_plan(session, cart, replacement="GET /v2/baskets/{key}", reason="Baskets hold more.")
    return made


def work(runtime: Runtime) -> int:
    return compare_successors(runtime, lambda: False)


def told(runtime: Runtime, now: datetime = NOW) -> str:
    with runtime.database.transaction() as session:
        plan_notices(session, NOW)
        pack(session, desk=DESK, now=now)
        return " ".join(session.scalars(select(Envelope)).one().text.split())


def test_a_mail_tells_what_differs_at_what_is_to_be_called_instead(sundial: Runtime) -> None:
    assert work(sundial) == 1
    text = told(sundial)
    assert "What differs there, for you: - " in text
    assert "Query parameter `page` is new, and has to be sent. Your calls can’t have it yet." in text
    assert "Answer 200 (application/json): `total` is not there." in text
    for nothing in ("path parameter", "was removed", "done", "deprecated.", "is not known"):
        assert nothing not in text


def test_it_is_compared_once_and_again_for_another_replacement(sundial: Runtime) -> None:
    assert [work(sundial), work(sundial)] == [1, 0]
    with sundial.database.transaction() as session:
        plan = session.scalars(select(Deprecation)).one()
        plan.replacement = "PUT /v2/baskets/{key}"
    assert [work(sundial), work(sundial)] == [1, 0]
    with sundial.database.reading() as session:
        texts = [one["text"] for one in session.scalars(select(SuccessorDifferences)).one().findings]
    assert any("`id` is not there" in text for text in texts)


def test_what_cannot_be_compared_is_noted_and_tried_no_more(sundial: Runtime) -> None:
    poor = replace(sundial, settings=sundial.settings.model_copy(update={"compare_memory_mb": 1}))
    assert [work(poor), work(poor)] == [1, 0]
    with sundial.database.reading() as session:
        kept = session.scalars(select(SuccessorDifferences)).one()
        assert kept.error
        assert kept.findings == []
    assert "How GET /v2/baskets/{key} differs is not known yet: your page shows it" in told(sundial)


def test_a_successor_that_nobody_published_differs_in_nothing_known(sundial: Runtime) -> None:
    with sundial.database.transaction() as session:
        session.scalars(select(Deprecation)).one().replacement = "GET /v3/baskets"
    assert work(sundial) == 0
    assert "differs" not in told(sundial)
    with sundial.database.reading() as session:
        assert session.scalars(select(SuccessorDifferences)).one().findings == []


def test_a_mail_waits_for_the_comparison_but_not_for_ever(sundial: Runtime) -> None:
    with sundial.database.transaction() as session:
        plan_notices(session, NOW)
        assert pack(session, desk=DESK, now=NOW + timedelta(minutes=14)) == 0
    late = told(sundial, NOW + timedelta(minutes=15))
    assert "How GET /v2/baskets/{key} differs is not known yet" in late


def test_nobody_is_called_silent_whose_first_mail_waits_for_its_comparison(sundial: Runtime) -> None:
    with sundial.database.reading() as session:
        plan = session.scalars(select(Deprecation)).one()
        late = plan.sunset_at - timedelta(days=3)
        session.execute(update(Usage).values(last_at=late))
        assert escalations(session, late) == ()
    work(sundial)
    with sundial.database.reading() as session:
        session.execute(update(Usage).values(last_at=late))
        assert len(escalations(session, late)) == 1


def test_a_mail_that_waited_tells_what_was_found_meanwhile(sundial: Runtime) -> None:
    with sundial.database.transaction() as session:
        plan_notices(session, NOW)
        assert pack(session, desk=DESK, now=NOW) == 0
    work(sundial)
    assert "`page` is new, and has to be sent." in told(sundial)


@pytest.mark.parametrize("named", ["amount", "response property “amount” of GET /v2/baskets/{key}"])
def test_a_part_that_ends_is_compared_with_the_part_that_takes_its_place(
    sundial: Runtime, named: str
) -> None:
    tree = yaml.safe_load(spec("1.1.0", amount="number"))
    tree["paths"]["/carts/{id}"]["get"]["responses"] = answer(total="integer", amount="number")
    upload = Upload("shop.yaml", yaml.safe_dump(tree).encode(), "upload", "dana")
    publish_upload(sundial, "shop", upload)
    with sundial.database.transaction() as session:
        cart = session.scalars(select(Operation).where(Operation.path == "/carts/{id}")).one()
        session.scalars(select(Deprecation)).one().state = "cancelled"
        thing = Thing(TargetKind.RESPONSE_PROPERTY, cart.api_id, cart.id, name="total")
        make_plan(session, cart, replacement=named, thing=thing)
    assert work(sundial) == 1
    said = "Answer 200 (application/json): `amount` is of type `number`, not `integer`."
    assert said in told(sundial)


def test_a_sentence_in_place_of_a_part_is_nothing_to_compare(sundial: Runtime) -> None:
    with sundial.database.transaction() as session:
        session.scalars(select(Deprecation)).one().replacement = "Ask for the basket instead."
    assert work(sundial) == 0
    assert "differs" not in told(sundial)
