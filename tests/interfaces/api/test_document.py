"""The API's document says what the API does: the same routes, methods and scopes, with valid examples."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from consumers.readers import READERS
from diffing.compare import compare
from diffing.load import load
from interfaces.api import ROUTES
from interfaces.api.document import METHODS, document, operation, parameters, template, text
from interfaces.api.law import validator
from tests.support.programs import Program

OPERATIONS = [
    (path, method) for path, item in document()["paths"].items() for method in METHODS if method in item
]


def test_document_and_routes_name_the_same_paths_and_methods(web: Flask) -> None:
    served = {
        (template(rule.rule), method.lower())
        for rule in web.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert served == set(OPERATIONS)


def test_the_document_names_the_scope_that_each_route_asks_for(web: Flask) -> None:
    for route in ROUTES:
        told = operation(template(route.path), route.method)["security"]
        assert told == [{"token": [route.scope]}], route.path
        guarded = web.view_functions[f"api.{route.view.__name__}"]
        assert vars(guarded)["needs"] is route.scope


def test_every_operation_is_called_by_the_name_of_its_view() -> None:
    for route in ROUTES:
        assert operation(template(route.path), route.method)["operationId"] == route.view.__name__


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_tells_of_its_path_values_and_of_its_refusals(path: str, method: str) -> None:
    told = operation(path, method)
    assert {one["name"] for one in parameters(path, method, "path")} == {
        part[1:-1] for part in path.split("/") if part.startswith("{")
    }
    assert {"401", "403", "422"} <= told["responses"].keys()
    assert ("{" not in path) or "404" in told["responses"]
    assert ("requestBody" not in told) or {"413", "415"} <= told["responses"].keys()
    assert told["summary"]
    assert told["tags"][0] in {tag["name"] for tag in document()["tags"]}


def test_every_example_is_valid() -> None:
    checked = 0
    for schema, example in _examples(document()):
        faults = [f"{e.instance_path}: {e.message}" for e in validator(schema).iter_errors(example)]
        assert not faults, f"{example}: {faults}"
        checked += 1
    assert checked > 30


def test_every_component_is_used() -> None:
    written = text().decode()
    for kind in ("parameters", "responses", "schemas"):
        for name in document()["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in written, name


def test_sundial_reads_its_own_document_and_finds_no_change_in_it() -> None:
    def no_other_file(name: str) -> bytes:
        raise AssertionError(f"the document refers to {name}")

    loaded = load(text(), "openapi.yaml", read=no_other_file)
    assert loaded.dialect == "openapi-3.1"
    assert compare(loaded, loaded, today=date(2026, 11, 22)).findings == ()


def test_the_document_is_served_as_it_is_written_and_as_json(api: Program) -> None:
    assert api.get("/openapi.json") == document()
    assert api.call("GET", "/openapi.yaml").data == text()


def test_the_document_holds_nothing_that_json_lacks() -> None:
    assert json.loads(json.dumps(document())) == document()


def _examples(node: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Find every example, with the schema that it is one of."""
    if isinstance(node, list):
        for one in node:
            yield from _examples(one)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("examples"), list):
        schema = {key: value for key, value in node.items() if key != "examples"}
        yield from ((schema, example) for example in node["examples"])
    if "example" in node and "schema" in node:
        yield node["schema"], node["example"]
    for one in node.values():
        yield from _examples(one)


def test_every_format_of_usage_that_can_be_read_can_be_named() -> None:
    named = next(one for one in parameters("/usage", "post", "query") if one["name"] == "format")
    assert set(named["schema"]["enum"]) == set(READERS)
