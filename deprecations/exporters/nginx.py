"""nginx: maps from method and path to a rule, and from the rule to each header's value."""

from collections.abc import Callable

from deprecations.exporters import patterns
from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head, remark
from deprecations.rules import RuleSet

ABOUT = About(
    title="nginx",
    tried_on="nginx 1.22.1",
    install="include sundial-http.conf in `http`, sundial-server.conf in `server`, and sundial-headers.conf "
    "in every `location` that has an add_header or proxy_hide_header of its own, since that drops all that "
    "it would inherit.",
    limits=(
        "replies to broken requests (400) that nginx refuses before it reads a path.",
        "replies by fastcgi_pass, uwsgi_pass or grpc_pass keep the service's own Deprecation and Sunset "
        "beside these: add fastcgi_hide_header, uwsgi_hide_header or grpc_hide_header for both.",
        "a path with %2F in it is compared as it was written, so other escapes in its fixed parts hide it.",
    ),
)
_MAIN = "sundial-http.conf"
_PATH = r"""# The decoded path; as it was written where a slash is part of a segment.
map $request_uri $sundial_path {
    default $uri;
    "~*^(?<sundial_written>[^?]*%2f[^?]*)" $sundial_written;
}
"""
_HEADERS = """proxy_hide_header Deprecation;
proxy_hide_header Sunset;
add_header Deprecation $sundial_deprecation always;
add_header Sunset $sundial_sunset always;
add_header Link $sundial_link always;
add_header Link $sundial_successor always;
add_header Access-Control-Expose-Headers $sundial_exposed always;
"""
_PIN = """# Pinned before any rewrite or error_page: a map is read late and would see the new path.
set $sundial_rule $sundial_found;
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the files for nginx."""
    found = entries(rules)
    maps = [
        _PATH,
        _map("$request_method $sundial_path", "$sundial_found", '""', found, _rule),
        _map("$sundial_rule", "$sundial_deprecation", "$upstream_http_deprecation", found, _deprecation),
        _map("$sundial_rule", "$sundial_sunset", "$upstream_http_sunset", found, _sunset),
        _map("$sundial_rule", "$sundial_link", '""', found, _link),
        _map("$sundial_rule $request_uri", "$sundial_successor", '""', found, _successor),
        f'map $sundial_rule $sundial_exposed {{\n    default "{EXPOSED}";\n    "" "";\n}}\n',
    ]
    return (
        GeneratedFile(_MAIN, "\n".join([head(ABOUT), *maps])),
        GeneratedFile("sundial-server.conf", f"{remark(ABOUT, _MAIN)}\n{_PIN}\n{_HEADERS}"),
        GeneratedFile("sundial-headers.conf", f"{remark(ABOUT, _MAIN)}\n{_HEADERS}"),
    )


def _map(
    source: str, target: str, default: str, found: tuple[Entry, ...], row: Callable[[Entry], str]
) -> str:
    rows = "".join(f"    {line}\n" for entry in found if (line := row(entry)))
    quoted = f'"{source}"' if " " in source else source
    return f"map {quoted} {target} {{\n    default {default};\n{rows}}}\n"


def _rule(entry: Entry) -> str:
    fits = f"{patterns.others(entry)}{patterns.decoded(entry.path)}"
    return f'"~^{patterns.methods(entry)} {fits}$" "{entry.key}";'


def _deprecation(entry: Entry) -> str:
    return f'"{entry.key}" "{entry.deprecation_header}";'


def _sunset(entry: Entry) -> str:
    return f'"{entry.key}" "{entry.sunset_header}";'


def _link(entry: Entry) -> str:
    return f"\"{entry.key}\" '{entry.link_header}';" if entry.links else ""


def _successor(entry: Entry) -> str:
    if not entry.filled:
        return ""
    fits = patterns.written(entry, opening="(?<sundial_{}>")
    return f"\"~^{entry.key} {fits}\" '{patterns.filling(entry, '${{sundial_{}}}')}';"
