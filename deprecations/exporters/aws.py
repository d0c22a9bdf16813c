"""AWS API Gateway (HTTP APIs): an OpenAPI overlay that maps response parameters, for every status."""

import json
from http import HTTPStatus

from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.rules import RuleSet

ABOUT = About(
    title="AWS API Gateway (HTTP API)",
    tried_on="",
    install="apply sundial-overlay.yaml (OpenAPI Overlay 1.0) to the document that you import, whose paths "
    "must be written as here (base path and all), and whose operations must have an "
    "x-amazon-apigateway-integration.",
    limits=(
        "the gateway's own errors (no route, authorizer, integration unreachable): HTTP APIs map responses "
        "of integrations only.",
        "links that the request's path would fill; such a successor is left out.",
        "brownouts and tombstones: HTTP APIs answer nothing by themselves at set times; use the middleware, "
        "or an authorizer.",
        "HEAD, which HTTP APIs route as an operation of its own.",
        "REST APIs, whose proxy integrations map nothing.",
    ),
    writes="Deprecation, Sunset and Link headers",
)
_STATUSES = tuple(f"{status.value}" for status in HTTPStatus if status >= HTTPStatus.OK)


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the overlay for AWS API Gateway."""
    actions = "".join(
        _action(entry, method) for entry in entries(rules) for method in entry.methods if method != "HEAD"
    )
    listed = f"actions:\n{actions}" if actions else "actions: []\n"
    body = f"overlay: 1.0.0\ninfo:\n  title: Deprecation headers\n  version: '1'\n{listed}"
    return (GeneratedFile("sundial-overlay.yaml", head(ABOUT) + body),)


def _action(entry: Entry, method: str) -> str:
    operation = f"$.paths[{_quoted(entry.template)}].{method.lower()}"
    target = f"{operation}['x-amazon-apigateway-integration']"
    first, *others = _STATUSES
    again = "".join(f'      "{status}": *{entry.key}\n' for status in others)
    return (
        f"- target: {json.dumps(target)}\n"
        "  update:\n"
        "    responseParameters:\n"
        f'      "{first}": &{entry.key}\n'
        f"{_mappings(entry)}{again}"
    )


def _mappings(entry: Entry) -> str:
    rows = {
        "overwrite:header.Deprecation": entry.deprecation_header,
        "append:header.Access-Control-Expose-Headers": EXPOSED,
    }
    if entry.sunset_header:
        rows["overwrite:header.Sunset"] = entry.sunset_header
    if entry.links:
        rows["append:header.Link"] = entry.link_header
    return "".join(f"        {json.dumps(name)}: {json.dumps(value)}\n" for name, value in rows.items())


def _quoted(name: str) -> str:
    """Return a JSONPath name selector (RFC 9535 section 2.3.1)."""
    return "'" + json.dumps(name, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
