"""Schemas that `$id` gives an address of their own, and what references mean inside and to them.

A reference is resolved against the nearest `$id` around it, and names a schema of the same file where one
has that address (JSON Schema 2020-12, section 8.2). Such references are written as JSON pointers into the
file, so that nobody else has to know of addresses. What names nothing here keeps its text, and so does what
an author meant from the document's root. OpenAPI 3.2 gives a document its own address with `$self`.
"""

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from diffing.document import Node
from diffing.part import unescape
from diffing.schema_places import gives_addresses, joined, rewritten, schemas

_DOCUMENT = "https://document.invalid/"
"""The address of the file itself where it says none; nothing can be fetched from there."""
_ANCHORS = ("$anchor", "$dynamicAnchor")
_SAFE = "/~!$&'()*+,;=:@"


def with_pointers(tree: Node) -> Node:
    """Answer the tree of a file in which references to addresses in it are JSON pointers.

    The given tree is left as it is; what did not change is shared with it, or is it.
    """
    own = tree.get("$self") if isinstance(tree, dict) else None
    if not isinstance(own, str) and not gives_addresses(tree):
        return tree
    base = joined(_DOCUMENT, own) if isinstance(own, str) else _DOCUMENT
    found = _Addresses({base: ("", tree)})
    for pointer, schema, address in schemas(tree, base):
        found.add(pointer, schema, address)
    if found.places.keys() == {_DOCUMENT}:
        return tree
    return rewritten(tree, found.pointed, base)


def node_at(node: Node, pointer: str) -> Node:
    """Answer what stands at a JSON pointer, None where nothing does."""
    for token in map(unescape, pointer.split("/")[1:]):
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and token.isdecimal() and int(token) < len(node):
            node = node[int(token)]
        else:
            return None
    return node


@dataclass(slots=True)
class _Addresses:
    """What a file holds by address: JSON pointers and the schemas there, and the names given inside."""

    places: dict[str, tuple[str, Node]]
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    chosen_by: Counter[str] = field(default_factory=Counter)
    """How often each name is given that a `$dynamicRef` may choose by."""

    def add(self, pointer: str, schema: dict[str, Node], address: str) -> None:
        """Note a schema, the nearest address at or around it, and its names."""
        self.places.setdefault(address, (pointer, schema))
        for keyword in _ANCHORS:
            name = schema.get(keyword)
            if isinstance(name, str):
                self.anchors.setdefault((address, name), pointer)
                self.chosen_by[name] += keyword == "$dynamicAnchor"

    def pointed(self, keyword: str, reference: str, base: str) -> str:
        """Answer a reference as a pointer into the file, or as it is where it leads elsewhere."""
        address, _, fragment = joined(base, reference).partition("#")
        place, schema = self.places.get(address, ("", None))
        name = unquote(fragment)
        if schema is None or (keyword == "$dynamicRef" and self.chosen_by[name] > 1):
            return reference
        if name and not name.startswith("/"):
            pointer = self.anchors.get((address, name))
        else:
            pointer = place + name if node_at(schema, name) is not None else None
        return reference if pointer is None else "#" + quote(pointer, safe=_SAFE)
