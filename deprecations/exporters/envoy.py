"""Envoy: a Lua filter in front of all others, so that no route has to be shadowed."""

from textwrap import indent

from deprecations.exporters.answers import left_out_of
from deprecations.exporters.entries import entries
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
        "exemptions by anything but the User-Agent, since its Lua can't hash; one whose time is over goes "
        "with the next export.",
    ),
)
HOOKS = """
function envoy_on_request(handle)
  local asked = handle:headers()
  local kept = handle:streamInfo():dynamicMetadata()
  kept:set("sundial", "method", asked:get(":method"))
  kept:set("sundial", "target", asked:get(":path") or "") -- before any rewrite
  local agent = asked:get("user-agent") or ""
  local caller = (asked:get("x-api-key") or "") .. (asked:get("x-client-id") or "")
    .. (asked:get("authorization") or "")
  local status, body, till = sundial_answer(
    asked:get(":method"), asked:get(":path") or "", os.time(), caller ~= "" and caller or agent, agent
  )
  if not status then return end
  local headers = {
    [":status"] = status, ["content-type"] = "application/problem+json", ["cache-control"] = "no-store",
  }
  headers["retry-after"] = till
  handle:respond(headers, body)
end

function envoy_on_response(handle)
  local asked = handle:streamInfo():dynamicMetadata():get("sundial")
  if not asked then return end
  local since, gone, links = sundial(asked.method, asked.target)
  if not since then return end
  local headers = handle:headers()
  headers:replace("deprecation", since)
  if gone then headers:replace("sunset", gone) end
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
    left_out = left_out_of((entry.key, entry.given) for entry in entries(rules))
    return (
        GeneratedFile(
            "sundial-filter.yaml",
            head(ABOUT, left_out=left_out) + _FILTER + indent(program(rules) + HOOKS, " " * 8),
        ),
    )
