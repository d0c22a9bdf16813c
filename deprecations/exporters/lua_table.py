"""The rules as a Lua program, for edges that run Lua 5.1 (LuaJIT): Envoy, Istio, Kong.

It answers as the middleware does: per segment decoded paths, earliest dates where several rules apply,
links filled from the path and encoded again.
"""

import re

from deprecations.exporters.answers import Window
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

-- Answers the rules that are about the request.
local function matching(method, path)
  local found = {}
  for _, rule in ipairs(rules) do
    if rule.methods[method] and path:find(rule.path) and not fits_other(rule, path) then
      found[#found + 1] = rule
    end
  end
  return found
end

-- Answers the values of Deprecation, Sunset (or nil) and Link; nothing where no rule is about the request.
local function sundial(method, target)
  local path = decoded(target:match("^[^?]*"))
  local since, gone, links = nil, nil, {}
  for _, rule in ipairs(matching(method, path)) do
    local values = {path:match(rule.path)}
    local last = sunset[rule.key]
    if not since or deprecation[rule.key] < since then since = deprecation[rule.key] end
    if last and (not gone or last[1] < gone[1]) then gone = last end
    if link[rule.key] then links[#links + 1] = link[rule.key] end
    if filled[rule.key] then
      local link = filled[rule.key]:gsub("{(%d+)}", function(number)
        return encoded(values[tonumber(number)])
      end)
      links[#links + 1] = link
    end
  end
  if not since then return nil end
  return "@" .. since, gone and gone[2], table.concat(links, ", ")
end

-- Answers a number from 0 to 99, the same one each time for a caller; by chance for nobody.
local function share(caller)
  if caller == "" then return math.random(0, 99) end
  local hash = 5381
  for place = 1, #caller do hash = (hash * 33 + caller:byte(place)) % 4294967296 end
  return hash % 9973 % 100
end

local function is_exempt(rule, agent)
  local product = agent:match("^[^/ ]*")
  return exempt[rule.key .. ":" .. product] ~= nil
end

local function answer_of(rule, now, caller, agent)
  if tombstone[rule.key] then return {status = "410", body = tombstone[rule.key]} end
  for _, window in ipairs(windows) do
    if window.key == rule.key and window.starts <= now and now < window.ends then
      if share(caller) < window.percent and not is_exempt(rule, agent) then return window end
      return nil
    end
  end
end

-- Answers status, body and Retry-After (or nil) in the service's place, if all APIs of the request want it.
local function sundial_answer(method, target, now, caller, agent)
  local wanted, apis = nil, {}
  local found = matching(method, decoded(target:match("^[^?]*")))
  for _, rule in ipairs(found) do
    local answer = answer_of(rule, now, caller, agent)
    if answer then wanted, apis[rule.api] = wanted or answer, true end
  end
  for _, rule in ipairs(found) do
    if not apis[rule.api] then return nil end
  end
  if not wanted then return nil end
  return wanted.status, wanted.body, wanted["until"]
end
"""


def program(rules: RuleSet) -> str:
    """Return Lua that defines `sundial(method, target)`; it is ASCII, and holds no tab."""
    found = entries(rules)
    tables = [
        _table("rules", [_rule(entry) for entry in found]),
        _table("deprecation", [f"{_key(entry)} = {entry.deprecation}" for entry in found]),
        _table(
            "sunset",
            [
                f"{_key(entry)} = {{{entry.sunset}, {_text(entry.sunset_header)}}}"
                for entry in found
                if entry.sunset is not None
            ],
        ),
        _table("link", [f"{_key(entry)} = {_text(entry.link_header)}" for entry in found if entry.links]),
        _table(
            "tombstone",
            [
                f"{_key(entry)} = {_text(entry.given.recognisable.tombstone)}"
                for entry in found
                if entry.given.recognisable.tombstone
            ],
        ),
        _table(
            "windows", [_window(entry, one) for entry in found for one in entry.given.recognisable.windows]
        ),
        _table(
            "exempt",
            [f"[{_text(f'{entry.key}:{agent}')}] = true" for entry in found for agent in entry.given.agents],
        ),
        _table("filled", [f"{_key(entry)} = {_text(_filled(entry))}" for entry in found if entry.filled]),
    ]
    return "\n".join(tables) + _LOOKUP


def _table(name: str, rows: list[str]) -> str:
    return f"local {name} = {{\n" + "".join(f"  {row},\n" for row in rows) + "}"


def _rule(entry: Entry) -> str:
    methods = ", ".join(f"[{_text(method)}] = true" for method in entry.methods)
    unless = ", ".join(_text(_pattern(path, "[^/]+")) for path in entry.unless)
    path = _text(_pattern(entry.path, "([^/]+)"))
    about = f"key = {_text(entry.key)}, api = {_text(entry.api)}, methods = {{{methods}}}"
    return f"{{{about}, path = {path}, unless = {{{unless}}}}}"


def _window(entry: Entry, one: Window) -> str:
    until = f', ["until"] = {_text(one.until)}' if one.status == 503 else ""
    return (
        f"{{key = {_text(entry.key)}, starts = {one.starts}, ends = {one.ends}, percent = {one.percent}, "
        f'status = "{one.status}", body = {_text(one.body)}{until}}}'
    )


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
