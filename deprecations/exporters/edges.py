"""Every edge that configuration is written for."""

from collections.abc import Callable
from dataclasses import dataclass

from deprecations.exporters import apache, caddy, haproxy, nginx
from deprecations.exporters.generated import About, GeneratedFile
from deprecations.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Edge:
    """What is known of an edge, and the exporter that writes its files."""

    about: About
    export: Callable[[RuleSet], tuple[GeneratedFile, ...]]


EDGES: dict[str, Edge] = {
    "apache": Edge(apache.ABOUT, apache.export),
    "caddy": Edge(caddy.ABOUT, caddy.export),
    "haproxy": Edge(haproxy.ABOUT, haproxy.export),
    "nginx": Edge(nginx.ABOUT, nginx.export),
}
"""By the name that commands and addresses call it by."""
