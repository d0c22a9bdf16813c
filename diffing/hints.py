"""Renames and moves that two changes together suggest. A hint is never a substitute for the verdict."""

from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from diffing.change import Change, Located
from diffing.equality import encode
from diffing.finding import Hint
from diffing.part import unescape


class _Kind(NamedTuple):
    """A kind of hint: the changes it joins, what is equal in both beside their text, how one is named."""

    name: str
    elements: frozenset[str]
    aspect: str
    around: Callable[[Located], Hashable]
    label: Callable[[Located], str]


def hints(changes: Iterable[Located]) -> tuple[Hint, ...]:
    """Suggest what may have been renamed or moved: what went and what came with equal text, once each."""
    listed = [located for located in changes if located.change.action in ("removed", "added")]
    return tuple(dict.fromkeys(hint for kind in _KINDS for hint in _of_kind(kind, listed)))


def _of_kind(kind: _Kind, changes: list[Located]) -> Iterable[Hint]:
    gone: dict[Hashable, list[Located]] = {}
    come: dict[Hashable, list[Located]] = {}
    for located in changes:
        change = located.change
        part = change.old if change.action == "removed" else change.new
        if part is None or change.aspect != kind.aspect or change.element not in kind.elements:
            continue
        into = gone if change.action == "removed" else come
        key: Hashable = change.element, change.direction, kind.around(located), _meaning(part.node)
        into.setdefault(key, []).append(located)
    for key, went in gone.items():
        came = come.get(key, ())
        if len(went) == len(came) == 1:
            old, new = kind.label(went[0]), kind.label(came[0])
            if old != new:
                yield Hint(kind.name, old, new)


def _anywhere(_located: Located) -> Hashable:
    return None


def _in_the_object(located: Located) -> Hashable:
    """Properties are renamed within one object."""
    return _pointer(located.change).rpartition("/")[0]


def _under_the_name(located: Located) -> Hashable:
    """A property that moves to another object keeps its name."""
    return located.change.subject


def _in_the_operation(located: Located) -> Hashable:
    return tuple((site.reach.method, site.reach.path) for site in located.sites[:1])


def _operation(located: Located) -> str:
    *_, path, method = _pointer(located.change).split("/")
    return f"{method.upper()} {unescape(path)}"


def _subject(located: Located) -> str:
    return located.change.subject


def _property_of_operation(located: Located) -> str:
    """Name a property with the operation that it reaches first."""
    path = _property(located)
    return f"{located.sites[0].reach.method} {located.sites[0].reach.path} {path}" if located.sites else path


def _property(located: Located) -> str:
    """Name a property by the path to it, from the nearest place that it reaches the wire."""
    path = located.sites[0].path if located.sites else ()
    return "/".join((*path, located.change.subject))


def _status(located: Located) -> str:
    reach = located.sites[0].reach
    return f"{reach.method} {reach.path} {located.change.subject}"


def _pointer(change: Change) -> str:
    part = change.old or change.new
    return "" if part is None else part.pointer


def _meaning(node: object) -> bytes:
    """Write a value as JSON, its own words and name left out; one too deep for that is like no other."""
    try:
        if isinstance(node, dict):
            return encode({key: value for key, value in node.items() if key not in _WORDS})
        return encode(node)
    except RecursionError:
        return repr(id(node)).encode()


_WORDS = frozenset("summary description title tags operationId example examples externalDocs".split())
_STATUSES = frozenset({"success-status", "non-success-status"})
_KINDS = (
    _Kind("operation-moved", frozenset({"operation"}), "existence", _anywhere, _operation),
    _Kind("property-renamed", frozenset({"property"}), "existence", _in_the_object, _property_of_operation),
    _Kind("property-moved", frozenset({"property"}), "existence", _under_the_name, _property),
    _Kind("schema-renamed", frozenset({"schema"}), "component", _anywhere, _subject),
    _Kind("response-moved", _STATUSES, "existence", _in_the_operation, _status),
)
