"""What a policy may ask about an operation: the stability and the audience that its document states.

`policy` selects by them; how documents are read is the readers' work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diffing.document import Document
from diffing.ground import half

STABLE = "stable"
"""The stability of an operation that states none. There is no such default for an audience."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated of one operation: `x-stability-level`, `x-audience`; None where nothing is."""

    stability: str | None = None
    audience: str | None = None


Statements = Mapping[tuple[str, str], Statement]
"""Statements by method and path, of all operations that state something."""


def statements(old: Document, new: Document) -> Statements:
    """Return what the operations of both documents state; the old one goes first, fact by fact."""
    before, after = _stated(old), _stated(new)
    return {key: _joined(before.get(key), after.get(key)) for key in {**after, **before}}


def _stated(document: Document) -> dict[tuple[str, str], Statement]:
    """Read an operation, else its path item; an audience may also be that of the whole document, in info."""
    whole = document.tree.get("info")
    found = {}
    for operation in half(document).api.operations():
        nodes = (operation.part.node, operation.item.node)
        stability = _nearest("x-stability-level", *nodes)
        audience = _nearest("x-audience", *nodes, whole)
        if stability or audience:
            found[operation.method.upper(), operation.path] = Statement(stability, audience)
    return found


def _nearest(key: str, *nodes: Any) -> str | None:
    for node in nodes:
        value = node.get(key) if isinstance(node, dict) else None
        if isinstance(value, str) and value:
            return value
    return None


def _joined(old: Statement | None, new: Statement | None) -> Statement:
    first, second = old or Statement(), new or Statement()
    return Statement(first.stability or second.stability, first.audience or second.audience)
