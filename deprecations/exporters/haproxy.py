"""HAProxy: map files with every rule and value, and a fragment for the frontend that never changes."""

from collections.abc import Callable

from deprecations.exporters import patterns
from deprecations.exporters.entries import EXPOSED, Entry, entries
from deprecations.exporters.generated import About, GeneratedFile, head, remark
from deprecations.rules import RuleSet

ABOUT = About(
    title="HAProxy",
    tried_on="HAProxy 2.6.12",
    install="put the map files into /etc/haproxy/sundial/ and the lines of sundial-frontend.cfg at the "
    "beginning of each `frontend` (2.5 or newer), before any rule that answers or rewrites. A new date "
    "changes a map file alone; `set map` on the runtime socket takes it without a reload.",
    limits=(
        "replies to broken requests (400) that HAProxy refuses before it reads a path.",
        "doubled slashes in a path are not merged: add `http-request normalize-uri path-merge-slashes` "
        "before these lines if your services merge them.",
        "a path with %2F in it is compared as it was written, so other escapes in its fixed parts hide it.",
    ),
)
_MAIN = "sundial-frontend.cfg"
_FOLDER = "/etc/haproxy/sundial"
_FRAGMENT = f"""\
# The decoded path; as it was written where a slash is part of a segment.
http-request set-var(txn.sundial_path) path,url_dec if !{{ path -m sub -i %2f }}
http-request set-var(txn.sundial_path) path if {{ path -m sub -i %2f }}
http-request set-var-fmt(txn.sundial_asked) %[method]:%[var(txn.sundial_path)]
http-request set-var(txn.sundial_rule) var(txn.sundial_asked),map_reg({_FOLDER}/sundial-rules.map)
http-request set-var-fmt(txn.sundial_written) %[var(txn.sundial_rule)]:%[path]

# After-response rules see HAProxy's own errors and redirects too.
http-after-response set-header Deprecation %[var(txn.sundial_rule),map_str({_FOLDER}/sundial-deprecation.map)] if {{ var(txn.sundial_rule) -m found }}
http-after-response set-header Sunset %[var(txn.sundial_rule),map_str({_FOLDER}/sundial-sunset.map)] if {{ var(txn.sundial_rule) -m found }}
http-after-response add-header Link %[var(txn.sundial_rule),map_str({_FOLDER}/sundial-link.map)] if {{ var(txn.sundial_rule),map_str({_FOLDER}/sundial-link.map) -m found }}
http-after-response add-header Link %[var(txn.sundial_written),map_regm({_FOLDER}/sundial-successor.map)] if {{ var(txn.sundial_written),map_regm({_FOLDER}/sundial-successor.map) -m found }}
http-after-response add-header Access-Control-Expose-Headers "{EXPOSED}" if {{ var(txn.sundial_rule) -m found }}
"""  # noqa: E501 - a line of HAProxy's can't be broken


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the files for HAProxy."""
    found = entries(rules)
    return (
        GeneratedFile(_MAIN, f"{head(ABOUT)}\n{_FRAGMENT}"),
        _map("sundial-rules.map", found, _rule),
        _map("sundial-deprecation.map", found, lambda entry: f"{entry.key} {entry.deprecation_header}"),
        _map("sundial-sunset.map", found, lambda entry: f"{entry.key} {entry.sunset_header}"),
        _map("sundial-link.map", found, lambda entry: entry.links and f"{entry.key} {entry.link_header}"),
        _map("sundial-successor.map", found, _successor),
    )


def _map(name: str, found: tuple[Entry, ...], row: Callable[[Entry], object]) -> GeneratedFile:
    lines = "".join(f"{line}\n" for entry in found if (line := row(entry)))
    return GeneratedFile(name, remark(ABOUT, _MAIN) + lines)


def _rule(entry: Entry) -> str:
    fits = f"{patterns.others(entry)}{patterns.decoded(entry.path)}"
    return f"^{patterns.methods(entry)}:{fits}$ {entry.key}"


def _successor(entry: Entry) -> str:
    if not entry.filled:
        return ""
    return f"^{entry.key}:{patterns.written(entry)} {patterns.filling(entry, chr(92) + '{}')}"
