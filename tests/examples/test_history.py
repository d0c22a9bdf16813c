"""Each step of the example's history shows what it was written to show."""

from datetime import date
from functools import cache

import pytest

from diffing.compare import compare
from diffing.finding import Comparison, Finding, Level
from diffing.load import load
from examples.company import load_company
from examples.specs import spec

pytestmark = pytest.mark.slow

COMPANY = load_company()
TODAY = date(2031, 3, 14)

# The breaking rules of a step, all of them; the dangerous ones; the semver step called for; the one taken.
STEPS = {
    ("orders", "1.4.0"): (set(), {"response-property-enum-value-added"}, "minor", "minor"),
    ("orders", "1.9.0"): (set(), set(), "minor", "minor"),
    ("orders", "2.0.0"): (
        {
            "request-property-max-length-decreased",
            "new-required-request-property",
            "response-required-property-removed",
            "api-security-removed",
        },
        {"request-parameter-default-value-changed"},
        "major",
        "major",
    ),
    ("orders", "2.1.0"): (
        {"api-removed-with-deprecation"},
        {"response-property-enum-value-added"},
        "major",
        "minor",
    ),
    ("depots", "1.1.0"): ({"request-parameter-max-decreased"}, set(), "major", "minor"),
}


@cache
def step(slug: str, version: str) -> Comparison:
    api = next(api for api in COMPANY.apis if api.slug == slug)
    place = [release.version for release in api.releases].index(version)
    old, new = (
        load(spec(COMPANY, api, release, TODAY), release.file)
        for release in api.releases[place - 1 : place + 1]
    )
    return compare(old, new, today=TODAY)


def rules(comparison: Comparison, level: Level) -> set[str]:
    return {finding.rule for finding in comparison.findings if finding.level is level}


def the_finding(comparison: Comparison, rule: str) -> Finding:
    (found,) = [finding for finding in comparison.findings if finding.rule == rule]
    return found


@pytest.mark.parametrize(("slug", "version"), STEPS)
def test_a_step_breaks_what_it_was_written_to_break(slug: str, version: str) -> None:
    breaking, dangerous, needed, given = STEPS[slug, version]
    comparison = step(slug, version)
    assert rules(comparison, Level.BREAKING) == breaking
    assert rules(comparison, Level.DANGEROUS) == dangerous
    assert (comparison.bump.needed, comparison.bump.given) == (needed, given)


def test_every_step_of_the_history_has_its_expectations() -> None:
    steps = {(api.slug, release.version) for api in COMPANY.apis for release in api.releases[1:]}
    assert steps == STEPS.keys()


def test_the_shorter_street_is_one_finding_that_reaches_many_operations() -> None:
    found = the_finding(step("orders", "2.0.0"), "request-property-max-length-decreased")
    assert len({(reach.method, reach.path) for reach in found.operations}) == 11


def test_the_successors_are_announced_as_new_operations_beside_what_they_replace() -> None:
    comparison = step("orders", "1.9.0")
    added = [finding for finding in comparison.findings if finding.rule == "endpoint-added"]
    ended = [finding for finding in comparison.findings if finding.rule == "endpoint-deprecated-with-sunset"]
    assert {reach.path for finding in added for reach in finding.operations} == {
        "/v2/orders",
        "/v2/orders/{orderId}",
        "/v2/quotes",
        "/v2/tracking/{trackingNumber}",
    }
    assert len(ended) == 3


def test_the_removed_operation_was_announced_before() -> None:
    found = the_finding(step("orders", "2.1.0"), "api-removed-with-deprecation")
    assert found.lifecycle
    assert found.lifecycle.deprecated
    assert found.lifecycle.sunset
    assert [reach.path for reach in found.operations] == ["/v1/shipments/{shipmentId}/label.pdf"]
