"""Which operation of the old document is which of the new one.

First by path as written, then by shape (parameters unnamed), then by full path, so that renaming a path
parameter or moving a prefix between servers and paths is no removal.
"""

from collections.abc import Callable, Hashable
from typing import NamedTuple
from urllib.parse import urlsplit

from diffing.api import ApiReader, Operation, shape

Namer = Callable[[Operation], Hashable]


class Alignment(NamedTuple):
    """The operations of two documents, matched."""

    kept: list[tuple[Operation, Operation]]
    removed: list[Operation]
    added: list[Operation]


def align(old: list[Operation], new: list[Operation], before: ApiReader, after: ApiReader) -> Alignment:
    """Match operations, the strictest name first; each is matched once."""
    kept: list[tuple[Operation, Operation]] = []
    names: list[tuple[Namer, Namer]] = [
        (_written, _written),
        (_shaped, _shaped),
        (_full(before), _full(after)),
    ]
    for name_old, name_new in names:
        old, new = _pair(old, new, name_old, name_new, kept)
    return Alignment(kept, old, new)


def _pair(
    old: list[Operation],
    new: list[Operation],
    name_old: Namer,
    name_new: Namer,
    kept: list[tuple[Operation, Operation]],
) -> tuple[list[Operation], list[Operation]]:
    if not old or not new:
        return old, new
    waiting: dict[Hashable, list[Operation]] = {}
    for operation in new:
        waiting.setdefault(name_new(operation), []).append(operation)
    removed = []
    taken = set()
    for operation in old:
        candidates = waiting.get(name_old(operation))
        if not candidates:
            removed.append(operation)
            continue
        partner = candidates.pop(0)
        taken.add(id(partner))
        kept.append((operation, partner))
    return removed, [operation for operation in new if id(operation) not in taken]


def _written(operation: Operation) -> Hashable:
    return operation.method, operation.path


def _shaped(operation: Operation) -> Hashable:
    return operation.method, operation.shape


def _full(reader: ApiReader) -> Namer:
    def name(operation: Operation) -> Hashable:
        bases = full_paths(reader, operation)
        return operation.method, shape(bases[0])

    return name


def full_paths(reader: ApiReader, operation: Operation) -> tuple[str, ...]:
    """Answer the effective paths of an operation: the path of each server's URL, then its own."""
    bases = dict.fromkeys(base_path(server.url) for server in reader.servers(operation))
    return tuple(base + operation.path for base in bases)


def base_path(url: str) -> str:
    """Answer the path of a server URL, without a trailing slash."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
