"""What did not change: subtrees that are equal in both documents, everything they refer to included.

The walk asks before it enters anything, so work grows with what changed.
"""

import json
import re
from collections import defaultdict
from functools import cached_property

from diffing.document import Node
from diffing.equality import encode, same, same_deep, same_text
from diffing.part import Part, Spot
from diffing.readers.heirs import Heirs
from diffing.readers.refs import REFERENCES, Resolver
from diffing.schema import Form, Stream

_WRITTEN = tuple(f'"{keyword}":"'.encode() for keyword in REFERENCES)
_REFERENCE = re.compile(rb'"\$(?:ref|dynamicRef|recursiveRef)":\s*"((?:[^"\\]|\\.)*)"')
_NONE: frozenset[str] = frozenset()
_REFERRING = frozenset(REFERENCES)
_HOLDERS = (dict, list)

Trail = tuple[str | int, ...]
"""The way from a value to one inside it: keys of objects, positions in lists."""


class Sameness:
    """Tell whether two parts, one of each document, say the same through all their references."""

    def __init__(self, old: Resolver, new: Resolver, heirs: tuple[Heirs, Heirs]) -> None:
        self._old = old
        self._new = new
        self._heirs = heirs
        self.comparable = old.document.dialect == new.document.dialect
        self._references: dict[tuple[int, int], frozenset[str] | None] = {}
        self._touched: dict[tuple[str, str, str], bool] = {}

    def unchanged(self, old: Part, new: Part) -> bool:
        """Answer whether the two parts are equal and reach only what is equal."""
        if not self.comparable or isinstance(old.node, Form | Stream):
            return False
        references = self._compared(old, new)
        if references is None:
            return False
        return not any(self.touched(text, old.file, new.file) for text in references)

    def worded_alike(self, old: Part, new: Part) -> bool:
        """Answer whether two schemas have the same text in one dialect, whatever their references reach."""
        return self.comparable and self._compared(old, new) is not None

    def equal(self, old: Part, new: Part) -> bool:
        """Answer whether the two parts have the same text, whatever their references reach."""
        return same(old.node, new.node)

    def trails(self, old: Part, new: Part) -> list[Trail]:
        """Answer the way to each reference below two parts of equal text that leads to a difference."""
        found = []
        pending: list[tuple[Node, Trail]] = [(old.node, ())]
        for item, trail in pending:
            if isinstance(item, list):
                pending += [
                    (node, (*trail, at)) for at, node in enumerate(item) if isinstance(node, _HOLDERS)
                ]
                continue
            if not _REFERRING.isdisjoint(item) and self._refers(item, old.file, new.file):
                found.append(trail)
            pending += [(node, (*trail, key)) for key, node in item.items() if isinstance(node, _HOLDERS)]
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
            known = not _one_place(old, new) or (old is not None and old.spot in self._dirty)
            self._touched[name] = known
        return known

    def _compared(self, old: Part, new: Part) -> frozenset[str] | None:
        """Answer the references below two parts of equal text, None where it differs."""
        name = id(old.node), id(new.node)
        if name not in self._references:
            self._references[name] = _compared(old.node, new.node)
        return self._references[name]

    @cached_property
    def _dirty(self) -> set[Spot]:
        """The places that differ, or refer to one that does: units of the root, what is referred to."""
        dirty: set[Spot] = set()
        users: dict[Spot, list[Spot]] = defaultdict(list)
        units = _units(self._old.root), _units(self._new.root)
        pending = list({**units[0], **units[1]})
        seen = set(pending)
        for spot in pending:
            old, new = units[0].get(spot) or self._old.at(spot), units[1].get(spot) or self._new.at(spot)
            shared = self._compared(old, new) if old and new else None
            if shared is None:
                dirty.add(spot)
            for text in _references_in(old, new) if shared is None else shared:
                a, b = self._old.target(text, spot[0]), self._new.target(text, spot[0])
                if not _one_place(a, b):
                    dirty.add(spot)
                for target in {part.spot for part in (a, b) if part}:
                    users[target].append(spot)
                    if target not in seen:
                        seen.add(target)
                        pending.append(target)
        self._inherit(dirty, users)
        return _closure(dirty, users)

    def _inherit(self, dirty: set[Spot], users: dict[Spot, list[Spot]]) -> None:
        """Let a base change with its heirs, which it does not refer to."""
        old, new = self._heirs[0].by_base, self._heirs[1].by_base
        for base in {**old, **new}:
            before, after = old.get(base, {}), new.get(base, {})
            if before.keys() != after.keys():
                dirty.add(base)
            for heir in (*before.values(), *after.values()):
                users[heir.spot].append(base)


def _units(root: Part) -> dict[Spot, Part]:
    """Answer path items and components, and what else stands at their depth, by place."""
    found = []
    for key, member in root.members():
        inner = member.members()
        if key == "components":
            inner = [entry for _, section in inner for entry in section.members()]
        found += [part for _, part in inner] or [member]
    return {part.spot: part for part in found}


def _closure(dirty: set[Spot], users: dict[Spot, list[Spot]]) -> set[Spot]:
    pending = list(dirty)
    while pending:
        for user in users.get(pending.pop(), ()):
            if user not in dirty:
                dirty.add(user)
                pending.append(user)
    return dirty


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
    found = {piece.partition(b'"')[0] for word in _WRITTEN for piece in text.split(word)[1:]}
    if any(b"\\" in reference for reference in found):
        found = set(_REFERENCE.findall(text))
        return frozenset([json.loads(b'"' + reference + b'"') for reference in found])
    return frozenset([reference.decode() for reference in found])


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
