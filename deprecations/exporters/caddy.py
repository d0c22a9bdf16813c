"""Caddy: a matcher a rule, and maps from the rule to each header's value."""

from deprecations.exporters import patterns
from deprecations.exporters.answers import Window, left_out_of, percent_of_hex
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
        "always the same callers where a brownout hits a part of them: Caddy chooses anew for each request.",
        "exemptions by anything but the User-Agent; one whose time is over goes with the next export.",
        "brownouts and tombstones in a site whose own directives answer before `rewrite` and `handle`.",
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
    windows: dict[str, tuple[Window, list[Entry]]] = {}  # several rules may share one
    for entry in found:
        for one in entry.given.recognisable.windows:
            windows.setdefault(one.key, (one, []))[1].append(entry)
    site = [
        _FIRST,
        *map(_rule, found),
        _values(found),
        _successors(found),
        _headers("sundial"),
        _MOMENT,
        *(_window(*row) for row in windows.values()),
        *map(_tombstone, found),
        _answers([one for one, _entries in windows.values()], found),
        "}\n",
    ]
    left_out = left_out_of((entry.key, entry.given) for entry in found)
    errors = f"(sundial_errors) {{\n{_headers('sundial_error')}}}\n"
    return (GeneratedFile("sundial.caddy", f"{head(ABOUT, left_out=left_out)}\n{''.join(site)}\n{errors}"),)


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
    dates = ["Deprecation {sundial_deprecation}", exposed]
    return (
        _header(f"@{prefix}_any", "{vars.sundial_rule} ^[A-Za-z0-9-]+$", dates)
        + _header(f"@{prefix}_sunset", "{sundial_sunset} GMT$", ["Sunset {sundial_sunset}"])
        + _header(f"@{prefix}_link", "{sundial_link} ^<.+>;", ["+Link {sundial_link}"])
        + _header(f"@{prefix}_successor", "{sundial_successor} ^<.+>;", ["+Link {sundial_successor}"])
    )


def _header(name: str, asked: str, lines: list[str]) -> str:
    body = "".join(f"\t\t{line}\n" for line in [*lines, "defer"])
    return f"\t{name} vars_regexp {asked}\n\theader {name} {{\n{body}\t}}\n"


_MOMENT = """\
\t# A rule with the time in seconds since 1970, and a number by chance; a matcher of several is true for one.
\t@sundial_ruled vars_regexp {vars.sundial_rule} ^[A-Za-z0-9-]+$
\tvars @sundial_ruled sundial_moment "{vars.sundial_rule} {time.now.unix} {http.request.uuid}"
"""


def _window(one: Window, about: list[Entry]) -> str:
    keys = "|".join(entry.key for entry in about)
    part = percent_of_hex(one.percent) if one.percent < 100 else ""
    lines = [f"vars_regexp {{vars.sundial_moment}} `^(?:{keys}) {one.seconds} {part}`"]
    for agent in dict.fromkeys(agent for entry in about for agent in entry.given.agents):
        lines.append(f"not header_regexp User-Agent `^{patterns.re2(agent)}(?:[/\\x20]|$)`")
    name = f"@sundial-window-{one.key}"
    matcher = "\n\t\t".join(lines)
    return f"\t{name} {{\n\t\t{matcher}\n\t}}\n\tvars {name} sundial_answer {one.key}\n"


def _tombstone(entry: Entry) -> str:
    if not entry.given.recognisable.tombstone:
        return ""
    name = f"@sundial-tombstone-{entry.key}"
    return (
        f"\t{name} vars_regexp {{vars.sundial_rule}} ^{entry.key}$\n"
        f"\tvars {name} sundial_answer tombstone-{entry.key}\n"
    )


def _answers(windows: list[Window], found: tuple[Entry, ...]) -> str:
    """Write what is answered; a path of its own leads there, before any handle of the site's."""
    rows = [(one.key, one.status, one.until if one.status == 503 else "", one.body) for one in windows]
    rows += [
        (f"tombstone-{e.key}", 410, "", e.given.recognisable.tombstone)
        for e in found
        if e.given.recognisable.tombstone
    ]
    return _ANSWER + "".join(map(_answer, rows)) + "\t\trespond 404\n\t}\n"


def _answer(row: tuple[str, int, str, str]) -> str:
    key, status, until, body = row
    name = f"@sundial-answer-{key}"
    retry = f'\t\theader {name} Retry-After "{until}"\n' if until else ""
    return (
        f"\t\t{name} vars_regexp {{vars.sundial_answer}} ^{key}$\n{retry}"
        f"\t\trespond {name} `{body}` {status}\n"
    )


_ANSWER = """\
\t@sundial_answered vars_regexp {vars.sundial_answer} ^[A-Za-z0-9-]+$
\trewrite @sundial_answered /.sundial-answers
\thandle /.sundial-answers {
\t\theader Content-Type application/problem+json
\t\theader Cache-Control no-store
"""
