"""Where schemas may stand in a file, the address that holds there, and how their references are written anew.

Any object may be a schema but for those that hold names (`properties`) and what is data (examples, defaults,
extensions).
"""

from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from diffing.document import Node
from diffing.part import escape
from diffing.references import LITERALS, NAME_MAPS

Swap = Callable[[str, str, str], Node]
"""Answers what stands for a reference: given its keyword, its text and the address around it."""

_REFERENCES = frozenset({"$ref", "$dynamicRef"})


def schemas(
    node: Node, base: str, at: str = "", *, names_only: bool = False
) -> Iterator[tuple[str, dict[str, Node], str]]:
    """Yield what may be a schema below a node: its JSON pointer, itself, the address that holds in it."""
    pending = [(at, node, base, names_only)]
    while pending:
        at, node, base, names_only = pending.pop()
        inner: list[tuple[str, Node, str, bool]] = []
        if isinstance(node, list):
            inner = [(f"{at}/{index}", item, base, False) for index, item in enumerate(node)]
        elif isinstance(node, dict):
            if not names_only:
                base = _address(node, base)
                yield at, node, base
            inner = [
                (f"{at}/{escape(key)}", value, base, not names_only and key in NAME_MAPS)
                for key, value in node.items()
                if isinstance(value, dict | list) and (names_only or not _is_literal(key))
            ]
        pending.extend(reversed(inner))


def gives_addresses(node: Node) -> bool:
    """Answer whether a schema may have an address; often `$id` is a property, or stands in an example."""
    pending = [(node, False)]
    while pending:
        node, names_only = pending.pop()
        if isinstance(node, list):
            pending += [(item, False) for item in node if isinstance(item, dict | list)]
        if not isinstance(node, dict):
            continue
        if not names_only and isinstance(node.get("$id"), str):
            return True
        for key, value in node.items():
            if isinstance(value, dict | list) and (names_only or not _is_literal(key)):
                pending.append((value, not names_only and key in NAME_MAPS))
    return False


def rewritten(node: Node, swap: Swap, base: str, *, names_only: bool = False) -> Node:
    """Answer a tree with its schemas' references swapped; what did not change is shared with it, or is it."""
    if isinstance(node, list):
        items = [rewritten(item, swap, base) for item in node]
        return items if any(a is not b for a, b in zip(items, node, strict=True)) else node
    if not isinstance(node, dict):
        return node
    if not names_only:
        base = _address(node, base)
    members = {}
    for key, value in node.items():
        members[key] = value
        if isinstance(value, str) and key in _REFERENCES and not names_only:
            members[key] = swap(key, value, base)
        elif isinstance(value, dict | list) and (names_only or not _is_literal(key)):
            names = not names_only and key in NAME_MAPS
            members[key] = rewritten(value, swap, base, names_only=names)
    return members if any(members[key] is not node[key] for key in node) else node


def joined(base: str, reference: str) -> str:
    """Resolve a reference against an address (RFC 3986, section 5); what is no address stays as it is."""
    try:
        return urljoin(base, reference)
    except ValueError:  # such as an unclosed IPv6 host
        return reference


def _address(node: dict[str, Node], base: str) -> str:
    identifier = node.get("$id")
    return joined(base, identifier).partition("#")[0] if isinstance(identifier, str) else base


def _is_literal(key: str) -> bool:
    return key in LITERALS or key.startswith("x-")
