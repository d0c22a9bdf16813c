import re
from collections.abc import Callable

import pytest

from access.audit import trail
from access.models import AuditEntry
from consumers.identity_order import attributes_of, has_own_order
from deprecations.policies import terms_of
from registry import apis, repositories
from registry.models import Api, SpecRepository, StoredComparison, Version
from registry.publish import Published
from tests.interfaces.pages.conftest import Visitor, words
from tests.support.documents import openapi

Publish = Callable[..., Published]


def test_an_api_is_registered_and_asks_for_its_first_version(visitor: Visitor) -> None:
    page = visitor.act("/apis/new", slug="orders", name="Orders", description="", owner="Platform")
    assert "Publish a version" in page
    assert "Orders" in visitor.get("/apis")
    with visitor.runtime.database.reading() as session:
        entry = trail(session).items[0]
        assert (entry.actor, entry.action, entry.subject) == ("mara@example.com", "api registered", "orders")


def test_a_name_that_is_taken_is_said_beside_the_form_which_keeps_what_was_written(visitor: Visitor) -> None:
    visitor.act("/apis/new", slug="orders", name="Orders")
    answer = visitor.send("/apis/new", slug="orders", name="Other orders")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "there is an API called orders already" in page
    assert "Other orders" in page


def test_an_upload_is_published_and_compared_with_the_version_before(
    visitor: Visitor, publish: Publish
) -> None:
    publish("orders", openapi("1.0.0", "GET /orders", "GET /orders/{id}"))
    page = visitor.act("/apis/orders/publish", document=openapi("2.0.0", "GET /orders").encode(), label="")
    assert "1.0.0 to 2.0.0" in page
    assert "1 breaking change" in page
    assert "GET /orders/{id}" in page
    versions = visitor.get("/apis/orders")
    assert "2.0.0" in versions
    assert "1 breaking" in versions


def test_the_very_same_document_makes_no_version(visitor: Visitor, publish: Publish) -> None:
    text = openapi("1.0.0", "GET /orders")
    publish("orders", text)
    assert "nothing was published" in visitor.act("/apis/orders/publish", document=text.encode(), label="")
    with visitor.runtime.database.reading() as session:
        assert session.query(Version).count() == 1


def test_a_document_with_a_mistake_is_refused_with_its_line_and_changes_nothing(
    visitor: Visitor, publish: Publish
) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    broken = b"openapi: 3.0.3\ninfo: {title: Orders, version: 2}\npaths:\n  /orders: [\n"
    answer = visitor.send("/apis/orders/publish", document=broken, label="")
    assert answer.status_code == 422
    assert "document.yaml:" in answer.get_data(as_text=True)
    with visitor.runtime.database.reading() as session:
        assert session.query(Version).count() == 1


def test_any_two_versions_are_compared_and_the_answer_is_found_again(
    visitor: Visitor, publish: Publish
) -> None:
    for number in (1, 2, 3):
        publish("orders", openapi(f"{number}.0.0", *[f"GET /orders/{one}" for one in range(number)]))
    page = visitor.act("/apis/orders/compare", old="1.0.0", new="3.0.0")
    assert "1.0.0 to 3.0.0" in page
    visitor.act("/apis/orders/compare", old="1.0.0", new="3.0.0")
    with visitor.runtime.database.reading() as session:
        assert session.query(StoredComparison).count() == 3


def test_an_unknown_version_is_named_and_nothing_is_asked_for(visitor: Visitor, publish: Publish) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    assert "orders has no version 9.9.9" in visitor.act("/apis/orders/compare", old="9.9.9", new="1.0.0")
    with visitor.runtime.database.reading() as session:
        assert session.query(StoredComparison).count() == 0


def test_the_promise_to_consumers_is_changed_and_written_down(visitor: Visitor, publish: Publish) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    visitor.act("/apis/orders/policy", minimum_notice_days="120")
    with visitor.runtime.database.reading() as session:
        terms = terms_of(session, apis.find_api(session, "orders").id)
        assert terms.minimum_notice_days == 120
        assert not terms.replacement_required
        assert trail(session).items[0].action == "policy changed"


@pytest.mark.parametrize("days", ["", "soon", "-1", "99999"])
def test_a_promise_that_makes_no_sense_is_refused(visitor: Visitor, publish: Publish, days: str) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    before = _acts(visitor)
    assert visitor.send("/apis/orders/policy", minimum_notice_days=days).status_code == 422
    assert _acts(visitor) == before


def test_an_administrator_sees_a_webhooks_secret_and_begins_a_new_one(
    visitor: Visitor, publish: Publish
) -> None:
    repository = _connected(visitor, publish)
    secret = repositories.webhook_secret(repository, visitor.runtime.secret_key)
    assert secret in visitor.get("/apis/orders?view=settings")
    assert secret not in visitor.act(f"/apis/orders/repositories/{repository.id}/secret")


def test_others_see_no_webhook_secret_and_may_not_begin_one(visitor: Visitor, publish: Publish) -> None:
    repository = _connected(visitor, publish)
    secret = repositories.webhook_secret(repository, visitor.runtime.secret_key)
    other = Visitor(visitor.client.application.test_client(), visitor.runtime)
    other.sign_in("tom@example.com", is_administrator=False)
    assert secret not in other.get("/apis/orders?view=settings")
    assert other.send(f"/apis/orders/repositories/{repository.id}/secret").status_code == 403


