"""nginx: maps from method and path to a rule, and from the rule to headers and to what it answers."""

from collections.abc import Callable, Iterable

from deprecations.exporters import patterns
from deprecations.exporters.answers import Window, left_out_of
from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head, remark
from deprecations.rules import RuleSet

ABOUT = About(
    title="nginx",
    tried_on="nginx 1.22.1",
    install="include sundial-http.conf in `http`, sundial-server.conf in `server`, and sundial-headers.conf "
    "in every `location` that has an add_header or proxy_hide_header of its own, since that drops all that "
    "it would inherit. The statuses 590 to 593 of error_page are used for answers: leave them alone.",
    limits=(
        "replies to broken requests (400) that nginx refuses before it reads a path.",
        "replies by fastcgi_pass, uwsgi_pass or grpc_pass keep the service's own Deprecation and Sunset "
        "beside these: add fastcgi_hide_header, uwsgi_hide_header or grpc_hide_header for both.",
        "a path with %2F in it is compared as it was written, so other escapes in its fixed parts hide it.",
        "exemptions by anything but the User-Agent, since nginx can't hash; one whose time is over goes "
        "with the next export.",
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
set $sundial_answer $sundial_asked;
"""
_CALLER = """# Who calls: a part of a brownout always hits the same callers, those without a name by chance.
map "$http_x_api_key$http_x_client_id$http_authorization" $sundial_caller {
    default $http_x_api_key$http_x_client_id$http_authorization;
    "" $sundial_agent;
}
map $http_user_agent $sundial_agent { default $http_user_agent; "" $request_id; }
"""
_CODES = {(410, False): 590, (410, True): 591, (503, True): 593}
"""What `return` hands to error_page, by status and whether it is a brownout."""
_ANSWERS = "".join(
    f"""error_page {code} = @sundial_{code};
if ($sundial_answer = {code}) {{ return {code}; }}
location @sundial_{code} {{
    default_type application/problem+json;
    add_header Cache-Control no-store always;
{"    add_header Retry-After $sundial_until always;" + chr(10) if status == 503 else ""}\
{"".join(f"    {line}{chr(10)}" for line in _HEADERS.splitlines() if line.startswith("add"))}\
    return {status} ${"sundial_brownout" if is_brownout else "sundial_tombstone"};
}}
"""
    for (status, is_brownout), code in _CODES.items()
)


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the files for nginx."""
    found = entries(rules)
    windows = [(entry, one) for entry in found for one in entry.given.recognisable.windows]
    each = {one.key: one for _entry, one in windows}.values()  # several rules may share one
    maps = [
        _PATH,
        _map("$request_method $sundial_path", "$sundial_found", '""', map(_rule, found)),
        _map("$sundial_rule", "$sundial_deprecation", "$upstream_http_deprecation", map(_deprecation, found)),
        _map("$sundial_rule", "$sundial_sunset", "$upstream_http_sunset", map(_sunset, found)),
        _map("$sundial_rule", "$sundial_link", '""', map(_link, found)),
        _map("$sundial_rule $request_uri", "$sundial_successor", '""', map(_successor, found)),
        f'map $sundial_rule $sundial_exposed {{\n    default "{EXPOSED}";\n    "" "";\n}}\n',
        _CALLER,
        *_shares(sorted({(one.percent, _CODES[one.status, True]) for one in each})),
        "# A window by rule and the time in seconds since 1970, whatever the machine's zone.\n"
        + _map("$sundial_found $msec", "$sundial_window", '""', (_window(*row) for row in windows)),
        _map("$sundial_found $http_user_agent", "$sundial_exempt", '""', _exempt(found)),
        _map("$sundial_window", "$sundial_hit", '""', map(_hit, each)),
        _map("$sundial_found", "$sundial_tombstone", '""', map(_tombstone, found)),
        _map("$sundial_window", "$sundial_brownout", '""', map(_body, each)),
        _map("$sundial_window", "$sundial_until", '""', map(_until, each)),
        _ASKED,
    ]
    left_out = left_out_of((entry.key, entry.given) for entry in found)
    return (
        GeneratedFile(_MAIN, "\n".join([head(ABOUT, left_out=left_out), *maps])),
        GeneratedFile("sundial-server.conf", f"{remark(ABOUT, _MAIN)}\n{_PIN}\n{_HEADERS}\n{_ANSWERS}"),
        GeneratedFile("sundial-headers.conf", f"{remark(ABOUT, _MAIN)}\n{_HEADERS}"),
    )


_ASKED = """# What is answered in the service's place: a tombstone, or an open window that hits the caller.
map "$sundial_exempt:$sundial_hit" $sundial_browned { default ""; "~^:(?<sundial_code>.+)$" $sundial_code; }
map $sundial_tombstone $sundial_asked { default 590; "" $sundial_browned; }
"""


def _map(source: str, target: str, default: str, rows: Iterable[str]) -> str:
    lines = "".join(f"    {line}\n" for line in rows if line)
    quoted = f'"{source}"' if " " in source else source
    return f"map {quoted} {target} {{\n    default {default};\n{lines}}}\n"


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


def _shares(parts: list[tuple[int, int]]) -> list[str]:
    return [
        f'split_clients "$sundial_caller" $sundial_part_{percent}_{code} {{ {percent}% {code}; * ""; }}\n'
        for percent, code in parts
        if percent < 100
    ]


def _window(entry: Entry, one: Window) -> str:
    return f'"~^{entry.key} {one.seconds}\\." "{one.key}";'


def _exempt(found: Iterable[Entry]) -> Iterable[str]:
    escape: Callable[[str], str] = patterns.pcre
    for entry in found:
        for agent in entry.given.agents:
            yield f'"~^{entry.key} {escape(agent)}(?:/|\\x20|$)" exempt;'


def _hit(one: Window) -> str:
    code = _CODES[one.status, True]
    return (
        f'"{one.key}" {code};' if one.percent == 100 else f'"{one.key}" $sundial_part_{one.percent}_{code};'
    )


def _tombstone(entry: Entry) -> str:
    return (
        f"\"{entry.key}\" '{entry.given.recognisable.tombstone}';"
        if entry.given.recognisable.tombstone
        else ""
    )


def _body(one: Window) -> str:
    return f"\"{one.key}\" '{one.body}';"


def _until(one: Window) -> str:
    return f'"{one.key}" "{one.until}";'
