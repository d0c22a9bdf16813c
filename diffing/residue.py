"""What no rule looked at, taken apart: deepdiff says which values inside a differing object differ.

Only small values that a walk left over come here, never whole documents; deepdiff is imported when the
first of them does. What it can't take apart is reported whole, so nothing is dropped.
"""

from collections.abc import Iterator
from typing import Any

from diffing.change import Change, Located
from diffing.equality import encode
from diffing.part import Part

_LEFT_OVER = frozenset({"other"})
_LARGEST = 4_000
"""Bytes of a value beyond which it is reported whole: taking apart costs more than it tells."""

_DEEPEST = 40
"""Values within values, beyond which the time for taking apart grows with the square."""

_ACTIONS = {
    "values_changed": "changed",
    "type_changes": "changed",
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
}


def taken_apart(found: list[Located]) -> list[Located]:
    """Answer the changes, each left-over object in place of which stand the values that differ in it."""
    return [piece for located in found for piece in _pieces(located)]


def _pieces(located: Located) -> list[Located]:
    change = located.change
    if change.aspect not in _LEFT_OVER or not _worth(change.old) or not _worth(change.new):
        return [located]
    return [located._replace(change=piece) for piece in _differences(change)] or [located]


def _worth(part: Part | None) -> bool:
    if part is None or not isinstance(part.node, dict | list):
        return False
    try:
        text = encode(part.node)
    except RecursionError:
        return False
    return len(text) <= _LARGEST and _depth(text) <= _DEEPEST


def _depth(text: bytes) -> int:
    """Answer how deep a JSON text nests, or more where its strings hold brackets."""
    openings = text.replace(b"{", b"[").replace(b"}", b"]")
    deepest = depth = 0
    for piece in openings.split(b"["):
        deepest = max(deepest, depth)
        depth += 1 - piece.count(b"]")
    return max(deepest, depth)


def _differences(change: Change) -> Iterator[Change]:
    from deepdiff import DeepDiff

    if change.old is None or change.new is None:
        return
    tree = DeepDiff(change.old.node, change.new.node, view="tree", verbose_level=2)
    for kind, action in _ACTIONS.items():
        for level in tree.get(kind, ()):
            path = level.path(output_format="list")
            old = None if action == "added" else _below(change.old, path)
            new = None if action == "removed" else _below(change.new, path)
            name = "/".join([change.subject, *map(str, path)])
            values = old.node if old else None, new.node if new else None
            yield change._replace(action=action, old=old, new=new, subject=name, was=values[0], now=values[1])


def _below(part: Part, path: list[Any]) -> Part:
    for step in path:
        part = part.child(step)
    return part
