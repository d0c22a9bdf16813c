"""An operation taken out of its document, to stand where another stood."""

import json
from typing import Any

import pytest

from diffing.document import Document
from diffing.errors import SpecError
from diffing.load import load
from diffing.one_operation import alone

PUT = {"servers": [{"url": "/old"}], "responses": {"200": {"description": "Put."}}}


def document(**paths: Any) -> Document:
    tree = {
        "openapi": "3.1.0",
        "info": {"title": "O", "version": "1"},
        "servers": [{"url": "/api"}],
        "paths": {f"/{name}": item for name, item in paths.items()},
        "components": {"pathItems": {"Shared": {"put": PUT, "parameters": [], "get": {}}}},
    }
    return load(json.dumps(tree).encode(), "o.json")


@pytest.mark.parametrize("item", [{"put": PUT, "parameters": []}, {"$ref": "#/components/pathItems/Shared"}])
def test_one_operation_stands_alone_under_another_name(item: dict[str, Any]) -> None:
    made = alone(document(a=item, b={"get": {}}), "PUT", "/a", as_method="POST", as_path="/c").tree
    assert made["paths"] == {"/c": {"parameters": [], "post": {"responses": PUT["responses"]}}}
    assert "servers" not in made
    assert "components" in made


def test_a_path_of_another_file_keeps_its_method_only() -> None:
    item = {"$ref": "a.yaml"}
    tree = {"openapi": "3.0.3", "info": {"title": "O", "version": "1"}, "paths": {"/a": item}}
    made = load(json.dumps(tree).encode(), "o.json", read=lambda _path: b"{get: {responses: {}}}")
    assert alone(made, "GET", "/a", as_method="GET", as_path="/b").tree["paths"] == {"/b": item}
    with pytest.raises(SpecError, match="has no GET /a that could be told apart"):
        alone(made, "GET", "/a", as_method="PUT", as_path="/b")


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(SpecError, match="has no GET /a"):
        alone(document(), "GET", "/a", as_method="GET", as_path="/a")
