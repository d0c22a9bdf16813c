"""What did not change: subtrees that are equal in both documents, everything they refer to included.

The walk asks before it enters anything, so work grows with what changed. Equality is that of JSON:
`true` is not `1`, key order does not count.
"""

import json
import re
from collections import defaultdict

import orjson

from diffing.document import Node
from diffing.part import Part
from diffing.readers.refs import REFERENCES, Resolver
from diffing.schema import Form

_REFERENCE = re.compile(rb'"\$(?:ref|dynamicRef|recursiveRef)":\s*"((?:[^"\\]|\\.)*)"')

_NONE: frozenset[str] = frozenset()
Spot = tuple[str, str]


class Sameness:
    """Tell whether two parts, one of each document, say the same through all their references."""

    def __init__(self, old: Resolver, new: Resolver) -> None:
        self._old = old
        self._new = new
        self._comparable = old.document.dialect == new.document.dialect
        self._dirty: set[Spot] | None = None
        self._known: dict[tuple[int, int, str, str], bool] = {}

    def unchanged(self, old: Part, new: Part) -> bool:
        """Answer whether the two parts are equal and reach only what is equal."""
        if not self._comparable or isinstance(old.node, Form):
            return False
        key = (id(old.node), id(new.node), old.file, new.file)
        if key not in self._known:
            texts = compared(old.node, new.node)
            self._known[key] = texts is not None and self._clean(old, new, texts)
        return self._known[key]

    def equal(self, old: Part, new: Part) -> bool:
        """Answer whether the two parts have the same text, whatever their references reach."""
        return same(old.node, new.node)

    def _clean(self, old: Part, new: Part, references: frozenset[str]) -> bool:
        if not references:
            return True
        if self._dirty is None:
            self._dirty = self._find_dirty()
        addresses = [
            (self._old.target(text, old.file), self._new.target(text, new.file)) for text in references
        ]
        return all(_one_place(a, b) and (a is None or a.spot not in self._dirty) for a, b in addresses)

    def _find_dirty(self) -> set[Spot]:
        """Collect the reference targets that differ, or that reach one that does."""
        dirty: set[Spot] = set()
        users: dict[Spot, set[Spot]] = defaultdict(set)
        for spot, (old, new) in self._pairs().items():
            texts = None if old is None or new is None else compared(old.node, new.node)
            if old is None or new is None or texts is None:
                dirty.add(spot)
                continue
            for text in texts:
                a, b = self._old.target(text, old.file), self._new.target(text, new.file)
                if not _one_place(a, b):
                    dirty.add(spot)
                elif a is not None:
                    users[a.spot].add(spot)
        return _closure(dirty, users)

    def _pairs(self) -> dict[Spot, tuple[Part | None, Part | None]]:
        pairs: dict[Spot, tuple[Part | None, Part | None]] = {}
        old, new = self._reached(self._old), self._reached(self._new)
        for spot in old.keys() | new.keys():
            pairs[spot] = old.get(spot), new.get(spot)
        return pairs

    def _reached(self, resolver: Resolver) -> dict[Spot, Part]:
        found: dict[Spot, Part] = {}
        pending = [resolver.root]
        while pending:
            part = pending.pop()
            for text in references_in(part.node):
                target = resolver.target(text, part.file)
                if target is None or target.spot in found:
                    continue
                found[target.spot] = target
                # The root was searched whole; other files are searched target by target.
                if target.file:
                    pending.append(target)
        return found


def same(old: Node, new: Node) -> bool:
    """Compare two JSON values strictly: `true` is not 1, key order does not count."""
    return compared(old, new) is not None


def compared(old: Node, new: Node) -> frozenset[str] | None:
    """Answer the references below two equal values, None where they differ."""
    try:
        if old != new:
            return None
        if type(old) is str:
            return _NONE
        text = encode(old)
        if text != encode(new) and _canonical(old) != _canonical(new):
            return None
        return _references(text)
    except RecursionError:
        return _references_deep(old) if _same_deep(old, new) else None


def encode(node: Node) -> bytes:
    """Write a value as JSON, in the order of its keys."""
    try:
        return orjson.dumps(node)
    except TypeError:
        return _encode_slowly(node)


def _encode_slowly(node: Node) -> bytes:
    """Write what has an integer beyond 64 bits or a lone surrogate in it; all beside those at full speed."""
    if isinstance(node, dict):
        return b"{" + b",".join(encode(key) + b":" + encode(value) for key, value in node.items()) + b"}"
    if isinstance(node, list):
        return b"[" + b",".join(encode(item) for item in node) + b"]"
    return json.dumps(node).encode()


def _canonical(node: Node) -> bytes:
    try:
        return orjson.dumps(node, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(node, separators=(",", ":"), sort_keys=True).encode()


def references_in(node: Node) -> frozenset[str]:
    """Collect the texts of all references below a value."""
    try:
        return _references(encode(node))
    except RecursionError:
        return _references_deep(node)


def _references(text: bytes) -> frozenset[str]:
    if b'ef":' not in text:
        return _NONE
    found = set(_REFERENCE.findall(text))
    return frozenset(
        json.loads(b'"' + reference + b'"') if b"\\" in reference else reference.decode()
        for reference in found
    )


def _closure(dirty: set[Spot], users: dict[Spot, set[Spot]]) -> set[Spot]:
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


def _same_deep(old: Node, new: Node) -> bool:
    pending = [(old, new)]
    while pending:
        a, b = pending.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, dict):
            if a.keys() != b.keys():
                return False
            pending.extend((a[key], b[key]) for key in a)
        elif isinstance(a, list):
            if len(a) != len(b):
                return False
            pending.extend(zip(a, b, strict=True))
        elif a != b:
            return False
    return True


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
