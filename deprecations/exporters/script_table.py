"""The rules as a JavaScript program, for edges that run scripts: Apigee (ECMAScript 5), Cloudflare.

It answers as the middleware does: paths decoded segment by segment, earliest dates where several rules
apply, links filled from the path and encoded again.
"""

import json
from collections.abc import Iterable, Mapping

from deprecations.exporters import patterns
from deprecations.exporters.entries import Entry, PathParts, entries
from deprecations.rules import RuleSet

_LOOKUP = r"""
sundialRules.forEach(function (rule) {
  rule.path = new RegExp(rule.path);
  rule.unless = rule.unless.map(function (other) { return new RegExp(other); });
});

function sundialDecoded(path) {
  return path.split("/").map(function (segment) {
    try {
      return decodeURIComponent(segment).replace(/\//g, "\u0000"); // a slash that is part of a segment
    } catch (broken) {
      return segment;
    }
  }).join("/");
}

function sundialEncoded(text) {
  return encodeURIComponent(text.replace(/\u0000/g, "/")).replace(/[!'()*]/g, function (char) {
    return "%" + char.charCodeAt(0).toString(16).toUpperCase();
  });
}

function sundialMatching(method, target) {
  var path = sundialDecoded(target.split("?")[0]);
  return sundialRules.map(function (rule) {
    var values = rule.methods.indexOf(method) < 0 ? null : rule.path.exec(path);
    return values && !rule.unless.some(function (other) { return other.test(path); }) ? [rule, values] : null;
  }).filter(Boolean);
}

// Answers a number from 0 to 99, the same one each time for a caller; by chance for nobody.
function sundialShare(caller) {
  if (!caller) return Math.floor(Math.random() * 100);
  var hash = 5381;
  for (var place = 0; place < caller.length; place++) {
    hash = (hash * 33 + caller.charCodeAt(place)) % 4294967296;
  }
  return hash % 9973 % 100;
}

// Answers {status, body, until} in the service's place, if all APIs of the request want it; else null.
function sundialAnswer(method, target, now, caller, agent) {
  var apis = {}, wanted = null;
  var found = sundialMatching(method, target);
  found.forEach(function (one) {
    var key = one[0].key, answer = sundialTombstone[key] ? {status: 410, body: sundialTombstone[key]} : null;
    sundialWindows.forEach(function (window) {
      if (answer || window.key !== key || now < window.starts || window.ends <= now) return;
      if (sundialExempt[key + ":" + agent.split(/[\/ ]/)[0]]) return;
      if (sundialShare(caller) >= window.percent) return;
      answer = window;
    });
    if (answer) {
      apis[one[0].api] = true;
      wanted = wanted || answer;
    }
  });
  return found.every(function (one) { return apis[one[0].api]; }) ? wanted : null;
}

// Answers the values of Deprecation, Sunset ("" for none) and Link; null where no rule is about the request.
function sundial(method, target) {
  var since = null, gone = null, links = [];
  sundialMatching(method, target).forEach(function (one) {
    var rule = one[0], values = one[1];
    var sunset = sundialSunset[rule.key];
    if (since === null || sundialDeprecation[rule.key] < since) since = sundialDeprecation[rule.key];
    if (sunset && (gone === null || sunset[0] < gone[0])) gone = sunset;
    if (sundialLink[rule.key]) links.push(sundialLink[rule.key]);
    if (sundialFilled[rule.key]) {
      links.push(sundialFilled[rule.key].replace(/\{(\d+)\}/g, function (all, number) {
        return sundialEncoded(values[Number(number)]);
      }));
    }
  });
  if (since === null) return null;
  return {deprecation: "@" + since, sunset: gone ? gone[1] : "", link: links.join(", ")};
}
"""


def program(rules: RuleSet) -> str:
    """Return JavaScript that defines `sundial(method, target)`; it is ASCII."""
    found = entries(rules)
    tables = [
        f"var sundialRules = [\n{_rows(_rule(entry) for entry in found)}];\n",
        _table("sundialDeprecation", {entry.key: entry.deprecation for entry in found}),
        _table(
            "sundialSunset",
            {entry.key: [entry.sunset, entry.sunset_header] for entry in found if entry.sunset is not None},
        ),
        _table(
            "sundialTombstone",
            {e.key: e.given.recognisable.tombstone for e in found if e.given.recognisable.tombstone},
        ),
        f"var sundialWindows = [\n{_rows(map(json.dumps, _windows(found)))}];\n",
        _table(
            "sundialExempt", {f"{entry.key}:{agent}": True for entry in found for agent in entry.given.agents}
        ),
        _table("sundialLink", {entry.key: entry.link_header for entry in found if entry.links}),
        _table("sundialFilled", {entry.key: _filled(entry) for entry in found if entry.filled}),
    ]
    return "".join(tables) + _LOOKUP


def _windows(found: tuple[Entry, ...]) -> list[dict[str, object]]:
    return [
        {
            "key": entry.key,
            "starts": one.starts,
            "ends": one.ends,
            "percent": one.percent,
            "status": one.status,
            "body": one.body,
            "until": one.until if one.status == 503 else "",
        }
        for entry in found
        for one in entry.given.recognisable.windows
    ]


def _table(name: str, rows: Mapping[str, object]) -> str:
    return (
        f"var {name} = {{\n{_rows(f'{json.dumps(key)}: {json.dumps(row)}' for key, row in rows.items())}}};\n"
    )


def _rows(rows: Iterable[str]) -> str:
    return "".join(f"  {row},\n" for row in rows).removesuffix(",\n") + "\n"


def _rule(entry: Entry) -> str:
    return json.dumps(
        {
            "key": entry.key,
            "api": entry.api,
            "methods": entry.methods,
            "path": _expression(entry.path, "([^/]+)"),
            "unless": [_expression(path, "[^/]+") for path in entry.unless],
        }
    )


def _expression(path: PathParts, parameter: str) -> str:
    return "^" + parameter.join(map(_escaped, path.literals)) + "/?$"


def _escaped(text: str) -> str:
    return "".join(char if ord(char) > 127 else patterns.pcre(char) for char in text)


def _filled(entry: Entry) -> str:
    return "".join(f"{{{piece + 1}}}" if isinstance(piece, int) else piece for piece in entry.filled)
