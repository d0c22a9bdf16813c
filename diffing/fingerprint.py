"""A finding's stable identity: rule, structural place and values; never the sentence or the line."""

import hashlib
import re

from diffing.change import Change, Site
from diffing.schema import written

_LISTS = re.compile(
    r"/(parameters|allOf|anyOf|oneOf|enum|required|tags|servers|security|prefixItems|type)/\d+"
)
_COMPONENT = re.compile(r"^/(components/[^/]+|definitions|parameters|responses|securityDefinitions)/[^/]+")


def place_of(change: Change, site: Site | None) -> str:
    """Answer where a change stands in the structure: in a component, or at a place of an operation.

    Positions in lists are left out, so that inserting a neighbour changes no identity.
    """
    part = change.old or change.new
    pointer = _LISTS.sub(r"/\1", part.pointer) if part else ""
    file = part.file if part else ""
    if site is None or file or _COMPONENT.match(pointer):
        return f"{file}#{pointer} {change.subject}"
    path = "/".join(site.path)
    return f"{site.reach.method} {site.reach.path} {site.reach.where} {path} {change.subject}"


def fingerprint(rule: str, place: str, change: Change, turn: int) -> str:
    """Answer 12 hex digits; `turn` counts equal changes at one place."""
    values = [change.was, change.now] if change.by == "rule" else [change.subject]
    text = "\n".join([rule, place, canonical_of(values), str(turn)])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def canonical_of(values: list[object]) -> str:
    """Write values so that the order of keys does not matter."""
    try:
        return f"[{', '.join([written(value) for value in values])}]"
    except (TypeError, ValueError):
        return repr(values)
