"""Kong: a global post-function plugin for its declarative configuration."""

from textwrap import indent

from deprecations.exporters.answers import left_out_of
from deprecations.exporters.entries import entries
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.exporters.lua_table import program
from deprecations.rules import RuleSet

ABOUT = About(
    title="Kong Gateway",
    tried_on="",
    install="merge sundial-kong.yaml into your declarative configuration (`deck file merge`), and sync it. "
    "It needs post-function among the plugins, and untrusted_lua left at sandbox or strict.",
    limits=(
        "routes that have a post-function of their own: its header_filter takes this one's place there; put "
        "this one's into it.",
        "exemptions by anything but the User-Agent; one whose time is over goes with the next export.",
        "requests that no route matches, on versions that run no global plugin for them.",
    ),
    partly="The Lua that looks a request up is the one that was run in Envoy 1.40.0.",
)
_ASKED = """
return function()
  local method, path = kong.request.get_method(), kong.request.get_raw_path()
  local since, gone, links = sundial(method, path)
  if not since then return end
  kong.ctx.shared.sundial = {since = since, gone = gone, links = links}
  local function sent(name) return kong.request.get_header(name) or "" end
  local agent, caller = sent("user-agent"), sent("x-api-key") .. sent("x-client-id") .. sent("authorization")
  local status, body, till = sundial_answer(method, path, os.time(), caller ~= "" and caller or agent, agent)
  if not status then return end
  return kong.response.exit(tonumber(status), body, {
    ["Content-Type"] = "application/problem+json", ["Cache-Control"] = "no-store", ["Retry-After"] = till,
  })
end
"""
_ANSWERED = """
return function()
  local found = kong.ctx.shared.sundial
  if not found then return end
  kong.response.set_header("Deprecation", found.since)
  if found.gone then kong.response.set_header("Sunset", found.gone) end
  if found.links ~= "" then kong.response.add_header("Link", found.links) end
  kong.response.add_header("Access-Control-Expose-Headers", "Deprecation, Sunset, Link")
end
"""
_PLUGIN = """\
_format_version: "3.0"
plugins:
- name: post-function
  config:
    rewrite:
    - |
"""
_THEN = """\
    header_filter:
    - |
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the file for Kong."""
    left_out = left_out_of((entry.key, entry.given) for entry in entries(rules))
    asked, answered = indent(program(rules) + _ASKED, " " * 6), indent(_ANSWERED, " " * 6)
    text = head(ABOUT, left_out=left_out) + _PLUGIN + asked + _THEN + answered
    return (GeneratedFile("sundial-kong.yaml", text),)
