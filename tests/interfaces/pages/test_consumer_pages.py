from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from access.audit import trail
from consumers import directory
from consumers.models import Contact, Credential, Usage
from registry.publish import Published
from tests.consumers.pacts.files import pact
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.documents import openapi
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)

Publish = Callable[..., Published]
SECRET = "sk_live_4f9a1c7e2b8d"


def last_act(visitor: Visitor) -> tuple[str, str]:
    with visitor.runtime.database.reading() as session:
        entry = trail(session).items[0]
        return entry.action, entry.detail


@pytest.fixture
def acme(visitor: Visitor) -> Visitor:
    """The visitor, once Acme is registered."""
    visitor.act("/consumers/new", slug="acme", name="Acme Sync", team="Acme", description="It syncs.")
    return visitor


def test_a_consumer_is_registered_and_asked_how_traffic_names_it(visitor: Visitor) -> None:
    page = visitor.act("/consumers/new", slug="acme", name="Acme Sync")
    assert "Traffic can’t be told apart" in page
    assert last_act(visitor)[0] == "consumer registered"
    assert "Acme Sync" in visitor.get("/consumers")


def test_a_name_that_is_taken_keeps_what_was_written(acme: Visitor) -> None:
    answer = acme.send("/consumers/new", slug="acme", name="Another")
    assert answer.status_code == 422
    assert "there is a consumer called acme already" in answer.text
    assert 'value="Another"' in answer.text


def test_consumers_are_found_by_their_team(acme: Visitor) -> None:
    acme.act("/consumers/new", slug="other", name="Other", team="Elsewhere")
    said = words(acme.get("/consumers?q=elsewhere"))
    assert "Other" in said
    assert "Acme Sync" not in said
    assert "Nobody is called so" in acme.get("/consumers?q=%3Cb%3E")


