"""What did not change: subtrees that are equal in both documents, everything they refer to included.

The walk asks before it enters anything, so work grows with what changed.
"""

import json
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from diffing.document import Node
from diffing.equality import encode, same, same_deep, same_text
from diffing.part import Part
from diffing.readers.heirs import Heirs
from diffing.readers.refs import REFERENCES, Resolver
from diffing.schema import Form, Stream
from diffing.touched import Touched

_PLAIN = (b'"$ref":"',)
_WRITTEN = tuple(f'"{keyword}":"'.encode() for keyword in REFERENCES)
_REFERENCE = re.compile(rb'"\$(?:ref|dynamicRef|recursiveRef)":\s*"((?:[^"\\]|\\.)*)"')
_NONE: frozenset[str] = frozenset()
_REFERRING = frozenset(REFERENCES)
_HOLDERS = frozenset({dict, list})

Trail = tuple[str | int, ...]
"""The way from a value to one inside it: keys of objects, positions in lists."""


class _Looked(NamedTuple):
    """The references that two values share, None where they differ; both are kept, so that ids stay."""

    shared: frozenset[str] | None
    old: Node
    new: Node


class Sameness:
    """Tell whether two parts, one of each document, say the same through all their references."""

    def __init__(self, old: Resolver, new: Resolver, heirs: tuple[Heirs, Heirs]) -> None:
        self._old = old
        self._new = new
        self.comparable = old.document.dialect == new.document.dialect
        self._references: dict[tuple[int, int], _Looked] = {}
        self._touched: dict[tuple[str, str, str], bool] = {}
        self._trails: dict[tuple[int, int], list[Trail]] = {}
        self._differing = Touched(old, new, heirs, self._looked_at)

    def unchanged(self, old: Part, new: Part) -> bool:
        """Answer whether the two parts are equal and reach only what is equal."""
        if not self.comparable or isinstance(old.node, Form | Stream):
            return False
        references = self._compared(old, new)
        if references is None:
            return False
        return not any(self.touched(text, old.file, new.file) for text in references)

    def shared(self, old: Node, new: Node) -> frozenset[str] | None:
        """Answer the references below two values of equal text, None where it differs."""
        name = id(old), id(new)
        known = self._references.get(name)
        if known is None:
            known = self._references[name] = _Looked(_compared(old, new), old, new)
        return known.shared

    def count(self, node: Node, references: list[str]) -> int:
        """Answer how often some references stand below a value; one too deep has more than can be counted."""
        try:
            text = encode(node)
        except RecursionError:
            return sys.maxsize
        return sum([text.count(word) for reference in references for word in _words(reference)])

    def worded_alike(self, old: Part, new: Part) -> bool:
        """Answer whether two schemas have the same text in one dialect, whatever their references reach."""
        return self.comparable and self._compared(old, new) is not None

    def equal(self, old: Part, new: Part) -> bool:
        """Answer whether the two parts have the same text, whatever their references reach."""
        return self.alike(old.node, new.node)

    def alike(self, old: Node, new: Node) -> bool:
        """Answer whether two values are the same, without a look where they were looked at before."""
        known = self._references.get((id(old), id(new)))
        return same(old, new) if known is None else known.shared is not None

    def trails(self, old: Part, new: Part) -> list[Trail]:
        """Answer the way to each reference below two parts of equal text that leads to a difference."""
        name = id(old.node), id(new.node)
        found = self._trails.get(name)
        if found is None:
            found = self._trails[name] = self._trailed(old, new)
        return found

    def _trailed(self, old: Part, new: Part) -> list[Trail]:
        found: list[Trail] = []
        pending: list[tuple[Node, Trail]] = [(old.node, ())]
        for item, trail in pending:  # it grows meanwhile
            is_list = type(item) is list
            if not is_list and not _REFERRING.isdisjoint(item) and self._refers(item, old.file, new.file):
                found.append(trail)
            inner: Iterable[tuple[str | int, Node]] = enumerate(item) if is_list else item.items()
            for key, node in inner:
                if type(node) in _HOLDERS:
                    pending.append((node, (*trail, key)))
        return found

    def _refers(self, node: dict[str, Node], old_file: str, new_file: str) -> bool:
        references = [node[keyword] for keyword in REFERENCES if isinstance(node.get(keyword), str)]
        return any(self.touched(reference, old_file, new_file) for reference in references)

    def touched(self, reference: str, old_file: str, new_file: str) -> bool:
        """Answer whether a reference leads to another place, or to what is not the same all through."""
        name = reference, old_file, new_file
        known = self._touched.get(name)
        if known is None:
            old, new = self._old.target(reference, old_file), self._new.target(reference, new_file)
            known = not _one_place(old, new) or (old is not None and old.spot in self._differing)
            self._touched[name] = known
        return known

    def _compared(self, old: Part, new: Part) -> frozenset[str] | None:
        """Answer the references below two parts of equal text, None where it differs."""
        return self.shared(old.node, new.node)

    def _looked_at(self, old: Part | None, new: Part | None) -> tuple[bool, frozenset[str]]:
        """Answer whether two parts have the same text, and the references below them."""
        shared = self._compared(old, new) if old and new else None
        return (False, _references_in(old, new)) if shared is None else (True, shared)


def _one_place(old: Part | None, new: Part | None) -> bool:
    if old is None or new is None:
        return old is new
    return old.spot == new.spot


def _compared(old: Node, new: Node) -> frozenset[str] | None:
    """Answer the references below two equal values, None where they differ."""
    try:
        if old != new:
            return None
        text = encode(old)
        return _references(text) if same_text(old, new, text) else None
    except RecursionError:
        return _references_deep(old) if same_deep(old, new) else None


def _references_in(*parts: Part | None) -> frozenset[str]:
    """Collect the texts of all references below some parts."""
    return frozenset[str]().union(*[_references_below(part.node) for part in parts if part is not None])


def _references_below(node: Node) -> frozenset[str]:
    try:
        return _references(encode(node))
    except RecursionError:
        return _references_deep(node)


def _references(text: bytes) -> frozenset[str]:
    """Collect references from JSON without spaces, as `encode` writes it."""
    if b'ef":"' not in text:
        return _NONE
    words = _WRITTEN if b'Ref":"' in text else _PLAIN
    found = {piece[: piece.find(b'"')] for word in words for piece in text.split(word)[1:]}
    if b"\\" in b"".join(found):
        found = set(_REFERENCE.findall(text))
        return frozenset([json.loads(b'"' + reference + b'"') for reference in found])
    return frozenset([reference.decode() for reference in found])


@lru_cache(maxsize=512)
def _words(reference: str) -> tuple[bytes, ...]:
    """Answer how members that refer to it are written in JSON without spaces."""
    return tuple([f'"{keyword}":'.encode() + encode(reference) for keyword in REFERENCES])


def _references_deep(node: Node) -> frozenset[str]:
    found: set[str] = set()
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            found.update(item[key] for key in REFERENCES if isinstance(item.get(key), str))
            pending.extend(item.values())
    return frozenset(found)
