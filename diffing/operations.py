"""The operations of a document, as whoever indexes or lists them needs them."""

from dataclasses import dataclass
from typing import Any

from diffing.align import full_paths
from diffing.api import Operation
from diffing.document import Dialect, Document
from diffing.ground import Half, half


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """One operation. `full_paths` are the effective paths: each server's base path with the path."""

    method: str
    path: str
    full_paths: tuple[str, ...]
    operation_id: str | None
    summary: str | None
    deprecated: bool
    sunset: str | None
    tags: tuple[str, ...]
    stability: str | None


def operations(document: Document) -> tuple[OperationEntry, ...]:
    """Answer the operations below `paths` in the document's order; none for GraphQL documents."""
    if document.dialect is Dialect.GRAPHQL:
        return ()
    side = half(document)
    return tuple(_entry(side, operation) for operation in side.api.operations())


def _entry(side: Half, operation: Operation) -> OperationEntry:
    node = operation.part.node
    tags = node.get("tags")
    return OperationEntry(
        method=operation.method.upper(),
        path=operation.path,
        full_paths=full_paths(side.api, operation),
        operation_id=_text(node.get("operationId")),
        summary=_text(node.get("summary")),
        deprecated=node.get("deprecated") is True,
        sunset=_text(node.get("x-sunset")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        stability=_text(node.get("x-stability-level")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