def test_a_contact_comes_and_goes(acme: Visitor) -> None:
    fields = {"name": "Dana", "email": "dana@example.com", "role": "owner", "zone": "Europe/Berlin"}
    assert "dana@example.com is told from now on" in acme.act("/consumers/acme/contacts", **fields)
    assert last_act(acme) == ("contact added", "dana@example.com")
    page = acme.act("/consumers/acme/contacts/1/remove")
    assert "Nobody is told" in page
    assert last_act(acme) == ("contact removed", "dana@example.com")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody"}, "is no e-mail address"),
        ({"zone": "Middle/Earth"}, "is no time zone"),
        ({"role": "king"}, "is no role"),
    ],
)
def test_a_contact_that_makes_no_sense_is_refused(acme: Visitor, changes: dict[str, str], said: str) -> None:
    fields = {"name": "Dana", "email": "dana@example.com", "role": "owner", "zone": "UTC"} | changes
    answer = acme.send("/consumers/acme/contacts", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Dana"' in answer.text
    with acme.runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_contact_of_somebody_else_is_out_of_reach(acme: Visitor) -> None:
    with acme.runtime.database.transaction() as session:
        contact = make_contact(session, make_consumer(session, "other"))
    assert f"acme has no contact {contact.id}" in acme.act(f"/consumers/acme/contacts/{contact.id}/remove")
    with acme.runtime.database.reading() as session:
        assert session.get(Contact, contact.id) is not None


def test_the_value_of_a_credential_is_shown_and_kept_nowhere(acme: Visitor) -> None:
    page = acme.act("/consumers/acme/credentials", kind="api-key", value=SECRET)
    assert "names Acme Sync now" in page
    assert SECRET not in page
    action, detail = last_act(acme)
    assert action == "credential added"
    assert SECRET not in detail
    acme.act("/consumers/new", slug="other", name="Other")
    taken = acme.send("/consumers/other/credentials", kind="api-key", value=SECRET)
    assert taken.status_code == 422
    assert "names acme already" in taken.text
    assert SECRET not in taken.text


def test_an_unknown_name_is_given_to_its_consumer_with_the_calls_before(acme: Visitor) -> None:
    with acme.runtime.database.transaction() as session:
        nobody = directory.unattributed(session, NOW)
        operation = make_operation(session, make_api(session))
        credential = Credential(
            consumer_id=nobody.id, kind="user-agent", digest="d" * 64, hint="acme-cli", created_at=NOW
        )
        session.add(credential)
        session.flush()
        make_usage(session, nobody, operation, NOW - timedelta(hours=1), 40)
    assert "acme-cli" in acme.get("/consumers/unattributed?view=credentials")
    page = acme.act("/consumers/unattributed/credentials/1/move", to="acme")
    assert "40 calls went along" in page
    assert last_act(acme)[0] == "credential moved"
    with acme.runtime.database.reading() as session:
        owner = directory.find(session, "acme")
        assert session.scalars(select(Usage.consumer_id)).all() == [owner.id]


def test_a_name_is_given_to_nobody_that_is_not_there(acme: Visitor) -> None:
    acme.act("/consumers/acme/credentials", kind="user", value="acme")
    answer = acme.send("/consumers/acme/credentials/1/move", to="nobody")
    assert answer.status_code == 422
    assert "there is no consumer called nobody" in answer.text


def test_what_it_calls_that_ends_comes_first_and_a_missing_contact_is_named(acme: Visitor) -> None:
    with acme.runtime.database.transaction() as session:
        api = make_api(session)
        ending, staying = make_operation(session, api), make_operation(session, api, "GET /v1/depots")
        consumer = make_consumer(session, "mute-job")
        make_usage(session, consumer, ending, NOW - timedelta(hours=1), 7)
        make_usage(session, consumer, staying, NOW - timedelta(hours=3), 900)
        make_plan(session, ending)
    said = words(acme.get("/consumers/mute-job"))
    assert "It calls 1 operation that ends, and nobody can be told" in said
    assert said.index("What of it ends") < said.index("GET /v1/orders/{id}") < said.index("GET /v1/depots")
    assert "1 operation" in words(acme.get("/consumers"))


def test_what_is_said_about_a_consumer_is_changed_and_never_markup(acme: Visitor) -> None:
    evil = "<script>alert(1)</script>"
    page = acme.act("/consumers/acme/change", name=evil, team="T", description=evil)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert last_act(acme)[0] == "consumer changed"


@pytest.mark.parametrize("view", ["", "calls", "contacts", "credentials", "notices", "nonsense"])
def test_every_view_answers_for_somebody_who_never_called(acme: Visitor, view: str) -> None:
    assert "Acme Sync" in acme.get(f"/consumers/acme?view={view}")
    acme.get(f"/consumers/nobody?view={view}", 404)


def test_a_contract_is_handed_in_and_shown_with_what_it_relies_on(visitor: Visitor, publish: Publish) -> None:
    publish("orders-api", openapi("1.0.0", "GET /v1/orders/{id}"))
    assert "No contract yet" in visitor.get("/contracts")
    said = words(visitor.act("/contracts", token_from="/contracts", pact=pact(), version="1.2.0"))
    assert "checkout-web was registered for it" in said
    assert "read one open order GET /v1/orders/42 → 200" in said
    assert "lines/*/sku" in said
    page = visitor.get("/consumers/checkout-web?view=contracts")
    assert "1.2.0" in page
    assert "Counts" in page
    assert "checkout-web" in visitor.get("/contracts")


def test_an_interaction_that_no_operation_answers_is_shown_as_such(
    visitor: Visitor, publish: Publish
) -> None:
    publish("orders-api", openapi("1.0.0", "GET /v2/elsewhere"))
    said = words(visitor.act("/contracts", token_from="/contracts", pact=pact()))
    assert "No such operation" in said
    assert "answers GET /v1/orders/42: what it relies on there is not known" in said
    assert "Counts in part" in words(visitor.get("/contracts"))


def test_a_file_that_is_no_contract_is_refused_beside_its_form(visitor: Visitor, publish: Publish) -> None:
    publish("orders-api", openapi("1.0.0", "GET /v1/orders/{id}"))
    answer = visitor.send("/contracts", token_from="/contracts", pact=b"{", version="1.2.0")
    assert answer.status_code == 422
    assert "line 1, column 2" in answer.text
    assert 'value="1.2.0"' in answer.text
    assert "Choose the Pact file." in visitor.send("/contracts", token_from="/contracts").text


def test_a_contract_is_retired_and_counts_again(visitor: Visitor, publish: Publish) -> None:
    publish("orders-api", openapi("1.0.0", "GET /v1/orders/{id}"))
    visitor.act("/contracts", token_from="/contracts", pact=pact(), version="1.2.0")
    assert "retired by" in words(visitor.act("/contracts/1/retire", token_from="/contracts/1", retired="yes"))
    assert "Retired" in words(visitor.get("/contracts"))
    visitor.act("/contracts/1/retire", token_from="/contracts/1", retired="no")
    assert last_act(visitor) == ("contract resumed", "1.2.0 with orders-api")


def test_a_contract_of_a_branch_waits_until_it_runs_somewhere(visitor: Visitor, publish: Publish) -> None:
    publish("orders-api", openapi("1.0.0", "GET /v1/orders/{id}"))
    visitor.act("/contracts", token_from="/contracts", pact=pact(), version="1.2.0", branch="feature/x")
    assert "It doesn’t count yet: the branch feature/x" in words(visitor.get("/contracts/1"))
    assert "Waits" in words(visitor.get("/contracts"))
    page, told = "/contracts/1", {"token_from": "/contracts/1"}
    said = words(visitor.act(f"{page}/deployments", **told, environment="production"))
    assert "checkout-web 1.2.0 runs in production" in said
    assert last_act(visitor) == ("version deployed", "1.2.0 in production")
    assert "Counts" in words(visitor.get("/contracts"))
    said = words(visitor.act(f"{page}/deployments", **told, environment="production", deployed="no"))
    assert "1.2.0 ran nowhere else and counts no more" in said
    assert "1 to 80 characters" in words(visitor.act(f"{page}/deployments", **told, environment=" "))


def test_a_contract_is_taken_away(visitor: Visitor, publish: Publish) -> None:
    publish("orders-api", openapi("1.0.0", "GET /v1/orders/{id}"))
    visitor.act("/contracts", token_from="/contracts", pact=pact(), version="1.2.0")
    assert "No contract" in visitor.act("/contracts/1/remove", token_from="/contracts/1")
    assert last_act(visitor) == ("contract removed", "1.2.0 with orders-api")
    visitor.get("/contracts/1", 404)


def test_two_consumers_are_merged_and_parted_again(acme: Visitor) -> None:
    acme.act("/consumers/new", slug="old", name="Acme Old")
    for slug, value in (("acme", "key-number-one"), ("old", "key-number-two")):
        acme.act(f"/consumers/{slug}/credentials", kind="api-key", value=value)
    said = words(acme.act("/consumers/acme/merge", **{"from": "old"}))
    assert "Acme Old is one with Acme Sync now; 0 calls went along." in said
    assert last_act(acme) == ("consumer merged", "with old")
    page = acme.get("/consumers/acme?view=credentials")
    assert "Split it in two" in page
    said = words(acme.act("/consumers/acme/split", slug="again", name="Acme again", credential="2"))
    assert "Acme again is a consumer of its own now" in said
    refused = acme.send("/consumers/acme/split", slug="third", name="Third")
    assert refused.status_code == 422
    assert "one at least" in refused.text


def test_a_list_shows_what_it_would_change_before_it_does(visitor: Visitor) -> None:
    def hand_in(text: str, **more: str) -> TestResponse:
        fields = {"format": "csv", **more}
        return visitor.send("/consumers/import", token_from="/consumers/import", list=text.encode(), **fields)

    text = "consumer,name\nshop,The shop\n"
    tried = hand_in(text, **{"try": "1"})
    assert "list.yaml would make 1 change." in words(tried.text)
    visitor.get("/consumers/shop", 404)
    refused = hand_in("consumer\nother\n")
    assert refused.status_code == 422
    assert "Nothing was changed: 1 fault line 2: there is no consumer called other" in words(refused.text)
    assert hand_in(text).status_code == 302
    assert "The shop" in visitor.get("/consumers/shop")


def test_a_consumer_says_what_it_may_call_again_by_its_own_rhythm(acme: Visitor) -> None:
    with acme.runtime.database.transaction() as session:
        operation = make_operation(session, make_api(session))
        monthly = make_consumer(session, "monthly", name="Month end")
        for days in (95, 64, 33):
            make_usage(session, monthly, operation, NOW - timedelta(days=days))
        number = operation.id
    said = words(acme.get("/consumers/monthly"))
    assert "Silent, but not gone" in said
    assert "Pauses of up to 31 days" in said
    assert "Month end Pauses of up to 31 days" in words(acme.get(f"/operations/{number}"))
    assert "Silent, but not gone" not in acme.get("/consumers/acme")


def test_a_consumer_and_an_operation_say_what_changes_and_contracts_mean_for_them(
    visitor: Visitor, publish: Publish
) -> None:
    publish("orders-api", openapi("1.0.0", "GET /v1/orders/{id}", "GET /v1/orders"))
    visitor.act("/contracts", token_from="/contracts", pact=pact(), version="1.2.0")
    said = words(visitor.get("/operations/1"))
    assert "Who relies on it by contract" in said
    assert "checkout-web 1.2.0 1 interaction expand id status lines" in said
    assert "Who relies on it by contract" not in visitor.get("/operations/2")

    publish("orders-api", openapi("2.0.0", "GET /v1/orders"))
    said = words(visitor.get("/consumers/checkout-web"))
    assert "What the newest versions do to it Orders-Api 1.0.0 to 2.0.0 Hurt" in said
    assert "Its contract calls it: “read one open order”." in said


def test_a_contact_is_told_elsewhere_and_the_secret_is_shown_once(acme: Visitor) -> None:
    acme.act("/consumers/acme/contacts", name="Dana", email="dana@example.com", role="team", zone="UTC")
    place = "/consumers/acme/contacts/1"
    assert place in acme.get("/consumers/acme?view=contacts")
    assert "By mail, to dana@example.com" in words(acme.get(place))
    shown = acme.send(f"{place}/channel", channel="webhook", address="https://hooks.example.com/very/secret")
    assert shown.status_code == 200
    assert "whsec_" in shown.text
    page = acme.get(place)
    assert "whsec_" not in page
    assert "hooks.example.com/…cret" in page
    assert "very/secret" not in page
    assert "Two secrets sign now" not in page
    first = acme.send(f"{place}/secret").text
    assert (first.count("whsec_"), "signs no more" in first) == (1, False)
    assert "Two secrets sign now" in acme.get(place)
    assert "signs no more: two sign at a time" in acme.send(f"{place}/secret").text
    trial = words(acme.act(f"{place}/trial"))
    assert "Queued" in trial
    assert '"type": "trial"' in trial
    refused = acme.send(f"{place}/channel", channel="slack", address="https://localhost/very/secret")
    assert refused.status_code == 422
    assert "SUNDIAL_CHANNEL_PRIVATE_ADDRESSES" in refused.text
    assert "very/secret" not in refused.text
    assert "is told by mail from now on" in words(acme.act(f"{place}/channel", channel="mail", address=""))
    assert "is changed" in words(
        acme.act(f"{place}/change", name="Dana S", role="owner", zone="Europe/Berlin", language="de")
    )
    assert '<option value="de" selected>' in acme.get(place)
    assert acme.send(f"{place}/change", name="", role="x", zone="y").status_code == 422
