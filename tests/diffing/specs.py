"""Small documents for the tests of the comparison, built from plain values."""

from typing import Any

from diffing.document import Dialect, Document, Position
from diffing.dynamic_scope import with_meanings
from diffing.resources import with_pointers


def document(
    tree: dict[str, Any], source: str = "spec.yaml", files: dict[str, Any] | None = None
) -> Document:
    """Make a document of a tree; every node is said to stand in line 1."""
    info = tree.get("info") or {}
    return Document(
        source=source,
        dialect=dialect_of(tree),
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        sha256="0" * 64,
        tree=with_meanings(with_pointers(tree)),
        files=files or {},
        locate=lambda _pointer, file: Position(file or source, 1, 1),
    )


def dialect_of(tree: dict[str, Any]) -> Dialect:
    """Answer the dialect that a tree declares."""
    if "swagger" in tree:
        return Dialect.OPENAPI_2_0
    return Dialect(f"openapi-{'.'.join(str(tree['openapi']).split('.')[:2])}")


def skeleton(version: str = "3.0.3", **members: Any) -> dict[str, Any]:
    """Make a document's tree with these members."""
    key = "swagger" if version.startswith("2") else "openapi"
    return {key: version, "info": {"title": "t", "version": "1"}, "paths": {}, **members}


def with_schema(schema: Any, place: str, version: str = "3.0.3", components: Any = None) -> dict[str, Any]:
    """Make a document in which one schema stands at a place: request, response, parameter or header."""
    content = {"application/json": {"schema": schema}}
    places: dict[str, dict[str, Any]] = {
        "request": {"requestBody": {"content": content}},
        "response": {"responses": {"200": {"description": "", "content": content}}},
        "parameter": {"parameters": [{"name": "q", "in": "query", "schema": schema}]},
        "header": {"responses": {"200": {"description": "", "headers": {"X-Q": {"schema": schema}}}}},
    }
    operation = {"responses": {"200": {"description": ""}}, **places[place]}
    members = {"components": {"schemas": components}} if components else {}
    return skeleton(version, paths={"/things": {"post": operation}}, **members)
