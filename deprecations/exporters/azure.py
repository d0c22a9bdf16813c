"""Azure API Management: a policy fragment for outbound and on-error."""

from xml.sax.saxutils import escape, quoteattr

from deprecations.exporters import patterns
from deprecations.exporters.entries import EXPOSED, Entry, PathParts, entries
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.rules import RuleSet

ABOUT = About(
    title="Azure API Management",
    tried_on="",
    install="make sundial-fragment.xml the policy fragment “sundial”, and write "
    '<include-fragment fragment-id="sundial"/> after <base/> in the API\'s outbound and on-error.',
    limits=(
        "links that the request's path would fill; such a successor is left out.",
        "replies to requests that match no operation.",
        "paths are compared as the gateway's OriginalUrl gives them, with the API's suffix; whether that is "
        "decoded isn't documented, so try one with an escape in it.",
    ),
)
_IS_MATCH = "System.Text.RegularExpressions.Regex.IsMatch"
_PATH = "context.Request.OriginalUrl.Path"


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the fragment for Azure API Management."""
    found = entries(rules)
    chosen = "  <choose>\n" + "".join(map(_when, found)) + "  </choose>\n" if found else ""
    comment = f"<!--\n{head(ABOUT, start='  ')}-->\n"
    return (GeneratedFile("sundial-fragment.xml", f"{comment}<fragment>\n{chosen}</fragment>\n"),)


def _when(entry: Entry) -> str:
    methods = " || ".join(f'context.Request.Method == "{method}"' for method in entry.methods)
    asked = [f"({methods})", _fits(entry.path), *(f"!{_fits(path)}" for path in entry.unless)]
    lines = [
        _set("Deprecation", "override", entry.deprecation_header),
        _set("Sunset", "override", entry.sunset_header),
        _set("Link", "append", entry.link_header) if entry.links else "",
        _set("Access-Control-Expose-Headers", "append", EXPOSED),
    ]
    condition = quoteattr(f"@({' && '.join(asked)})", {'"': "&quot;"})
    return f"    <when condition={condition}>\n{''.join(lines)}    </when>\n"


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
