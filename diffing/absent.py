"""A stand-in for a spec that one side does not have: the other side's, without its operations.

Compared with it, an added spec adds each of its operations, and a removed one removes them, so that law,
policy and gate judge them as they judge any other.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from diffing.document import Document, Position

_OPERATIONS = ("paths", "webhooks")


def absent(counterpart: Document, name: str) -> Document:
    """Return what stands for the missing document; `name` is what reports call it. It has no version."""
    tree = {key: node for key, node in counterpart.tree.items() if key not in _OPERATIONS}
    return replace(
        counterpart,
        source=name,
        version="",
        sha256=hashlib.sha256(b"").hexdigest(),
        tree={**tree, "paths": {}},
        locate=_beginning(name),
    )


def _beginning(name: str) -> Callable[[str, str], Position]:
    return lambda pointer, file: Position(name, 1, 1)
