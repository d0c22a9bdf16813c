"""HAProxy: map files with every rule and value, and a fragment for the frontend that never changes."""

from collections.abc import Iterable

from consumers.models import CredentialKind
from deprecations.exporters import patterns
from deprecations.exporters.answers import Window, late, strangers
from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head, remark
from deprecations.rules import RuleSet

ABOUT = About(
    title="HAProxy",
    tried_on="HAProxy 2.6.12",
    install="put the map files into /etc/haproxy/sundial/ and the lines of sundial-frontend.cfg at the "
    "beginning of each `frontend` (2.5 or newer), before any rule that answers or rewrites. A new date "
    "changes a map file alone; `set map` on the runtime socket takes it without a reload. Where brownouts "
    "pass over anybody, set SUNDIAL_CREDENTIAL_KEY in HAProxy's environment to what "
    "`sundial edge secret --credentials --base64` prints; without it, such a brownout hits nobody.",
    limits=(
        "replies to broken requests (400) that HAProxy refuses before it reads a path.",
        "doubled slashes in a path are not merged: add `http-request normalize-uri path-merge-slashes` "
        "before these lines if your services merge them.",
        "a path with %2F in it is compared as it was written, so other escapes in its fixed parts hide it.",
        "exemptions by other names than key, client id and User-Agent; one whose time is over goes with the "
        "next export.",
    ),
)
_SEEN = frozenset({CredentialKind.API_KEY, CredentialKind.CLIENT_ID, CredentialKind.USER_AGENT})
_MAIN = "sundial-frontend.cfg"
_FOLDER = "/etc/haproxy/sundial"


def _looked_up(variable: str, name: str, *, how: str = "map_str") -> str:
    return f"var(txn.sundial_{variable}),{how}({_FOLDER}/sundial-{name}.map)"


