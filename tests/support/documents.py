"""Small OpenAPI documents, for tests that need some."""

import json


def openapi(version: str, *operations: str, summary: str = "Does it") -> str:
    """Return an OpenAPI 3.0 document with operations that people write as `GET /orders/{id}`."""
    paths: dict[str, dict[str, object]] = {}
    for name in operations:
        method, path = name.split(" ", 1)
        paths.setdefault(path, {})[method.lower()] = {
            "summary": summary,
            "parameters": [_parameter(part[1:-1]) for part in path.split("/") if part.startswith("{")],
            "responses": {"200": {"description": "It is done"}},
        }
    info = {"title": "Orders", "version": version}
    return json.dumps({"openapi": "3.0.3", "info": info, "paths": paths}, indent=2)


def _parameter(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
