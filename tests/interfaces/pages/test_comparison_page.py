import json
from collections.abc import Callable
from datetime import timedelta

import jsonschema_rs
import pytest
from sqlalchemy import select

from diffing.contract import schema, to_json
from interfaces.stored_report import comparison_in
from registry import comparisons
from registry.models import Operation, StoredComparison
from registry.publish import Published
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.documents import openapi
from tests.support.factories_deprecations import make_consumer, make_source, make_usage

Publish = Callable[..., Published]


@pytest.fixture
def broken(visitor: Visitor, publish: Publish) -> Visitor:
    """Somebody looking at a version that takes an operation away and brings another."""
    publish("orders", openapi("1.0.0", "GET /orders", "GET /orders/{id}"))
    publish("orders", openapi("1.1.0", "GET /orders", "POST /orders"))
    return visitor


def test_the_verdict_comes_first_with_the_step_that_it_calls_for(broken: Visitor) -> None:
    with broken.runtime.database.transaction() as session:
        make_source(session)
    said = words(broken.act("/comparisons/1/impact"))
    assert "1 breaking change: no consumer is known to call this API." in said
    assert "A major step is needed, but info.version took a minor one" in said
    assert said.index("1 breaking change") < said.index("GET /orders/{id}")


def test_where_no_source_reports_it_is_not_known_who_is_hit(broken: Visitor) -> None:
    said = words(broken.get("/comparisons/1"))
    assert "1 breaking change: who is hit is not known." in said
    assert "No source of usage reports on this API, so silence proves nothing." in said


def test_whom_a_change_hits_is_told_as_it_stood_until_somebody_asks_again(broken: Visitor) -> None:
    with broken.runtime.database.transaction() as session:
        make_source(session)
        [operation] = session.scalars(select(Operation).where(Operation.path == "/orders/{id}"))
        make_usage(session, make_consumer(session), operation, NOW - timedelta(days=1), calls=1204)
    assert "Acme Sync" not in broken.get("/comparisons/1")

    said = words(broken.act("/comparisons/1/impact"))
    assert "1 breaking change: 1 of 1 consumer is hurt." in said
    assert "Hurt Acme Sync by 1 finding, up to 1,204 calls, last 24 hours ago" in said
    assert "Every call to it is hit. from its calls; certainly this consumer" in said
    assert "As of 2026-11-22 09:41 UTC, from the calls of 30 days." in said


@pytest.mark.parametrize("name", ["markdown", "html", "json"])
def test_a_report_tells_whom_each_finding_hits(broken: Visitor, name: str) -> None:
    with broken.runtime.database.transaction() as session:
        [operation] = session.scalars(select(Operation).where(Operation.path == "/orders/{id}"))
        make_usage(session, make_consumer(session, name="<b>Acme</b>"), operation, NOW - timedelta(days=1))
    broken.act("/comparisons/1/impact")
    report = broken.client.get(f"/comparisons/1/report.{name}").text
    if name == "json":
        data = json.loads(report)
        jsonschema_rs.Draft202012Validator(json.loads(schema())).validate(data)
        assert data["impact"]["counts"]["hurt"] == 1
        assert data["impact"]["findings"][0]["fingerprint"] == data["findings"][0]["fingerprint"]
    else:
        assert "1 of 1 consumer is hurt" in report
        assert "&lt;b&gt;Acme&lt;" in report


def test_findings_of_one_level_are_shown_when_the_address_asks_for_it(broken: Visitor) -> None:
    breaking, compatible = (
        words(broken.get(f"/comparisons/1?level={level}")) for level in ("breaking", "compatible")
    )
    assert "GET /orders/{id}" in breaking
    assert "POST /orders" not in breaking
    assert "POST /orders" in compatible
    assert "GET /orders/{id}" not in compatible


def test_a_level_that_is_empty_says_so(broken: Visitor) -> None:
    assert "No dangerous findings" in broken.get("/comparisons/1?level=dangerous")


def test_a_breaking_finding_leads_to_the_form_that_plans_an_end_instead(broken: Visitor) -> None:
    with broken.runtime.database.reading() as session:
        fingerprint = json.loads(comparisons.report_of(session, 1) or b"")["findings"][0]["fingerprint"]
    page = broken.get("/comparisons/1?level=breaking")
    assert f"finding={fingerprint}" in page
    assert "Deprecate this operation instead" in page


def test_a_place_leads_to_its_line_in_the_document(broken: Visitor) -> None:
    page = broken.get("/comparisons/1?level=breaking")
    assert "/apis/orders/versions/1.0.0/source?file=openapi.yaml&amp;line=" in page


@pytest.mark.parametrize(
    ("name", "media_type", "told"),
    [
        ("json", "application/json", '"rule"'),
        ("markdown", "text/markdown", "GET /orders/{id}"),
        ("html", "text/html", "GET /orders/{id}"),
    ],
)
def test_a_report_is_taken_away_as_a_file(broken: Visitor, name: str, media_type: str, told: str) -> None:
    answer = broken.client.get(f"/comparisons/1/report.{name}")
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="orders-1.0.0-to-1.1.0.')
    assert told in answer.get_data(as_text=True)


def test_a_report_of_an_unknown_kind_is_not_there(broken: Visitor) -> None:
    assert "There is no report called exe" in broken.get("/comparisons/1/report.exe", 404)


def test_a_stored_report_is_read_back_without_loss(broken: Visitor) -> None:
    with broken.runtime.database.reading() as session:
        stored = comparisons.report_of(session, 1)
    assert stored
    assert to_json(comparison_in(stored)) == stored


def test_a_comparison_that_is_being_made_asks_again_by_itself(broken: Visitor) -> None:
    with broken.runtime.database.transaction() as session:
        session.get_one(StoredComparison, 1).state = "pending"
    page = broken.get("/comparisons/1")
    assert '<meta http-equiv="refresh"' in page
    assert "Being compared" in page


def test_a_comparison_that_failed_says_why(broken: Visitor) -> None:
    with broken.runtime.database.transaction() as session:
        comparisons.fail(session, 1, "openapi.yaml:17:3: there is no such reference", NOW)
    assert "openapi.yaml:17:3: there is no such reference" in broken.get("/comparisons/1")
    assert "could not be compared" in broken.get("/")


def test_two_versions_that_mean_the_same_have_nothing_to_show(visitor: Visitor, publish: Publish) -> None:
    publish("orders", openapi("1.0.0", "GET /orders"))
    publish("orders", openapi("1.0.0", "GET /orders") + "\n", "1.0.1")
    assert "Nothing changed" in words(visitor.get("/comparisons/1"))
