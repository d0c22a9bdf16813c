"""Renames and moves that two changes together suggest. A hint is never a substitute for the verdict."""

from collections.abc import Hashable, Iterable

from diffing.change import Change
from diffing.finding import Hint
from diffing.sameness import encode


def hints(changes: Iterable[Change]) -> tuple[Hint, ...]:
    """Suggest what may have been renamed or moved: what went and what came with equal text."""
    gone: dict[Hashable, list[Change]] = {}
    come: dict[Hashable, list[Change]] = {}
    for change in changes:
        part = change.old if change.action == "removed" else change.new
        if change.aspect != "existence" or part is None or change.element not in _NAMES:
            continue
        into = gone if change.action == "removed" else come
        into.setdefault(
            (change.element, change.direction, _around(change), encode_safely(part.node)), []
        ).append(change)
    return tuple(
        Hint(_NAMES[went[0].element], _label(went[0]), _label(come[key][0]))
        for key, went in gone.items()
        if len(went) == 1 and len(come.get(key, ())) == 1
    )


_NAMES = {"operation": "operation-moved", "property": "property-renamed"}


def _around(change: Change) -> Hashable:
    """Properties are renamed within one object; operations may move anywhere."""
    part = change.old or change.new
    return "" if change.element == "operation" or part is None else part.pointer.rpartition("/")[0]


def _label(change: Change) -> str:
    part = change.old or change.new
    if change.element == "property" or part is None:
        return change.subject
    *_, path, method = part.pointer.split("/")
    return f"{method.upper()} {path.replace('~1', '/').replace('~0', '~')}"


def encode_safely(node: object) -> bytes:
    """Write a value as JSON bytes; one too deep for that is like no other."""
    try:
        return encode(node)
    except RecursionError:
        return repr(id(node)).encode()
