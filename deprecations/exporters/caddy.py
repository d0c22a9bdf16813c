"""Caddy: a matcher a rule, and maps from the rule to each header's value."""

from deprecations.exporters import patterns
from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.rules import RuleSet

ABOUT = About(
    title="Caddy",
    tried_on="Caddy 2.6.2",
    install="import sundial.caddy at the top of the Caddyfile, then write `import sundial` in each site and "
    "`import sundial_errors` in its handle_errors (`handle_errors { import sundial_errors }` if it has "
    "none), without which Caddy's own errors go without.",
    limits=(
        "replies to broken requests (400) that Caddy refuses before it reads a path.",
        "a path with %2F in it is compared as it was written, so other escapes in its fixed parts hide it.",
    ),
)


_FIRST = """\
(sundial) {
\t# The decoded path; as it was written where a slash is part of a segment.
\tvars sundial_asked "{http.request.method} {http.request.orig_uri.path}"
\t@sundial_slash vars_regexp sundial {http.request.orig_uri} `(?i)^([^?]*%2f[^?]*)`
\tvars @sundial_slash sundial_asked "{http.request.method} {re.sundial.1}"
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the file for Caddy."""
    found = entries(rules)
    site = [_FIRST, *map(_rule, found), _values(found), _successors(found), _headers("sundial"), "}\n"]
    errors = f"(sundial_errors) {{\n{_headers('sundial_error')}}}\n"
    return (GeneratedFile("sundial.caddy", f"{head(ABOUT)}\n{''.join(site)}\n{errors}"),)


def _rule(entry: Entry) -> str:
    asked, listed = "{vars.sundial_asked}", patterns.methods(entry)
    fits = [patterns.decoded(path, patterns.re2) for path in (entry.path, *entry.unless)]
    lines = [f"vars_regexp {asked} `^{listed} {expression}$`" for expression in fits]
    matcher = "\n\t\tnot ".join(lines)
    name = f"@sundial-{entry.key}"
    return f"\t{name} {{\n\t\t{matcher}\n\t}}\n\tvars {name} sundial_rule {entry.key}\n"


def _values(found: tuple[Entry, ...]) -> str:
    rows = "".join(
        f'\t\t{entry.key} {entry.deprecation_header} "{entry.sunset_header}" `{entry.link_header}`\n'
        for entry in found
    )
    names = "{sundial_deprecation} {sundial_sunset} {sundial_link}"
    return f"\tmap {{vars.sundial_rule}} {names} {{\n{rows}\t}}\n"


def _successors(found: tuple[Entry, ...]) -> str:
    rows = "".join(
        f"\t\t`~^{entry.key} {patterns.written(entry)}` `{patterns.filling(entry, '${{{}}}')}`\n"
        for entry in found
        if entry.filled
    )
    source = '"{vars.sundial_rule} {http.request.orig_uri}"'
    return f"\tmap {source} {{sundial_successor}} {{\n{rows}\t}}\n"


def _headers(prefix: str) -> str:
    """Write the headers; `defer` lets them replace the service's, and a site's matchers need their own names.

    What isn't set reads as “<nil>” in Caddy 2.6, so the expressions ask for more than something.
    """
    exposed = f'+Access-Control-Expose-Headers "{EXPOSED}"'
    dates = ["Deprecation {sundial_deprecation}", "Sunset {sundial_sunset}", exposed]
    return (
        _header(f"@{prefix}_any", "{vars.sundial_rule} ^[A-Za-z0-9-]+$", dates)
        + _header(f"@{prefix}_link", "{sundial_link} ^<.+>;", ["+Link {sundial_link}"])
        + _header(f"@{prefix}_successor", "{sundial_successor} ^<.+>;", ["+Link {sundial_successor}"])
    )


def _header(name: str, asked: str, lines: list[str]) -> str:
    body = "".join(f"\t\t{line}\n" for line in [*lines, "defer"])
    return f"\t{name} vars_regexp {asked}\n\theader {name} {{\n{body}\t}}\n"
