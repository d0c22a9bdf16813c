"""Traefik: a router a rule in the file provider, above the routers that it shadows."""

import json

from deprecations.exporters import patterns
from deprecations.exporters.entries import Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.rules import RuleSet

ABOUT = About(
    title="Traefik",
    tried_on="",
    install="give sundial.yaml to the file provider of Traefik 3, name your own service in its last lines, "
    "and repeat on each router the entry points, TLS and middlewares of the router that it comes before.",
    limits=(
        "Link and Access-Control-Expose-Headers: Traefik can only replace them, which would take away what "
        "your service sends; let the service send them, or its middleware.",
        "replies by routers with a higher priority than 100000, and to requests that no router matches.",
        "a path with %2F in it.",
        "brownouts and tombstones: Traefik answers nothing by itself without a plugin; use the middleware.",
    ),
    writes="Deprecation and Sunset headers",
)
_PRIORITY = 100_000
_SERVICE = """\
  services:
    sundial-upstream:
      weighted:
        services:
          - name: your-service@docker
            weight: 1
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the file for Traefik."""
    found = entries(rules)
    if not found:
        return (GeneratedFile("sundial.yaml", f"{head(ABOUT)}http: {{}}\n"),)
    routers, middlewares = "".join(map(_router, found)), "".join(map(_middleware, found))
    body = f"http:\n  routers:\n{routers}  middlewares:\n{middlewares}{_SERVICE}"
    return (GeneratedFile("sundial.yaml", head(ABOUT) + body),)


def _router(entry: Entry) -> str:
    methods = " || ".join(f"Method(`{method}`)" for method in entry.methods)
    parts = [f"({methods})", _fits(patterns.decoded(entry.path, patterns.re2))]
    parts += [f"!{_fits(patterns.decoded(path, patterns.re2))}" for path in entry.unless]
    return (
        f"    sundial-{entry.key}:\n"
        f"      rule: {json.dumps(' && '.join(parts))}\n"
        f"      priority: {_PRIORITY}\n"
        f"      middlewares: [sundial-{entry.key}]\n"
        "      service: sundial-upstream\n"
    )


def _fits(expression: str) -> str:
    return f"PathRegexp(`^{expression}$`)"


def _middleware(entry: Entry) -> str:
    return (
        f"    sundial-{entry.key}:\n"
        "      headers:\n"
        "        customResponseHeaders:\n"
        f"          Deprecation: {json.dumps(entry.deprecation_header)}\n"
    ) + (f"          Sunset: {json.dumps(entry.sunset_header)}\n" if entry.sunset_header else "")