_FRAGMENT = f"""\
# The decoded path; as it was written where a slash is part of a segment.
http-request set-var(txn.sundial_path) path,url_dec if !{{ path -m sub -i %2f }}
http-request set-var(txn.sundial_path) path if {{ path -m sub -i %2f }}
http-request set-var-fmt(txn.sundial_asked) %[method]:%[var(txn.sundial_path)]
http-request set-var(txn.sundial_rule) {_looked_up("asked", "rules", how="map_reg")}
http-request set-var-fmt(txn.sundial_written) %[var(txn.sundial_rule)]:%[path]

# After-response rules see HAProxy's own errors and redirects too.
http-after-response set-header Deprecation %[{_looked_up("rule", "deprecation")}] if {{ var(txn.sundial_rule) -m found }}
http-after-response set-header Sunset %[{_looked_up("rule", "sunset")}] if {{ {_looked_up("rule", "sunset")} -m found }}
http-after-response add-header Link %[{_looked_up("rule", "link")}] if {{ {_looked_up("rule", "link")} -m found }}
http-after-response add-header Link %[{_looked_up("written", "successor", how="map_regm")}] if {{ {_looked_up("written", "successor", how="map_regm")} -m found }}
http-after-response add-header Access-Control-Expose-Headers "{EXPOSED}" if {{ var(txn.sundial_rule) -m found }}

# A tombstone stands in the service's place.
http-request return status 410 content-type application/problem+json hdr Cache-Control no-store lf-string "%[{_looked_up("rule", "tombstones")}]" if {{ {_looked_up("rule", "tombstones")} -m found }}

# A window by rule and the time in seconds since 1970, whatever the machine's zone.
http-request set-var-fmt(txn.sundial_moment) %[var(txn.sundial_rule)]:%[date] if {{ var(txn.sundial_rule) -m found }}
http-request set-var(txn.sundial_window) {_looked_up("moment", "windows", how="map_reg")} if {{ var(txn.sundial_rule) -m found }}

# Who calls: by what is registered for exempt callers, as a keyed hash of kind, NUL and value.
http-request set-var(txn.sundial_kind) str(user-agent%00),url_dec if {{ var(txn.sundial_window) -m found }}
http-request set-var(txn.sundial_name) req.fhdr(user-agent),regsub([/\\x20].*$,) if {{ var(txn.sundial_window) -m found }}
http-request set-var(txn.sundial_kind) str(client-id%00),url_dec if {{ var(txn.sundial_window) -m found }} {{ req.hdr(x-client-id) -m found }}
http-request set-var(txn.sundial_name) req.fhdr(x-client-id) if {{ var(txn.sundial_window) -m found }} {{ req.hdr(x-client-id) -m found }}
http-request set-var(txn.sundial_kind) str(api-key%00),url_dec if {{ var(txn.sundial_window) -m found }} {{ req.hdr(x-api-key) -m found }}
http-request set-var(txn.sundial_name) req.fhdr(x-api-key) if {{ var(txn.sundial_window) -m found }} {{ req.hdr(x-api-key) -m found }}
http-request set-var(txn.sundial_key) env(SUNDIAL_CREDENTIAL_KEY) if {{ var(txn.sundial_window) -m found }} {{ env(SUNDIAL_CREDENTIAL_KEY) -m len ge 1 }}
http-request set-var(txn.sundial_name) var(txn.sundial_kind),concat(,txn.sundial_name),hmac(sha256,txn.sundial_key),hex,lower if {{ var(txn.sundial_key) -m found }}
http-request set-var-fmt(txn.sundial_known) %[var(txn.sundial_rule)]:%[var(txn.sundial_name)] if {{ var(txn.sundial_key) -m found }}
http-request unset-var(txn.sundial_window) if {{ {_looked_up("known", "exempt")} -m found }}
http-request unset-var(txn.sundial_window) if {{ {_looked_up("rule", "exempting")} -m found }} !{{ var(txn.sundial_key) -m found }}

# A part of a brownout always hits the same callers, and those that name nobody by chance.
http-request set-var-fmt(txn.sundial_caller) %[req.fhdr(x-api-key)]%[req.fhdr(x-client-id)]%[req.fhdr(authorization)] if {{ var(txn.sundial_window) -m found }}
http-request set-var(txn.sundial_caller) req.fhdr(user-agent) if {{ var(txn.sundial_window) -m found }} {{ var(txn.sundial_caller) -m len 0 }}
http-request set-var(txn.sundial_share) var(txn.sundial_caller),xxh32(1),mod(100) if {{ var(txn.sundial_window) -m found }}
http-request set-var(txn.sundial_share) rand(100) if {{ var(txn.sundial_window) -m found }} {{ var(txn.sundial_caller) -m len 0 }}
http-request set-var(txn.sundial_percent) {_looked_up("window", "percents", how="map_str_int")} if {{ var(txn.sundial_window) -m found }}
http-request unset-var(txn.sundial_window) if {{ var(txn.sundial_window) -m found }} {{ var(txn.sundial_share),sub(txn.sundial_percent) ge 0 }}
http-request return status 503 content-type application/problem+json hdr Cache-Control no-store hdr Retry-After "%[{_looked_up("window", "until")}]" lf-string "%[{_looked_up("window", "brownouts")}]" if {{ {_looked_up("window", "until")} -m found }}
http-request return status 410 content-type application/problem+json hdr Cache-Control no-store lf-string "%[{_looked_up("window", "brownouts")}]" if {{ {_looked_up("window", "brownouts")} -m found }}
"""  # noqa: E501 - a line of HAProxy's can't be broken


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the files for HAProxy."""
    found = entries(rules)
    windows = [(entry, one) for entry in found for one in entry.given.seen_by(_SEEN).windows]
    each = {one.key: one for _entry, one in windows}.values()  # several rules may share one
    left_out = [
        *late((entry.key, entry.given) for entry in found),
        *strangers((e.key, e.given) for e in found if e.given.seen_by(_SEEN) is not e.given),
    ]
    exempting = [entry for entry in found if entry.given.hashed]
    return (
        GeneratedFile(_MAIN, f"{head(ABOUT, left_out=left_out)}\n{_FRAGMENT}"),
        _map("rules", map(_rule, found)),
        _map("deprecation", (f"{entry.key} {entry.deprecation_header}" for entry in found)),
        _map("sunset", (f"{entry.key} {entry.sunset_header}" for entry in found if entry.sunset_header)),
        _map("link", (f"{entry.key} {entry.link_header}" for entry in found if entry.links)),
        _map("successor", map(_successor, found)),
        _map(
            "tombstones",
            (f"{e.key} {e.given.recognisable.tombstone}" for e in found if e.given.recognisable.tombstone),
        ),
        _map("windows", (_window(*row) for row in windows)),
        _map("percents", (f"{one.key} {one.percent}" for one in each)),
        _map("brownouts", (f"{one.key} {one.body}" for one in each)),
        _map("until", (f"{one.key} {one.until}" for one in each if one.status == 503)),
        _map("exempting", (f"{entry.key} 1" for entry in exempting)),
        _map("exempt", (f"{e.key}:{digest} 1" for e in exempting for _kind, digest in e.given.hashed)),
    )


def _map(name: str, rows: Iterable[str]) -> GeneratedFile:
    lines = "".join(f"{line}\n" for line in rows if line)
    return GeneratedFile(f"sundial-{name}.map", remark(ABOUT, _MAIN) + lines)


def _rule(entry: Entry) -> str:
    fits = f"{patterns.others(entry)}{patterns.decoded(entry.path)}"
    return f"^{patterns.methods(entry)}:{fits}$ {entry.key}"


def _window(entry: Entry, one: Window) -> str:
    return f"^{entry.key}:{one.seconds}$ {one.key}"


def _successor(entry: Entry) -> str:
    if not entry.filled:
        return ""
    return f"^{entry.key}:{patterns.written(entry)} {patterns.filling(entry, chr(92) + '{}')}"
