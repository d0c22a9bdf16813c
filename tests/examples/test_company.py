"""The example company's files agree with each other."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from examples.company import Company, ExampleApi, Release, load_company
from examples.specs import spec

METHODS = ("get", "post", "put", "patch", "delete")
COMPANY = load_company()
TODAY = date(2031, 3, 14)
RELEASES = [(api, release) for api in COMPANY.apis for release in api.releases]
NAMES = [f"{api.slug}-{release.version}" for api, release in RELEASES]


@cache
def document(api: ExampleApi, release: Release) -> dict[str, Any]:
    text = spec(COMPANY, api, release, COMPANY.written_for)
    tree: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return tree


def operations(tree: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in tree["paths"].items()
        for method in METHODS
        if method in item
    }


def api_of(company: Company, slug: str) -> ExampleApi:
    return next(api for api in company.apis if api.slug == slug)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    if isinstance(node, list):
        for value in node:
            yield from references(value)


@pytest.mark.parametrize(("api", "release"), RELEASES, ids=NAMES)
def test_a_spec_carries_the_version_that_its_release_names(api: ExampleApi, release: Release) -> None:
    assert document(api, release)["info"]["version"] == release.version


@pytest.mark.parametrize(("api", "release"), RELEASES, ids=NAMES)
def test_every_operation_has_an_own_id_a_summary_and_a_description(api: ExampleApi, release: Release) -> None:
    described = operations(document(api, release)).values()
    assert len({operation["operationId"] for operation in described}) == len(described)
    assert all(operation["summary"] and operation["description"] for operation in described)


@pytest.mark.parametrize(("api", "release"), RELEASES, ids=NAMES)
def test_every_reference_in_a_spec_leads_somewhere(api: ExampleApi, release: Release) -> None:
    tree = document(api, release)
    for reference in references(tree):
        node = tree
        for token in reference.removeprefix("#/").split("/"):
            node = node[token]


def test_the_large_api_has_five_versions_and_the_small_one_two() -> None:
    assert [len(api.releases) for api in COMPANY.apis] == [5, 2]


def test_the_large_api_has_between_25_and_40_operations_in_each_version() -> None:
    orders = api_of(COMPANY, "orders")
    assert all(25 <= len(operations(document(orders, release))) <= 40 for release in orders.releases)


@pytest.mark.parametrize("api", COMPANY.apis, ids=lambda api: api.slug)
def test_releases_are_published_in_the_order_of_their_versions(api: ExampleApi) -> None:
    ages = [release.days_ago for release in api.releases]
    versions = [[int(part) for part in release.version.split(".")] for release in api.releases]
    assert ages == sorted(set(ages), reverse=True)
    assert versions == sorted(versions)


def test_a_spec_is_the_file_itself_on_the_day_it_was_written_for() -> None:
    orders = api_of(COMPANY, "orders")
    text = spec(COMPANY, orders, orders.releases[-1], COMPANY.written_for)
    assert b"x-sunset: '2026-12-04'" in text


def test_sunset_dates_move_along_with_today() -> None:
    orders = api_of(COMPANY, "orders")
    text = spec(COMPANY, orders, orders.releases[-1], COMPANY.written_for + timedelta(days=30))
    assert b"x-sunset: '2027-01-03'" in text
    assert b"2026-12-04" not in text


def test_a_json_spec_moves_its_sunset_dates_too() -> None:
    depots = api_of(COMPANY, "depots")
    text = spec(COMPANY, depots, depots.releases[-1], COMPANY.written_for + timedelta(days=1))
    assert b'"x-sunset": "2027-04-02"' in text


@pytest.mark.parametrize("plan", COMPANY.deprecations, ids=lambda plan: plan.operation)
def test_a_deprecation_names_operations_of_the_latest_version(plan: Any) -> None:
    api = api_of(COMPANY, plan.api)
    latest = operations(document(api, api.releases[-1]))
    assert {plan.operation, plan.replacement} <= latest.keys()


@pytest.mark.parametrize("plan", COMPANY.deprecations, ids=lambda plan: plan.operation)
def test_a_deprecation_keeps_the_notice_that_its_api_promises(plan: Any) -> None:
    minimum = api_of(COMPANY, plan.api).minimum_notice_days
    assert plan.deprecated_in_days >= -plan.announced_days_ago
    assert plan.sunset_in_days - plan.deprecated_in_days >= minimum


@pytest.mark.parametrize("plan", COMPANY.deprecations, ids=lambda plan: plan.operation)
def test_a_deprecation_and_its_spec_name_the_same_day_of_sunset(plan: Any) -> None:
    api = api_of(COMPANY, plan.api)
    latest = operations(document(api, api.releases[-1]))[plan.operation]
    planned = COMPANY.written_for + timedelta(plan.sunset_in_days)
    assert latest.get("x-sunset", planned.isoformat()) == planned.isoformat()


def test_every_operation_that_a_spec_ends_has_its_plan() -> None:
    plans = {(plan.api, plan.operation) for plan in COMPANY.deprecations}
    ended = {
        (api.slug, name)
        for api in COMPANY.apis
        for name, operation in operations(document(api, api.releases[-1])).items()
        if operation.get("deprecated")
    }
    assert ended <= plans


def test_every_habit_names_an_operation_of_some_version_and_a_known_rhythm() -> None:
    known = {(api.slug, name) for api, release in RELEASES for name in operations(document(api, release))}
    assert {(rate.api, rate.operation) for habit in COMPANY.habits for rate in habit.calls} <= known
    assert {habit.rhythm for habit in COMPANY.habits} <= COMPANY.rhythms.keys()
    assert all(len(rhythm.hours) == 24 for rhythm in COMPANY.rhythms.values())


def test_every_credential_in_use_is_registered_and_strangers_show_none() -> None:
    owned = {(c.slug, key.value) for c in COMPANY.consumers for key in c.credentials}
    strangers = {stranger.slug for stranger in COMPANY.strangers}
    for habit in COMPANY.habits:
        if habit.caller in strangers:
            assert habit.credential is None
        else:
            assert (habit.caller, habit.credential) in owned


def test_no_two_consumers_share_a_credential_or_a_slug() -> None:
    values = [(key.kind, key.value) for c in COMPANY.consumers for key in c.credentials]
    slugs = [c.slug for c in COMPANY.consumers] + [stranger.slug for stranger in COMPANY.strangers]
    assert len(values) == len(set(values))
    assert len(slugs) == len(set(slugs))


def test_one_consumer_has_nobody_to_write_to() -> None:
    assert [c.slug for c in COMPANY.consumers if not c.contacts] == ["oldmill-kiosk"]


def test_contacts_live_in_real_zones_and_read_mail_at_example_com() -> None:
    for contact in (contact for c in COMPANY.consumers for contact in c.contacts):
        assert ZoneInfo(contact.zone).key == contact.zone
        assert contact.email.endswith(".example.com")


def test_addresses_come_from_the_range_for_documentation() -> None:
    assert all(re.fullmatch(r"203\.0\.113\.\d{1,3}", habit.address) for habit in COMPANY.habits)
