"""Which edge's configuration a text is, and who reads it."""

import re
from collections.abc import Callable

from deprecations.exporters.pitfalls import haproxy, nginx
from deprecations.exporters.pitfalls.pitfall import Pitfall

LINTERS: dict[str, Callable[[str], list[Pitfall]]] = {
    "haproxy": haproxy.pitfalls,
    "nginx": nginx.pitfalls,
}
"""By edge: what names the pitfalls of its configuration."""

_SECTION = r"global|defaults|(?:frontend|backend|listen)[ \t]+\S+"
_RULE = r"http-(?:after-)?(?:request|response)[ \t].*[^;{\s]"
_HAPROXY = re.compile(rf"^[ \t]*(?:{_SECTION}|{_RULE})[ \t]*$", re.MULTILINE)


def edge_of(text: str) -> str:
    """Guess the edge that a configuration is for: HAProxy's sections and rules end without a mark."""
    return "haproxy" if _HAPROXY.search(text) else "nginx"


def lint(text: str, edge: str) -> list[Pitfall]:
    """Name the pitfalls of a configuration, by line; raises UnreadableConfiguration."""
    return LINTERS[edge](text)
