"""Kong: a global post-function plugin for its declarative configuration."""

from textwrap import indent

from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.exporters.lua_table import program
from deprecations.rules import RuleSet

ABOUT = About(
    title="Kong Gateway",
    tried_on="",
    install="merge sundial-kong.yaml into your declarative configuration (`deck file merge`), and sync it. "
    "It needs post-function among the plugins, and untrusted_lua left at sandbox or strict.",
    limits=(
        "routes that have a post-function of their own: it takes the global one's place there; put this "
        "header_filter into it.",
        "requests that no route matches, on versions that run no global plugin for them.",
    ),
    partly="The Lua that looks a request up is the one that was run in Envoy 1.40.0.",
)
_HOOK = """
return function()
  local since, gone, links = sundial(kong.request.get_method(), kong.request.get_raw_path())
  if not since then return end
  kong.response.set_header("Deprecation", since)
  kong.response.set_header("Sunset", gone)
  if links ~= "" then kong.response.add_header("Link", links) end
  kong.response.add_header("Access-Control-Expose-Headers", "Deprecation, Sunset, Link")
end
"""
_PLUGIN = """\
_format_version: "3.0"
plugins:
- name: post-function
  config:
    header_filter:
    - |
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the file for Kong."""
    code = indent(program(rules) + _HOOK, " " * 6)
    return (GeneratedFile("sundial-kong.yaml", head(ABOUT) + _PLUGIN + code),)
