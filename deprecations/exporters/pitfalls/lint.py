"""Which edge's configuration a text is, and who reads it."""

import re
from collections.abc import Callable
from typing import Final

from deprecations.exporters.pitfalls import apache, caddy, envoy, haproxy, nginx
from deprecations.exporters.pitfalls.pitfall import Pitfall

LINTERS: dict[str, Callable[[str], list[Pitfall]]] = {
    "apache": apache.pitfalls,
    "caddy": caddy.pitfalls,
    "envoy": envoy.pitfalls,
    "haproxy": haproxy.pitfalls,
    "nginx": nginx.pitfalls,
}
"""By edge: what names the pitfalls of its configuration."""

_SECTION = r"global|defaults|(?:frontend|backend|listen)[ \t]+[^;\s{]+"
_RULE = r"http-(?:after-)?(?:request|response)[ \t].*[^;{\s]"
_MARKS: Final = (
    (
        "envoy",
        re.compile(r"^[ \t-]*(?:response_headers_to_add|typed_config|static_resources):", re.MULTILINE),
    ),
    ("haproxy", re.compile(rf"^[ \t]*(?:{_SECTION}|{_RULE})[ \t]*$", re.MULTILINE)),
    (
        "apache",
        re.compile(
            r"^[ \t]*(?:Header|<\w+|RewriteRule|RewriteCond|SetEnvIf\w*|ProxyPass)[ \t]", re.MULTILINE
        ),
    ),
    ("caddy", re.compile(r"^[ \t]*(?:header|reverse_proxy|handle|handle_path|@\w+)\b[^;\n]*$", re.MULTILINE)),
)


def edge_of(text: str) -> str:
    """Guess the edge that a configuration is for, by words that only its own has; nginx without any."""
    return next((edge for edge, mark in _MARKS if mark.search(text)), "nginx")


def lint(text: str, edge: str) -> list[Pitfall]:
    """Name the pitfalls of a configuration, by line; raises UnreadableConfiguration."""
    return LINTERS[edge](text)
