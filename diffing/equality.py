"""When two JSON values are the same: `true` is not 1, key order does not count.

What Python calls equal comes first, since it is fast; it takes `True` for 1, so the text decides.
"""

import json

import orjson

from diffing.document import Node

_SIMPLE = frozenset({str, int, bool, type(None)})
"""Types whose values are the same where Python calls them equal."""


def same(old: Node, new: Node) -> bool:
    """Compare two JSON values strictly."""
    kind = type(old)
    if kind is type(new) and kind in _SIMPLE:
        return bool(old == new)
    try:
        return bool(old == new) and same_text(old, new, encode(old))
    except RecursionError:
        return same_deep(old, new)


def encode(node: Node) -> bytes:
    """Write a value as JSON, in the order of its keys."""
    try:
        return orjson.dumps(node)
    except TypeError:
        return _encode_slowly(node)


def worded(node: Node) -> object:
    """Answer a key that two values share where they are the same; one too deep for that is like no other."""
    try:
        return _sorted(node)
    except RecursionError:
        return id(node)


def same_text(old: Node, new: Node, text: bytes) -> bool:
    """Answer whether values that Python calls equal are the same; `text` is how the old one is written."""
    return text == encode(new) or _sorted(old) == _sorted(new)


def _encode_slowly(node: Node) -> bytes:
    """Write what has an integer beyond 64 bits or a lone surrogate in it; all beside those at full speed."""
    if isinstance(node, dict):
        return b"{" + b",".join([encode(key) + b":" + encode(value) for key, value in node.items()]) + b"}"
    if isinstance(node, list):
        return b"[" + b",".join([encode(item) for item in node]) + b"]"
    return json.dumps(node).encode()


def _sorted(node: Node) -> bytes:
    try:
        return orjson.dumps(node, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(node, separators=(",", ":"), sort_keys=True).encode()


def same_deep(old: Node, new: Node) -> bool:
    """Compare values that nest too deep for what is written in C."""
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
