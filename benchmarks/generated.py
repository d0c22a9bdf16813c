"""Specs of any size, made by rule: the same arguments give the same text."""

import json
from typing import Any

Spec = dict[str, Any]


def spec(paths: Spec, schemas: Spec) -> Spec:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Generated", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def operation(schema: str) -> Spec:
    body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
    return {"requestBody": body, "responses": {"200": {"description": "Done", **body}}}


def ordinary(operations: int, *, longest: int = 500) -> Spec:
    """A spec in which every operation has a schema of its own beside a shared one; about 1 KB each."""
    schemas: Spec = {
        "Shared": {"type": "object", "properties": {"note": {"type": "string", "maxLength": longest}}}
    }
    for number in range(operations):
        words = {f"field{index}": {"type": "string", "description": "Some words on it"} for index in range(8)}
        shared = {"$ref": "#/components/schemas/Shared"}
        schemas[f"Thing{number}"] = {"type": "object", "properties": {**words, "shared": shared}}
    paths = {f"/things{number}/{{id}}": _path(f"Thing{number}") for number in range(operations)}
    return spec(paths, schemas)


def _path(schema: str) -> Spec:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {"parameters": [parameter], "put": operation(schema)}


def popular(operations: int, *, longest: int) -> Spec:
    """A spec in which all operations take the one component."""
    schemas = {
        "Popular": {"type": "object", "properties": {"note": {"type": "string", "maxLength": longest}}}
    }
    return spec({f"/a{number}": {"post": operation("Popular")} for number in range(operations)}, schemas)


def enumerated(count: int, *, word: str) -> Spec:
    values = [f"{word}{number}" if number % 2 else f"same{number}" for number in range(count)]
    return spec({"/a": {"post": operation("Listed")}}, {"Listed": {"type": "string", "enum": values}})


def branched(count: int, *, longest: int) -> Spec:
    branches = [
        {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string", "enum": [f"kind{number}"]},
                "note": {"type": "string", "maxLength": longest + number},
            },
        }
        for number in range(count)
    ]
    return spec({"/a": {"post": operation("Either")}}, {"Either": {"oneOf": branches}})


def with_parameters(count: int, *, longest: int) -> Spec:
    parameters = [
        {"name": f"p{number}", "in": "query", "schema": {"type": "string", "maxLength": longest + number}}
        for number in range(count)
    ]
    responses = {"200": {"description": "Done"}}
    return spec({"/a": {"get": {"parameters": parameters, "responses": responses}}}, {})


def mutual(schemas: int, operations: int, *, longest: int) -> Spec:
    """Schemas of which each refers to ten others, in circles, under operations that take them in turn."""
    made: Spec = {}
    for number in range(schemas):
        others = {
            f"to{step}": {"$ref": f"#/components/schemas/S{(number * 7 + step * 13 + 1) % schemas}"}
            for step in range(10)
        }
        note = {"note": {"type": "string", "maxLength": longest if number == 0 else 500}}
        made[f"S{number}"] = {"type": "object", "properties": {**others, **note}}
    paths = {f"/a{number}": {"post": operation(f"S{number % schemas}")} for number in range(operations)}
    return spec(paths, made)


def ring(count: int, *, longest: int) -> Spec:
    """A circle of schemas, each through `allOf` and a property to the next."""
    made: Spec = {}
    for number in range(count):
        following = {"$ref": f"#/components/schemas/R{(number + 1) % count}"}
        note = {"note": {"type": "string", "maxLength": longest if number == 0 else 500}}
        inner = {"type": "object", "properties": {"next": following, **note}}
        made[f"R{number}"] = {"allOf": [inner, {"type": "object", "properties": {f"own{number}": following}}]}
    return spec({"/a": {"post": operation("R0")}}, made)


def text(made: Spec) -> bytes:
    return json.dumps(made, indent=1).encode()
