"""Azure API Management: a policy fragment for outbound and on-error."""

from http import HTTPStatus
from xml.sax.saxutils import escape, quoteattr

from deprecations.exporters import patterns
from deprecations.exporters.answers import Window, left_out_of
from deprecations.exporters.entries import EXPOSED, Entry, PathParts, entries
from deprecations.exporters.generated import About, GeneratedFile, head, remark
from deprecations.rules import RuleSet

ABOUT = About(
    title="Azure API Management",
    tried_on="",
    install="make sundial-fragment.xml the policy fragment “sundial”, and write "
    '<include-fragment fragment-id="sundial"/> after <base/> in the API\'s outbound and on-error. Make '
    "sundial-inbound.xml the fragment “sundial-inbound” and include it first in inbound: it answers "
    "brownouts and tombstones.",
    limits=(
        "links that the request's path would fill; such a successor is left out.",
        "replies to requests that match no operation.",
        "always the same callers where a brownout hits a part of them: each request is a new choice.",
        "exemptions by anything but the User-Agent; one whose time is over goes with the next export.",
        "paths are compared as the gateway's OriginalUrl gives them, with the API's suffix; whether that is "
        "decoded isn't documented, so try one with an escape in it.",
    ),
)
_IS_MATCH = "System.Text.RegularExpressions.Regex.IsMatch"
_NOW = "DateTimeOffset.UtcNow.ToUnixTimeSeconds()"
_AGENT = 'context.Request.Headers.GetValueOrDefault("User-Agent", "")'
_PATH = "context.Request.OriginalUrl.Path"


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the fragment for Azure API Management."""
    found = entries(rules)
    chosen = "  <choose>\n" + "".join(map(_when, found)) + "  </choose>\n" if found else ""
    left_out = left_out_of((entry.key, entry.given) for entry in found)
    comment = f"<!--\n{head(ABOUT, start='  ', left_out=left_out)}-->\n"
    answered = "".join(map(_answers, found))
    inbound = f"  <choose>\n{answered}  </choose>\n" if answered else ""
    note = remark(ABOUT, "sundial-fragment.xml", start="").rstrip()
    return (
        GeneratedFile("sundial-fragment.xml", f"{comment}<fragment>\n{chosen}</fragment>\n"),
        GeneratedFile("sundial-inbound.xml", f"<!-- {note} -->\n<fragment>\n{inbound}</fragment>\n"),
    )


def _asked(entry: Entry) -> list[str]:
    methods = " || ".join(f'context.Request.Method == "{method}"' for method in entry.methods)
    return [f"({methods})", _fits(entry.path), *(f"!{_fits(path)}" for path in entry.unless)]


def _headers(entry: Entry) -> str:
    lines = [
        _set("Deprecation", "override", entry.deprecation_header),
        _set("Sunset", "override", entry.sunset_header) if entry.sunset_header else "",
        _set("Link", "append", entry.link_header) if entry.links else "",
        _set("Access-Control-Expose-Headers", "append", EXPOSED),
    ]
    return "".join(lines)


def _when(entry: Entry) -> str:
    return _chosen(_asked(entry), _headers(entry))


def _chosen(asked: list[str], lines: str) -> str:
    condition = quoteattr(f"@({' && '.join(asked)})", {'"': "&quot;"})
    return f"    <when condition={condition}>\n{lines}    </when>\n"


def _answers(entry: Entry) -> str:
    if entry.given.recognisable.tombstone:
        return _chosen(_asked(entry), _returned(entry, 410, entry.given.recognisable.tombstone, ""))
    return "".join(_brownout(entry, one) for one in entry.given.recognisable.windows)


def _brownout(entry: Entry, one: Window) -> str:
    asked = [*_asked(entry), f"{_NOW} >= {one.starts}", f"{_NOW} < {one.ends}"]
    if one.percent < 100:
        asked.append(f"new Random().Next(100) < {one.percent}")
    for agent in entry.given.agents:
        asked.append(
            f'!{_IS_MATCH}({_AGENT}, @"^{patterns.decoded(PathParts((agent,)), _utf16)[:-2]}([/ ]|$)")'
        )
    until = one.until if one.status == 503 else ""
    return _chosen(asked, _returned(entry, one.status, one.body, until))


def _returned(entry: Entry, status: int, body: str, until: str) -> str:
    retry = _set("Retry-After", "override", until) if until else ""
    return (
        "      <return-response>\n"
        f'      <set-status code="{status}" reason="{HTTPStatus(status).phrase}" />\n'
        f"{_set('Content-Type', 'override', 'application/problem+json')}"
        f"{_set('Cache-Control', 'override', 'no-store')}{retry}{_headers(entry)}"
        f"      <set-body>{escape(body)}</set-body>\n"
        "      </return-response>\n"
    )


def _fits(path: PathParts) -> str:
    return f'{_IS_MATCH}({_PATH}, @"^{patterns.decoded(path, _utf16)}$")'


def _utf16(text: str) -> str:
    """Escape literal text for .NET, whose expressions see UTF-16."""
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    if ord(char) < 128:
        return patterns.pcre(char)
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _set(name: str, action: str, value: str) -> str:
    # A leading @ means an expression, so the text stands within one.
    text = f'@("{value}")' if value.startswith("@") else value
    return (
        f'      <set-header name="{name}" exists-action="{action}">\n'
        f"        <value>{escape(text)}</value>\n"
        "      </set-header>\n"
    )
