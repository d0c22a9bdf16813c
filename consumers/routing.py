"""From method and path to the operation that answers: a trie of segments for each method.

A literal segment wins over a partly literal one (`{id}.json`), and that over a parameter; where the surer
way ends nowhere, the next is tried. Segments are decoded one by one, so an encoded slash stays inside its
segment. Loading the templates is `route_table`'s.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from consumers.version_rules import Choice

_IGNORED = "OPTIONS"  # browsers ask before they call; that is no use of the operation
_VERSION = re.compile(r"v?\d+(\.\d+)*", re.IGNORECASE)
_PARAMETER = re.compile(r"\{[^{}/]*\}|<[^<>/]*>|(?<=/):[A-Za-z_]\w*")  # {id}, <int:id>, :id


_Quick = dict[Any, Any]
"""A node of the trie as plain as can be: segments lead on, and these two keys."""
_ANY, _ENDS = 0, 1


class _Node:
    """One place in the trie; `operation` answers paths that end here."""

    __slots__ = ("literals", "operation", "parameter", "partial")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.partial: list[tuple[tuple[str, ...], _Node]] = []
        self.parameter: _Node | None = None
        self.operation: int | None = None


class Router:
    """Finds the operation of a path; where templates are alike, the first given answers."""

    def __init__(
        self,
        templates: Iterable[tuple[str, str, int]],
        choices: Mapping[int, Sequence[Choice]] | None = None,
    ) -> None:
        """Take method, full path template and operation of each, and what rules of APIs choose among."""
        self._roots: dict[str, _Node] = {}
        self._shapes: dict[tuple[str, str], int] = {}
        self.choices: Mapping[int, Sequence[Choice]] = choices or {}
        rows = [(method.upper(), path, operation) for method, path, operation in templates]
        for method, path, operation in rows:
            if method != _IGNORED:
                self._add(method, path, operation)
        for method, path, operation in rows:
            if method == "GET":
                self._add("HEAD", path, operation)  # where a HEAD of its own was added, that one stays
        self._quick = {method: _quick(root) for method, root in self._roots.items()}

    def match(self, method: str, path: str, route: str = "") -> int | None:
        """Return the operation that answers, None where none does; `path` is without its query.

        `route`, the template that a server says it matched, decides where it is one of ours.
        """
        if route:
            found = self._shapes.get((method, shape(route)))
            if found is not None:
                return found
        node = self._quick.get(method)
        if node is None:
            return None
        segments = path.split("/")
        if "%" in path:
            segments = [unquote(segment) for segment in segments]
        for segment in segments:  # the surest way at each place: it nearly always ends at an operation
            following = node.get(segment)
            if following is None:
                if not segment:
                    break
                following = node.get(_ANY)
                if following is None:
                    break
            node = following
        else:
            operation: int | None = node.get(_ENDS)
            if operation is not None:
                return operation
        root = self._roots[method]
        found = _find(root, segments)
        if found is not None:
            return found
        if segments[-1]:
            return _find(root, [*segments, ""])
        return _find(root, segments[:-1])

    def methods_of(self, path: str) -> list[str]:
        """Return the methods that are published for a path."""
        return sorted(method for method in self._roots if self.match(method, path) is not None)

    def _add(self, method: str, path: str, operation: int) -> None:
        self._shapes.setdefault((method, shape(path)), operation)
        node = self._roots.setdefault(method, _Node())
        for segment in path.split("/"):  # the first is empty
            node = _child(node, segment)
        if node.operation is None:
            node.operation = operation


def _quick(node: _Node) -> _Quick:
    """Return a node for the quick way, which ends at partly literal segments: they need a closer look."""
    made: _Quick = {} if node.operation is None else {_ENDS: node.operation}
    if node.partial:
        return made
    made.update((segment, _quick(child)) for segment, child in node.literals.items())
    if node.parameter is not None:
        made[_ANY] = _quick(node.parameter)
    return made


def shape(template: str) -> str:
    """Return a path template with its parameters unnamed, whichever way a server writes them."""
    return _PARAMETER.sub("{}", template.rstrip("/"))


def is_version(segment: str) -> bool:
    """Tell whether a path's segment is like a version: `v1`, `2.0`."""
    return _VERSION.fullmatch(segment) is not None


def _child(node: _Node, segment: str) -> _Node:
    pieces = tuple(map(unquote, _pieces(segment)))
    if len(pieces) == 1:
        return node.literals.setdefault(pieces[0], _Node())
    if not any(pieces):
        node.parameter = node.parameter or _Node()
        return node.parameter
    for known, child in node.partial:
        if known == pieces:
            return child
    child = _Node()
    node.partial.append((pieces, child))
    node.partial.sort(key=lambda item: -sum(map(len, item[0])))  # the most literal first
    return child


def _pieces(segment: str) -> Iterator[str]:
    """Yield the literal texts before, between and after a segment's parameters."""
    rest = segment
    while True:
        before, opened, after = rest.partition("{")
        _name, closed, behind = after.partition("}")
        if not (opened and closed):
            yield rest
            return
        yield before
        rest = behind


def _find(root: _Node, segments: list[str]) -> int | None:
    end = len(segments)
    node, index = root, 0
    others: list[tuple[_Node, int]] = []  # ways not taken yet, the surest last
    while True:
        if index == end:
            if node.operation is not None:
                return node.operation
            following = None
        else:
            segment = segments[index]
            index += 1
            following = node.literals.get(segment)
            if segment:
                if node.partial:
                    following = _first_way(node, following, segment, index, others)
                elif following is None:
                    following = node.parameter
                elif node.parameter is not None:
                    others.append((node.parameter, index))
        if following is None:
            if not others:
                return None
            following, index = others.pop()
        node = following


def _first_way(
    node: _Node, literal: _Node | None, segment: str, index: int, others: list[tuple[_Node, int]]
) -> _Node | None:
    ways = [] if literal is None else [literal]
    ways += (child for pieces, child in node.partial if _fits(segment, pieces))
    if node.parameter is not None:
        ways.append(node.parameter)
    others.extend((way, index) for way in reversed(ways[1:]))
    return ways[0] if ways else None


def _fits(segment: str, pieces: tuple[str, ...]) -> bool:
    """Tell whether a segment is the pieces with at least one character in each gap; linear in its length."""
    first, *middle, last = pieces
    end = len(segment) - len(last)
    if not segment.startswith(first) or not segment.endswith(last):
        return False
    position = len(first)
    for piece in middle:
        found = segment.find(piece, position + 1, end)
        if found < 0:
            return False
        position = found + len(piece)
    return position < end
