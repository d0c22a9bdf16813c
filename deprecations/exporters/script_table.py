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

// Answers the values of Deprecation, Sunset and Link; null where no rule is about the request.
function sundial(method, target) {
  var path = sundialDecoded(target.split("?")[0]);
  var since = null, gone = null, links = [];
  sundialRules.forEach(function (rule) {
    var values = rule.methods.indexOf(method) < 0 ? null : rule.path.exec(path);
    if (!values || rule.unless.some(function (other) { return other.test(path); })) return;
    var sunset = sundialSunset[rule.key];
    if (since === null || sundialDeprecation[rule.key] < since) since = sundialDeprecation[rule.key];
    if (gone === null || sunset[0] < gone[0]) gone = sunset;
    if (sundialLink[rule.key]) links.push(sundialLink[rule.key]);
    if (sundialFilled[rule.key]) {
      links.push(sundialFilled[rule.key].replace(/\{(\d+)\}/g, function (all, number) {
        return sundialEncoded(values[Number(number)]);
      }));
    }
  });
  return since === null ? null : {deprecation: "@" + since, sunset: gone[1], link: links.join(", ")};
}
"""


def program(rules: RuleSet) -> str:
    """Return JavaScript that defines `sundial(method, target)`; it is ASCII."""
    found = entries(rules)
    tables = [
        f"var sundialRules = [\n{_rows(_rule(entry) for entry in found)}];\n",
        _table("sundialDeprecation", {entry.key: entry.deprecation for entry in found}),
        _table("sundialSunset", {entry.key: [entry.sunset, entry.sunset_header] for entry in found}),
        _table("sundialLink", {entry.key: entry.link_header for entry in found if entry.links}),
        _table("sundialFilled", {entry.key: _filled(entry) for entry in found if entry.filled}),
    ]
    return "".join(tables) + _LOOKUP


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
