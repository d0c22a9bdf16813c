"""Apache httpd: environment variables for the rule and its values, set before the path is rewritten."""

from datetime import UTC, datetime

from deprecations.exporters import patterns
from deprecations.exporters.answers import Window, left_out_of, percent_of_hex
from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.rules import RuleSet

ABOUT = About(
    title="Apache httpd",
    tried_on="Apache httpd 2.4.71",
    install="enable mod_headers, mod_setenvif and mod_rewrite, and Include sundial.conf at the top of each "
    "<VirtualHost>. For brownouts put TZ=UTC into the environment of httpd (/etc/apache2/envvars), since its "
    "expressions know local time alone; without it they hit nobody.",
    limits=(
        "replies to broken requests (400) that httpd refuses before it reads a path.",
        "paths with %2F in them unless AllowEncodedSlashes is NoDecode (and ProxyPass has nocanon): httpd "
        "answers 404 to them, with these headers all the same.",
        "exemptions by anything but the User-Agent, since httpd can't hash so; one whose time is over "
        "goes with the next export.",
    ),
)
_FIRST = """\
# The rule, by the path as it came, decoded but for %2F; kept when an ErrorDocument redirects within.
SetEnvIfExpr "reqenv('REDIRECT_SUNDIAL_RULE') =~ m#^(.+)$#" SUNDIAL_RULE=$1
"""
_HEADERS = f"""\
# `always` reaches errors too; `onsuccess` is where the headers of a proxied service are.
Header onsuccess unset Deprecation env=SUNDIAL_RULE
Header onsuccess unset Sunset env=SUNDIAL_RULE
Header always set Deprecation "%{{SUNDIAL_DEPRECATION}}e" env=SUNDIAL_RULE
Header always set Sunset "%{{SUNDIAL_SUNSET}}e" env=SUNDIAL_SUNSET
Header always add Link "%{{SUNDIAL_LINK}}e" env=SUNDIAL_LINK
Header always add Link "%{{SUNDIAL_SUCCESSOR}}e" env=SUNDIAL_SUCCESSOR
Header always add Access-Control-Expose-Headers "{EXPOSED}" env=SUNDIAL_RULE
"""


_CALLER = """\
# Who calls: a part of a brownout always hits the same callers, and those without a name by chance.
SetEnvIfExpr "%{HTTP:X-Api-Key} . %{HTTP:X-Client-Id} . %{HTTP:Authorization} =~ m#^(.+)$#" SUNDIAL_CALLER=$1
SetEnvIfExpr "-z reqenv('SUNDIAL_CALLER') && %{HTTP_USER_AGENT} =~ m#^(.+)$#" SUNDIAL_CALLER=$1
SetEnvIfExpr "-z reqenv('SUNDIAL_CALLER') && %{REMOTE_ADDR} . ':' . %{REMOTE_PORT} . %{TIME} =~ m#^(.+)$#" SUNDIAL_CALLER=$1
SetEnvIfExpr "md5(reqenv('SUNDIAL_CALLER')) =~ m#^(..)#" SUNDIAL_SHARE=$1
"""  # noqa: E501 - a line of httpd's
_ANSWER = """\
RewriteEngine On
RewriteCond %{ENV:SUNDIAL_ANSWER} =503
RewriteRule ^ - [R=503,L]
RewriteCond %{ENV:SUNDIAL_ANSWER} =410
RewriteRule ^ - [R=410,L]
Header always set Content-Type application/problem+json env=SUNDIAL_ANSWER
Header always set Cache-Control no-store env=SUNDIAL_ANSWER
Header always set Retry-After "%{SUNDIAL_UNTIL}e" env=SUNDIAL_UNTIL
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the file for Apache httpd."""
    found = entries(rules)
    windows = [(entry, one) for entry in found for one in entry.given.recognisable.windows]
    parts = [
        head(ABOUT, left_out=left_out_of((entry.key, entry.given) for entry in found)),
        _FIRST + "".join(map(_rule, found)),
        "# A rule's values.\n" + "".join(map(_values, found)),
        _HEADERS,
        _CALLER,
        "# A window, in UTC.\n" + "".join(_window(*row) for row in windows),
        "# What is answered in the service's place.\n"
        + "".join(map(_brownout, {one.key: one for _entry, one in windows}.values()))
        + "".join(map(_tombstone, found)),
        _ANSWER,
    ]
    return (GeneratedFile("sundial.conf", "\n".join(parts)),)


def _rule(entry: Entry) -> str:
    listed = ",".join(f"'{method}'" for method in entry.methods)
    fits = f"^{patterns.others(entry)}{patterns.decoded(entry.path)}$"
    asked = f"%{{REQUEST_METHOD}} in {{{listed}}} && unescape(%{{REQUEST_URI}}) =~ m#{fits}#"
    return f'SetEnvIfExpr "{asked}" SUNDIAL_RULE={entry.key}\n'


def _values(entry: Entry) -> str:
    chosen = f"reqenv('SUNDIAL_RULE') == '{entry.key}'"
    lines = [
        f'"{chosen}" SUNDIAL_DEPRECATION={entry.deprecation_header}',
    ]
    if entry.sunset_header:
        lines.append(f'"{chosen}" "SUNDIAL_SUNSET={entry.sunset_header}"')
    if entry.links:
        lines.append(f"\"{chosen}\" 'SUNDIAL_LINK={entry.link_header}'")
    if entry.filled:
        asked = f"{chosen} && %{{THE_REQUEST}} =~ m#^[A-Z]+ {patterns.written(entry, end='[? ]')}#"
        lines.append(f"\"{asked}\" 'SUNDIAL_SUCCESSOR={patterns.filling(entry, '${}')}'")
    return "".join(f"SetEnvIfExpr {line}\n" for line in lines)


def _window(entry: Entry, one: Window) -> str:
    asked = [
        f"reqenv('SUNDIAL_RULE') == '{entry.key}' && osenv('TZ') == 'UTC'",
        f"%{{TIME}} >= '{_digits(one.starts)}' && %{{TIME}} < '{_digits(one.ends)}'",
    ]
    if one.percent < 100:
        asked.append(f"reqenv('SUNDIAL_SHARE') =~ m#^{percent_of_hex(one.percent)}#")
    for agent in entry.given.agents:
        asked.append(f"!(%{{HTTP_USER_AGENT}} =~ m#^{patterns.pcre(agent)}(?:[/\\x20]|$)#)")
    return f'SetEnvIfExpr "{" && ".join(asked)}" SUNDIAL_WINDOW={one.key}\n'


def _digits(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S")


def _brownout(one: Window) -> str:
    chosen = f"reqenv('SUNDIAL_WINDOW') == '{one.key}'"
    until = f' "SUNDIAL_UNTIL={one.until}"' if one.status == 503 else ""
    return (
        f'SetEnvIfExpr "{chosen}" SUNDIAL_ANSWER={one.status}{until}\n'
        f"<If \"{chosen}\">\n    ErrorDocument {one.status} '{_quoted(one.body)}'\n</If>\n"
    )


def _tombstone(entry: Entry) -> str:
    if not entry.given.recognisable.tombstone:
        return ""
    chosen = f"reqenv('SUNDIAL_RULE') == '{entry.key}'"
    return (
        f'SetEnvIfExpr "{chosen}" SUNDIAL_ANSWER=410\n'
        f"<If \"{chosen}\">\n    ErrorDocument 410 '{_quoted(entry.given.recognisable.tombstone)}'\n</If>\n"
    )


def _quoted(body: str) -> str:
    """Keep a body's backslashes from the configuration's reader, and from that of expressions."""
    return body.replace("\\", "\\" * 4)
