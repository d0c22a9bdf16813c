"""Envoy: a Lua filter in front of all others, so that no route has to be shadowed."""

from textwrap import indent

from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.exporters.lua_table import program
from deprecations.rules import RuleSet

ABOUT = About(
    title="Envoy",
    tried_on="Envoy 1.40.0",
    install="make the entry in sundial-filter.yaml the first of your HTTP connection manager's http_filters.",
    limits=(
        "replies to broken requests (400) that Envoy refuses before it reads a path.",
        "doubled slashes in a path: set merge_slashes and normalize_path if your services merge them.",
    ),
)
HOOKS = """
function envoy_on_request(handle)
  local asked = handle:headers()
  local kept = handle:streamInfo():dynamicMetadata()
  kept:set("sundial", "method", asked:get(":method"))
  kept:set("sundial", "target", asked:get(":path") or "") -- before any rewrite
end

function envoy_on_response(handle)
  local asked = handle:streamInfo():dynamicMetadata():get("sundial")
  if not asked then return end
  local since, gone, links = sundial(asked.method, asked.target)
  if not since then return end
  local headers = handle:headers()
  headers:replace("deprecation", since)
  headers:replace("sunset", gone)
  if links ~= "" then headers:add("link", links) end
  headers:add("access-control-expose-headers", "Deprecation, Sunset, Link")
end
"""
_FILTER = """\
- name: sundial
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
    default_source_code:
      inline_string: |
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the file for Envoy."""
    return (
        GeneratedFile("sundial-filter.yaml", head(ABOUT) + _FILTER + indent(program(rules) + HOOKS, " " * 8)),
    )
