"""How each dialect spells what a schema says, read into the words of JSON Schema 2020-12.

One function for one spelling; which keyword means what stands in `readers.json_schema`.
"""

import math
from typing import Any

from diffing.document import Dialect, Node

NULLABLE = {
    Dialect.OPENAPI_2_0: "x-nullable",
    Dialect.OPENAPI_3_0: "nullable",
}
"""The keyword that admits null beside a `type`, where the dialect has one."""

REFERENCE_HAS_SIBLINGS = frozenset({Dialect.OPENAPI_3_1, Dialect.OPENAPI_3_2})

NUMERIC = (int, float)

_JOINED = frozenset({"$ref", "allOf", "anyOf", "oneOf", "not", "if"})
"""Keywords by which a schema says more than its own words."""


def types_of(node: dict[str, Any]) -> frozenset[str] | None:
    """Answer the types a schema names, null included; None where it names none."""
    word = node.get("type")
    if isinstance(word, str):
        return frozenset({"string"}) if word == "file" else frozenset({word})
    if isinstance(word, list) and word:
        return frozenset(item for item in word if isinstance(item, str))
    return None


def admits_null(node: dict[str, Any], dialect: Dialect) -> bool:
    """Answer whether the keywords of one schema object let null through."""
    types = types_of(node)
    flagged = types is not None and node.get(NULLABLE.get(dialect, "")) is True
    if types is not None and "null" not in types and not flagged:
        return False
    if isinstance(node.get("enum"), list) and None not in node["enum"]:
        return False
    return "const" not in node or node["const"] is None


def is_null(node: Node) -> bool:
    """Answer whether a schema accepts null and nothing else."""
    if not isinstance(node, dict) or node.keys() & _JOINED:
        return False
    listed, types = node.get("enum"), types_of(node)
    flagged = any(node.get(word) is True for word in NULLABLE.values())
    if types is not None and "null" not in types and not flagged:
        return False
    return (
        (types == frozenset({"null"}) and (not isinstance(listed, list) or None in listed))
        or listed == [None]
        or ("const" in node and node["const"] is None)
    )


def number(value: Node) -> bool:
    """Answer whether a value is a JSON number (`true` is none)."""
    return isinstance(value, NUMERIC) and not isinstance(value, bool)


def lower_bound(node: dict[str, Any]) -> tuple[float, bool, str] | None:
    """Answer the least value, whether it is itself excluded, and the keyword that says so."""
    return _bound(node, "minimum", "exclusiveMinimum", 1)


def upper_bound(node: dict[str, Any]) -> tuple[float, bool, str] | None:
    """Answer the greatest value, whether it is itself excluded, and the keyword that says so."""
    return _bound(node, "maximum", "exclusiveMaximum", -1)


def _bound(node: dict[str, Any], inclusive: str, exclusive: str, sign: int) -> tuple[float, bool, str] | None:
    if inclusive not in node and exclusive not in node:
        return None
    found = []
    if number(node.get(inclusive)):
        found.append((node[inclusive], node.get(exclusive) is True, inclusive))
    if number(node.get(exclusive)):
        found.append((node[exclusive], True, exclusive))
    if not found:
        return None
    value, excluded, keyword = max(found, key=lambda bound: (sign * bound[0], bound[1]))
    if excluded and types_of(node) in (frozenset({"integer"}), frozenset({"integer", "null"})):
        step = math.floor(value) + 1 if sign > 0 else math.ceil(value) - 1
        return step, False, keyword
    return value, excluded, keyword


def format_of(node: dict[str, Any]) -> str | None:
    """Answer the format, contentEncoding and contentMediaType read as 3.0 spelled them."""
    if node.get("type") == "file":
        return "binary"
    word = node.get("format")
    if isinstance(word, str) and word:
        return word
    if node.get("contentEncoding") == "base64":
        return "byte"
    if node.get("contentMediaType") == "application/octet-stream" and "contentEncoding" not in node:
        return "binary"
    return None


def discriminator_of(node: Node) -> dict[str, Any] | None:
    """Answer property name and mapping of a discriminator in either spelling."""
    if isinstance(node, str):
        return {"propertyName": node, "mapping": {}}
    if isinstance(node, dict) and isinstance(node.get("propertyName"), str):
        mapping = node.get("mapping")
        return {"propertyName": node["propertyName"], "mapping": mapping if isinstance(mapping, dict) else {}}
    return None