def test_a_repository_that_may_not_be_read_is_refused_beside_the_form(
    visitor: Visitor, publish: Publish
) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    fields = {"host": "git", "location": "/etc", "branch": "main", "path": "openapi.yaml"}
    answer = visitor.send("/apis/orders/repositories", **fields)
    assert answer.status_code == 422
    assert "reads no local repositories" in answer.get_data(as_text=True)
    with visitor.runtime.database.reading() as session:
        assert session.query(SpecRepository).count() == 0


def test_a_published_document_is_plain_text_whatever_it_holds(visitor: Visitor, publish: Publish) -> None:
    text = openapi("1.0.0", "GET /orders", summary="<script>alert(1)</script>")
    publish("orders", text)
    answer = visitor.client.get("/apis/orders/versions/1.0.0/document")
    assert answer.get_data(as_text=True) == text
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_place_in_a_document_is_shown_with_the_lines_around_it(visitor: Visitor, publish: Publish) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    page = visitor.get("/apis/orders/versions/1.0.0/source?line=4")
    assert 'class="line at" id="L4"' in page
    assert "version" in page


@pytest.mark.parametrize(
    "path",
    [
        "/apis/nothing",
        "/apis/nothing/publish",
        "/operations/9",
        "/comparisons/9",
        "/comparisons/9/report.json",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(visitor: Visitor, path: str) -> None:
    assert "There is no" in visitor.get(path, 404)


def _connected(visitor: Visitor, publish: Publish) -> SpecRepository:
    publish("orders", openapi("1.0.0", "GET /orders"))
    fields = {"host": "github", "location": "fernwick/specs", "branch": "main", "path": "orders.yaml"}
    visitor.act("/apis/orders/repositories", **fields)
    with visitor.runtime.database.reading() as session:
        return session.query(SpecRepository).join(Api).one()


def _acts(visitor: Visitor) -> int:
    with visitor.runtime.database.reading() as session:
        return session.query(AuditEntry).count()


def test_what_replies_carry_is_set_on_the_settings_page(
    visitor: Visitor, publish: Callable[..., Published]
) -> None:
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    page = visitor.act("/apis/orders/edge", policy_link="https://docs.example.com/policy")
    assert "gateways and services have it by their next poll" in page
    assert 'value="https://docs.example.com/policy"' in page
    assert not re.search(r'name="links"[^>]*checked', page)
    assert "sundial_rules_" in page
    refused = visitor.send("/apis/orders/edge", policy_link="nowhere")
    assert refused.status_code == 422
    assert "The policy 'nowhere' is no link" in words(refused.text)


def test_callers_are_told_apart_as_an_apis_settings_say(visitor: Visitor, publish: Publish) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    ranks = {"rank-header": "1", "confidence-header": "certain", "rank-user": "2", "confidence-user": "weak"}
    page = visitor.act("/apis/orders/identity", **ranks)
    assert "told apart so" in page
    with visitor.runtime.database.reading() as session:
        told = [(str(one.kind), str(one.confidence)) for one in attributes_of(session, 1)]
    assert told == [("header", "certain"), ("user", "weak")]
    refused = visitor.send("/apis/orders/identity", **{"rank-header": "1", "rank-user": "1"})
    assert refused.status_code == 422
    assert "header and user both stand at place 1" in refused.text
    visitor.act("/apis/orders/identity", usual="1")
    with visitor.runtime.database.reading() as session:
        assert not has_own_order(session, 1)


def test_exacter_promises_are_made_and_taken_away(
    visitor: Visitor, publish: Callable[..., Published]
) -> None:
    publish("orders", openapi("1.0.0", "GET /v1/orders/{id}"))
    filled = words(visitor.get("/apis/orders?view=settings&preset=github"))
    assert "As GitHub REST API publishes it" in filled
    asked = {"minimum_notice_days": "30", "stability": "beta", "approval_required": "1"}
    page = words(visitor.act("/apis/orders/policy", **asked))
    assert "beta, everybody: 30 days of notice, approved" in page
    visitor.act("/apis/orders/policy", stability="beta", remove="1")
    assert "Exacter promises" not in visitor.get("/apis/orders?view=settings")
    with visitor.runtime.database.reading() as session:
        assert terms_of(session, apis.find_api(session, "orders").id).minimum_notice_days == 90


def test_marks_without_a_plan_are_listed_with_a_form_each(
    visitor: Visitor, publish: Callable[..., Published]
) -> None:
    document = openapi("1.0.0", "GET /v1/orders/{id}").replace('"get": {', '"get": {"deprecated": true, ')
    publish("orders", document)
    page = visitor.get("/apis/orders")
    assert "Marked as deprecated, without a plan" in page
    assert "/deprecations/new?operation=1" in page


def test_what_carries_a_version_is_said_and_taken_back(visitor: Visitor) -> None:
    visitor.act("/apis/new", slug="orders", name="Orders")
    said = {"carrier": "query", "name": "v", "values": "1, 2"}
    assert 'value="1, 2"' in visitor.act("/apis/orders/version-rule", **said)
    refused = visitor.send("/apis/orders/version-rule", carrier="query", values="1")
    assert (refused.status_code, "name the query parameter" in refused.text) == (422, True)
    assert 'value="1, 2"' not in visitor.act("/apis/orders/version-rule", carrier="")
