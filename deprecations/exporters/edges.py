"""Every edge that configuration is written for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deprecations.exporters import (
    apache,
    apigee,
    aws,
    azure,
    caddy,
    cloudflare,
    envoy,
    haproxy,
    istio,
    kong,
    nginx,
    traefik,
)
from deprecations.exporters.generated import About, GeneratedFile
from deprecations.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Edge:
    """What is known of an edge, and the exporter that writes its files."""

    about: About
    export: Callable[[RuleSet], tuple[GeneratedFile, ...]]


EDGES: dict[str, Edge] = {
    "apache": Edge(apache.ABOUT, apache.export),
    "apigee": Edge(apigee.ABOUT, apigee.export),
    "aws": Edge(aws.ABOUT, aws.export),
    "azure": Edge(azure.ABOUT, azure.export),
    "caddy": Edge(caddy.ABOUT, caddy.export),
    "cloudflare": Edge(cloudflare.ABOUT, cloudflare.export),
    "envoy": Edge(envoy.ABOUT, envoy.export),
    "haproxy": Edge(haproxy.ABOUT, haproxy.export),
    "istio": Edge(istio.ABOUT, istio.export),
    "kong": Edge(kong.ABOUT, kong.export),
    "nginx": Edge(nginx.ABOUT, nginx.export),
    "traefik": Edge(traefik.ABOUT, traefik.export),
}
"""By the name that commands and addresses call it by."""


def as_json(edge: str, rules: RuleSet) -> dict[str, Any]:
    """Return an edge's files, and what their reader must know; `edge` is one of EDGES."""
    about = EDGES[edge].about
    return {
        "edge": edge,
        "title": about.title,
        "tried_on": about.tried_on or None,
        "install": about.install,
        "limits": list(about.limits),
        "files": [{"name": file.name, "text": file.text} for file in EDGES[edge].export(rules)],
    }
