"""One operation, changed a little, and what the comparison says of it: findings in the public contract."""

import json
from datetime import date
from typing import Any

from diffing.compare import compare
from diffing.contract import to_json
from diffing.load import load

OLD: dict[str, Any] = {
    "parameters": [
        {"name": "status", "in": "query", "schema": {"type": "string", "enum": ["open", "paid"]}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ],
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"note": {"type": "string", "maxLength": 9}}}
            }
        }
    },
    "responses": {
        "200": {
            "description": "It.",
            "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["id"],
                        "properties": {
                            "id": {"type": "integer"},
                            "lines": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["sku"],
                                    "properties": {"sku": {"type": "string"}},
                                },
                            },
                        },
                    }
                }
            },
        }
    },
}


def changed(*path: str, to: Any = None) -> dict[str, Any]:
    """Return the operation with one thing taken away, or another in its place."""
    made: dict[str, Any] = json.loads(json.dumps(OLD))
    node: Any = made
    for step in path[:-1]:
        node = node[int(step)] if isinstance(node, list) else node[step]
    last: Any = int(path[-1]) if isinstance(node, list) else path[-1]
    if to is None:
        del node[last]
    else:
        node[last] = to
    return made


def findings(new: dict[str, Any] | None, old: dict[str, Any] = OLD) -> list[dict[str, Any]]:
    """Return the breaking and dangerous findings at `POST /orders`; a `new` of None takes it away.

    The member "components" of an operation holds the schemas that it refers to.
    """
    documents = []
    for version, operation in (("1", old), ("2", new)):
        told = {key: value for key, value in (operation or {}).items() if key != "components"}
        tree = {
            "openapi": "3.0.3",
            "info": {"title": "O", "version": version},
            "paths": {"/orders": {"post": told} if operation else {}},
            "components": {"schemas": (operation or {}).get("components", {})},
        }
        text = json.dumps(tree)
        documents.append(load(text.encode(), f"{version}.json"))
    told = json.loads(to_json(compare(*documents, today=date(2026, 11, 22))))["findings"]
    return [one for one in told if one["level"] in ("breaking", "dangerous")]
