"""The API's own OpenAPI document: what it says of an operation. Written by hand, in `openapi.yaml`."""

import re
from functools import cache
from pathlib import Path
from typing import Any

PREFIX = "/api/v1"
METHODS = ("get", "put", "post", "patch", "delete")
_FILE = Path(__file__).with_name("openapi.yaml")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")

Json = dict[str, Any]


def text() -> bytes:
    """Return the document as it is written."""
    return _FILE.read_bytes()


@cache
def document() -> Json:
    """Return the document as values; who needs to change them makes a copy."""
    import yaml

    loaded: Json = yaml.load(text(), Loader=yaml.CSafeLoader)
    return loaded


def template(rule: str) -> str:
    """Return the path that the document calls a route's rule by: `/apis/<api>` is `/apis/{api}`."""
    return _PARAMETER.sub(r"{\1}", rule.removeprefix(PREFIX))


def operation(path: str, method: str) -> Json:
    """Return what the document says of a method at a path; raises KeyError where it says nothing."""
    found: Json = document()["paths"][path][method.lower()]
    return found


def parameters(path: str, method: str, where: str) -> list[Json]:
    """Return the parameters of an operation that stand in the path, the query or the header."""
    listed = [
        *document()["paths"][path].get("parameters", ()),
        *operation(path, method).get("parameters", ()),
    ]
    return [one for one in map(resolved, listed) if one["in"] == where]


def resolved(node: Json) -> Json:
    """Return what a reference points at; a value that is none is returned as it is."""
    while "$ref" in node:
        target: Any = document()
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/").replace("~0", "~")]
        node = target
    return node
