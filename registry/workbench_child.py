"""The child process of `workbench`: takes its limits, does one job, writes the answer to stdout.

Exit 0 with JSON on stdout; 2 with the message on stderr when a document can't be read.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffing.document import Document
from diffing.errors import SpecError
from diffing.load import load
from diffing.part import escape
from registry.bundle import Bundle, unpack

if TYPE_CHECKING:
    from diffing.operations import OperationEntry

_MB = 1024 * 1024
_LONGEST_PATH = 1_000
"""Characters of a path with its server's, as the columns hold them (`registry/models.py`)."""


def main(arguments: list[str]) -> int:
    """Run one of `_JOBS`: `CPU_SECONDS MEMORY_MB JOB ARGUMENT... ZIP...`."""
    cpu_seconds, memory_mb, job, *rest = arguments
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_mb) * _MB, int(memory_mb) * _MB))
    try:
        answer = _JOBS[job](*rest)
    except SpecError as error:
        sys.stderr.write(str(error))
        return 2
    sys.stdout.buffer.write(answer)
    return 0


def _examine(path: str) -> bytes:
    from diffing.operations import operations

    missing: list[str] = []
    document = _document(path, missing)
    found = operations(document)
    _refuse_long_paths(document, found)
    facts = {
        "digest": document.sha256,
        "dialect": document.dialect,
        "title": document.title,
        "version": document.version,
        "missing": missing,
        "operations": [_entry(asdict(operation)) for operation in found],
        "marks": _marks(document),
    }
    return json.dumps(facts).encode()


def _refuse_long_paths(document: Document, found: "tuple[OperationEntry, ...]") -> None:
    """Raise SpecError for a path that no request line carries, and no column holds."""
    for operation in found:
        longest = max(map(len, operation.full_paths), default=0)
        if longest > _LONGEST_PATH:
            at = document.locate(f"/paths/{escape(operation.path)}", "")
            reason = f"a path has {longest:,} characters; write one of {_LONGEST_PATH:,} or fewer"
            raise SpecError(reason, at.file, at.line, at.column)


def _marks(document: Document) -> list[dict[str, object]]:
    """Group what the document marks as deprecated by what it is; the same thing may be many operations'."""
    from diffing.elements import marked

    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in marked(document):
        own = (one.method, one.path) if one.kind == "operation" else ()
        key = (one.kind, one.name, one.place, one.sunset, one.reason, one.replacement, *own)
        if key not in found and len(found) == _MOST_MARKS:
            break
        facts = {name: getattr(one, name) for name in _MARK}
        found.setdefault(key, {**facts, "operations": []})["operations"].append((one.method, one.path))
    return list(found.values())


def _having(kind: str, name: str, place: str, value: str, path: str) -> bytes:
    from diffing.elements import having

    return json.dumps(having(_document(path), kind, name, place, value)).encode()


def _names(kind: str, method: str, path: str, document: str) -> bytes:
    from diffing.elements import names

    return json.dumps(names(_document(document), kind, (method, path) if method else None)).encode()


_MARK = ("kind", "name", "place", "sunset", "reason", "replacement")
_MOST_MARKS = 2000
_ENTRY = ("method", "path", "full_paths", "operation_id", "summary", "deprecated", "sunset")


def _entry(operation: dict[str, object]) -> dict[str, object]:
    return {**{key: operation[key] for key in _ENTRY}, "summary": operation["summary"] or ""}


def _compare(today: str, old: str, new: str) -> bytes:
    from diffing.compare import compare
    from diffing.contract import to_json

    return to_json(compare(_document(old), _document(new), today=date.fromisoformat(today)))


def _beside(today: str, *rest: str) -> bytes:
    from diffing.compare import compare
    from diffing.contract import to_json
    from diffing.one_operation import alone

    method, path, other_method, other_path, as_method, as_path, old, new = rest
    ours = alone(_document(old), method, path, as_method=as_method, as_path=path)
    theirs = alone(_document(new), other_method, other_path, as_method=as_method, as_path=as_path)
    return to_json(compare(ours, theirs, today=date.fromisoformat(today)))


def _parts(today: str, *rest: str) -> bytes:
    from diffing.compare import compare
    from diffing.contract import to_json
    from diffing.one_part import Named, alone

    method, path, *more = rest
    own, (other_method, other_path, *more) = Named(*more[:3]), more[3:]
    other, (old, new) = Named(*more[:3]), more[3:]
    ours = alone(_document(old), method, path, own, own)
    theirs = alone(_document(new), other_method, other_path, other, own)
    return to_json(compare(ours, theirs, today=date.fromisoformat(today)))


def _document(path: str, missing: list[str] | None = None) -> Document:
    bundle: Bundle = unpack(Path(path).read_bytes())

    def read(name: str) -> bytes:
        if name not in bundle.files and missing is not None:
            missing.append(name)
            return _NOTHING_YET
        return bundle.files[name]

    document: Document = load(bundle.root, bundle.name, read=read)
    return document


_NOTHING_YET = b"{}"
_JOBS: dict[str, Callable[..., bytes]] = {
    "examine": _examine,
    "compare": _compare,
    "having": _having,
    "names": _names,
    "beside": _beside,
    "parts": _parts,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
