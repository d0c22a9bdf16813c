"""What is found wrong in configurations of Apache, Caddy and Envoy, by line."""

import pytest

from deprecations.exporters.edges import EDGES
from deprecations.exporters.pitfalls.lint import edge_of, lint
from deprecations.exporters.pitfalls.nginx_blocks import UnreadableConfiguration
from deprecations.rules import RuleSet

APACHE = """\
AllowEncodedSlashes NoDecode
<LocationMatch "^/v1/orders/[^/]+/?$">
  Header onsuccess unset Sunset
  Header always set Sunset "Sun, 30 Jun 2030 23:59:59 GMT"
  Header always add Link "<https://docs.example.com>; rel=\\"deprecation\\""
</LocationMatch>
"""
CADDY = """\
example.com {
  @o path_regexp ^/v1/orders/[^/]+/?$
  header @o {
    Sunset "Sun, 30 Jun 2030 23:59:59 GMT"
    +Link `<https://docs.example.com>; rel="deprecation"`
    defer
  }
  @b expression `int({time.now.unix}) >= 1796133600`
  reverse_proxy localhost:8080
}
"""
ENVOY = """\
routes:
- match: {prefix: /v1/orders}
  response_headers_to_add:
  - header: {key: Sunset, value: "Sun, 30 Jun 2030 23:59:59 GMT"}
    append_action: OVERWRITE_IF_EXISTS_OR_ADD
  - header: {key: Link, value: "<https://docs.example.com/a%%20b>; rel=\\"deprecation\\""}
"""


@pytest.mark.parametrize(("text", "edge"), [(APACHE, "apache"), (CADDY, "caddy"), (ENVOY, "envoy")])
def test_a_sound_configuration_is_recognised_and_has_no_pitfalls(text: str, edge: str) -> None:
    assert edge_of(text) == edge
    assert lint(text, edge) == []


@pytest.mark.parametrize(
    ("text", "edge", "old", "new", "expected"),
    [
        (APACHE, "apache", "  Header onsuccess unset Sunset\n", "", [(3, "duplicate-header")]),
        (APACHE, "apache", "always set", "set", [(4, "missing-always")]),
        (APACHE, "apache", "always set", "always \\\n append", [(4, "duplicate-header")]),
        (APACHE, "apache", "always add Link", "always set Link", [(5, "lost-links")]),
        (APACHE, "apache", "GMT", "UTC", [(4, "malformed-value")]),
        (APACHE, "apache", "AllowEncodedSlashes NoDecode", "", [(2, "encoded-path")]),
        (APACHE, "apache", "</Loc", "RewriteCond %{TIME} >=20261201140000\n</Loc", [(6, "local-time")]),
        (CADDY, "caddy", "    defer\n", "", [(4, "missing-defer")]),
        (CADDY, "caddy", "+Link", "Link", [(5, "lost-links")]),
        (CADDY, "caddy", "    Sunset", "    >Sunset", [(4, "ignored-header")]),
        (CADDY, "caddy", "    Sunset", "    +Sunset", [(4, "duplicate-header")]),
        (CADDY, "caddy", '"Sun, 30 Jun 2030 23:59:59 GMT"', "@1909094399", [(4, "malformed-value")]),
        (CADDY, "caddy", "int({time.now.unix})", "{time.now.unix}", [(8, "text-as-number")]),
        (CADDY, "caddy", "  reverse", "  header /v1/* Deprecation true\n  reverse",
         [(9, "malformed-value"), (9, "missing-defer")]),
        (ENVOY, "envoy", "OVERWRITE_IF_EXISTS_OR_ADD", "APPEND_IF_EXISTS_OR_ADD", [(4, "duplicate-header")]),
        (ENVOY, "envoy", "    append_action: OVERWRITE_IF_EXISTS_OR_ADD\n", "", [(4, "duplicate-header")]),
        (ENVOY, "envoy", "key: Sunset", "key: Link", [(4, "lost-links")]),
        (ENVOY, "envoy", "%%20", "%20", [(6, "single-percent")]),
        (ENVOY, "envoy", "%%20", "%REQ(:PATH)%", []),
        (ENVOY, "envoy", "GMT", "UTC", [(4, "malformed-value")]),
    ],
)  # fmt: skip
def test_each_pitfall_is_named_with_its_line(
    text: str, edge: str, old: str, new: str, expected: list[tuple[int, str]]
) -> None:
    assert old in text
    assert [(one.line, one.name) for one in lint(text.replace(old, new), edge)] == expected


@pytest.mark.parametrize("edge", ["apache", "caddy", "envoy"])
def test_what_sundial_writes_has_none(edge: str, rules: RuleSet) -> None:
    for file in EDGES[edge].export(rules):
        assert lint(file.text, edge) == []


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(UnreadableConfiguration, match="it is no YAML"):
        lint("a: [", "envoy")


def test_aliases_are_looked_at_once() -> None:
    lines = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 20)]
    assert lint("\n".join(["l0: &l0 [x]", *lines]), "envoy") == []
