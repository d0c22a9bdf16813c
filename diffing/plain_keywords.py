"""Keywords that hold no schemas, as plain JSON Schema has them; what is malformed asserts nothing."""

from typing import Any, TypeGuard

from diffing.document import Node

BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
COUNTS = tuple(
    f"{end}{what}" for end in ("min", "max") for what in "Length Items Properties Contains".split()
)
BASE64 = r"^[A-Za-z0-9+/\s]*={0,2}\s*$"
KEYWORDS = frozenset(
    (
        *(word for pair in BOUNDS for word in pair),
        *COUNTS,
        *"enum const multipleOf uniqueItems pattern".split(),
        *"format contentEncoding".split(),
    )
)
"""All keywords that are read here."""
FORMATS: dict[str, dict[str, Any]] = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
    "float": {"minimum": -3.4028234663852886e38, "maximum": 3.4028234663852886e38},
    "byte": {"pattern": BASE64},
}
"""Formats of the OpenAPI registry that a plain validator does not know, as what they assert."""
ASSERTED = frozenset(
    "date date-time time duration email idn-email hostname idn-hostname ipv4 ipv6 uri uri-reference iri "
    "iri-reference uri-template uuid json-pointer relative-json-pointer regex".split()
)


def add_values(plain: dict[str, Any], node: dict[str, Node]) -> None:
    """Add the values that are listed."""
    if isinstance(node.get("enum"), list):
        plain["enum"] = node["enum"]
    if "const" in node:
        plain["const"] = node["const"]


def add_numbers(plain: dict[str, Any], node: dict[str, Node]) -> None:
    """Add bounds, counts and divisors as numbers, whatever way their dialect excludes a bound."""
    for inclusive, exclusive in BOUNDS:
        bound, edge = node.get(inclusive), node.get(exclusive)
        if _is_number(bound):
            plain[exclusive if edge is True else inclusive] = bound
        if _is_number(edge):
            plain[exclusive] = edge
    for keyword in COUNTS:
        count = node.get(keyword)
        if _is_number(count) and count >= 0 and count == int(count):
            plain[keyword] = int(count)
    step = node.get("multipleOf")
    if _is_number(step) and step > 0:
        plain["multipleOf"] = step
    if node.get("uniqueItems") is True:
        plain["uniqueItems"] = True


def add_words(plain: dict[str, Any], node: dict[str, Node]) -> None:
    """Add patterns, and formats as what they assert."""
    if isinstance(node.get("pattern"), str):
        plain["pattern"] = node["pattern"]
    word = node.get("format")
    if node.get("contentEncoding") == "base64" and word is None:
        word = "byte"
    if not isinstance(word, str):
        return
    if word in ASSERTED:
        plain["format"] = word
    elif word in FORMATS:
        plain["allOf"] = [FORMATS[word]]


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
