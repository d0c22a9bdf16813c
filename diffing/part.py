"""A node of a document together with the place it stands at, so that a finding can name it later.

Places are kept as file and JSON pointer; lines and columns are looked up only for findings.
"""

from typing import NamedTuple

from diffing.document import Node

Spot = tuple[str, str]
"""A place alone, as a key: file and JSON pointer."""

_new = tuple.__new__
"""Makes a part without the named tuple's own constructor, since parts are made by the hundred thousand."""


class Part(NamedTuple):
    """A node and its place: `file` is "" for the root document, `pointer` a JSON pointer in it."""

    node: Node
    file: str
    pointer: str

    @property
    def spot(self) -> Spot:
        """The place alone, as a key."""
        return self.file, self.pointer

    def child(self, key: str | int) -> "Part":
        """Answer the member of this object or list; the caller knows that it exists."""
        token = escape(key) if key.__class__ is int or "/" in key or "~" in key else key  # type: ignore[operator]
        return _new(Part, (self.node[key], self.file, f"{self.pointer}/{token}"))

    def get(self, key: str) -> "Part | None":
        """Answer the member named `key`, or None where this is no object or has none."""
        node = self.node
        if not isinstance(node, dict) or key not in node:
            return None
        token = escape(key) if "/" in key or "~" in key else key
        return _new(Part, (node[key], self.file, f"{self.pointer}/{token}"))

    def members(self) -> "list[tuple[str, Part]]":
        """Answer the members of an object, in the document's order; none for anything else."""
        if not isinstance(self.node, dict):
            return []
        return [(key, self.child(key)) for key in self.node]

    def items(self) -> "list[Part]":
        """Answer the entries of a list; none for anything else."""
        if not isinstance(self.node, list):
            return []
        return [self.child(index) for index in range(len(self.node))]


def escape(key: str | int) -> str:
    """Write one reference token of a JSON pointer (RFC 6901, section 3)."""
    text = str(key)
    if "~" in text or "/" in text:
        return text.replace("~", "~0").replace("/", "~1")
    return text


def unescape(token: str) -> str:
    """Read one reference token of a JSON pointer."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token
