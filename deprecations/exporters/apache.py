"""Apache httpd: environment variables for the rule and its values, set before the path is rewritten."""

from deprecations.exporters import patterns
from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.rules import RuleSet

ABOUT = About(
    title="Apache httpd",
    tried_on="Apache httpd 2.4.71",
    install="enable mod_headers and mod_setenvif, and Include sundial.conf in each <VirtualHost>.",
    limits=(
        "replies to broken requests (400) that httpd refuses before it reads a path.",
        "paths with %2F in them unless AllowEncodedSlashes is NoDecode (and ProxyPass has nocanon): httpd "
        "answers 404 to them, with these headers all the same.",
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
Header always set Sunset "%{{SUNDIAL_SUNSET}}e" env=SUNDIAL_RULE
Header always add Link "%{{SUNDIAL_LINK}}e" env=SUNDIAL_LINK
Header always add Link "%{{SUNDIAL_SUCCESSOR}}e" env=SUNDIAL_SUCCESSOR
Header always add Access-Control-Expose-Headers "{EXPOSED}" env=SUNDIAL_RULE
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the file for Apache httpd."""
    found = entries(rules)
    parts = [
        head(ABOUT),
        _FIRST + "".join(map(_rule, found)),
        "# A rule's values.\n" + "".join(map(_values, found)),
        _HEADERS,
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
        f'"{chosen}" "SUNDIAL_SUNSET={entry.sunset_header}"',
    ]
    if entry.links:
        lines.append(f"\"{chosen}\" 'SUNDIAL_LINK={entry.link_header}'")
    if entry.filled:
        asked = f"{chosen} && %{{THE_REQUEST}} =~ m#^[A-Z]+ {patterns.written(entry, end='[? ]')}#"
        lines.append(f"\"{asked}\" 'SUNDIAL_SUCCESSOR={patterns.filling(entry, '${}')}'")
    return "".join(f"SetEnvIfExpr {line}\n" for line in lines)
