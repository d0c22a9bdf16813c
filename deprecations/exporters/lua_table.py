"""The rules as a Lua program, for edges that run Lua 5.1 (LuaJIT): Envoy, Istio, Kong.

It answers as the middleware does: per segment decoded paths, earliest dates where several rules apply,
links filled from the path and encoded again.
"""

import re

from deprecations.exporters.entries import Entry, PathParts, entries
from deprecations.rules import RuleSet

_QUOTED = re.compile(r'["\\]|[^ -~]')

_LOOKUP = r"""
local function decoded(path)
  return (path:gsub("%%(%x%x)", function(hex)
    local char = string.char(tonumber(hex, 16))
    return char == "/" and "\0" or char -- a slash that is part of a segment
  end))
end

local function encoded(text)
  return (text:gsub("%z", "/"):gsub("[^A-Za-z0-9_.~-]", function(char)
    return string.format("%%%02X", string.byte(char))
  end))
end

local function fits_other(rule, path)
  for _, other in ipairs(rule.unless) do
    if path:find(other) then return true end
  end
  return false
end

-- Answers the values of Deprecation, Sunset and Link; nothing where no rule is about the request.
local function sundial(method, target)
  local path = decoded(target:match("^[^?]*"))
  local since, gone, links = nil, nil, {}
  for _, rule in ipairs(rules) do
    if rule.methods[method] and path:find(rule.path) and not fits_other(rule, path) then
      local values = {path:match(rule.path)}
      if not since or deprecation[rule.key] < since then since = deprecation[rule.key] end
      if not gone or sunset[rule.key][1] < gone[1] then gone = sunset[rule.key] end
      if link[rule.key] then links[#links + 1] = link[rule.key] end
      if filled[rule.key] then
        local link = filled[rule.key]:gsub("{(%d+)}", function(number)
          return encoded(values[tonumber(number)])
        end)
        links[#links + 1] = link
      end
    end
  end
  if not since then return nil end
  return "@" .. since, gone[2], table.concat(links, ", ")
end
"""


def program(rules: RuleSet) -> str:
    """Return Lua that defines `sundial(method, target)`; it is ASCII, and holds no tab."""
    found = entries(rules)
    tables = [
        _table("rules", [_rule(entry) for entry in found]),
        _table("deprecation", [f"{_key(entry)} = {entry.deprecation}" for entry in found]),
        _table(
            "sunset", [f"{_key(entry)} = {{{entry.sunset}, {_text(entry.sunset_header)}}}" for entry in found]
        ),
        _table("link", [f"{_key(entry)} = {_text(entry.link_header)}" for entry in found if entry.links]),
        _table("filled", [f"{_key(entry)} = {_text(_filled(entry))}" for entry in found if entry.filled]),
    ]
    return "\n".join(tables) + _LOOKUP


def _table(name: str, rows: list[str]) -> str:
    return f"local {name} = {{\n" + "".join(f"  {row},\n" for row in rows) + "}"


def _rule(entry: Entry) -> str:
    methods = ", ".join(f"[{_text(method)}] = true" for method in entry.methods)
    unless = ", ".join(_text(_pattern(path, "[^/]+")) for path in entry.unless)
    path = _text(_pattern(entry.path, "([^/]+)"))
    return f"{{key = {_text(entry.key)}, methods = {{{methods}}}, path = {path}, unless = {{{unless}}}}}"


def _key(entry: Entry) -> str:
    return f"[{_text(entry.key)}]"


def _filled(entry: Entry) -> str:
    return "".join(f"{{{piece + 1}}}" if isinstance(piece, int) else piece for piece in entry.filled)


def _pattern(path: PathParts, parameter: str) -> str:
    """Return a Lua pattern; there, every mark is taken literally behind a percent sign."""
    literals = (re.sub(r"([^A-Za-z0-9/_\u0080-\U0010ffff])", r"%\1", text) for text in path.literals)
    return "^" + parameter.join(literals) + "/?$"


def _text(value: str) -> str:
    """Return a Lua string: quotes behind a backslash, and all that isn't printed ASCII as decimal bytes."""
    return '"' + _QUOTED.sub(_escaped, value) + '"'


def _escaped(found: re.Match[str]) -> str:
    if found[0] in '"\\':
        return f"\\{found[0]}"
    return "".join(f"\\{byte:03d}" for byte in found[0].encode())
