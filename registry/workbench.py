"""Reads and compares documents in a child process with limits on processor time and memory.

A spec comes from outside: whatever it does to the parser or to the comparison, it does it there.
The child's own side is `workbench_child`.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from registry.bundle import Bundle, pack
from registry.errors import BadDocument, TooCostly

_BAD_DOCUMENT = 2
_SPARE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child process may use."""

    cpu_seconds: int = 60
    memory_mb: int = 2048


@dataclass(frozen=True, slots=True)
class ExaminedOperation:
    """An operation as a document spells it; the first of `full_paths` is the one it goes by."""

    method: str
    path: str
    full_paths: tuple[str, ...]
    operation_id: str | None
    summary: str
    deprecated: bool
    sunset: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a document marks as deprecated; `operations` are methods and paths as it spells them."""

    kind: str
    name: str
    place: str
    sunset: str
    reason: str
    replacement: str
    operations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What a readable document says of itself; `missing` are files it refers to that the bundle lacks."""

    digest: str
    dialect: str
    title: str
    version: str
    operations: tuple[ExaminedOperation, ...]
    missing: tuple[str, ...]
    marks: tuple[Mark, ...] = ()


class PartNamed(NamedTuple):
    """A part of an operation as its document spells it; `diffing.one_part` tells which kinds there are."""

    method: str
    path: str
    kind: str
    place: str
    name: str


def examine(bundle: Bundle, limits: Limits) -> Examined:
    """Read a document; raise BadDocument with file, line and cause when it can't be read."""
    facts = json.loads(_run(["examine"], [bundle], limits))
    operations = tuple(
        ExaminedOperation(**{**entry, "full_paths": tuple(entry["full_paths"])})
        for entry in facts.pop("operations")
    )
    marks = tuple(
        Mark(**{**entry, "operations": tuple((method, path) for method, path in entry["operations"])})
        for entry in facts.pop("marks")
    )
    return Examined(operations=operations, missing=tuple(facts.pop("missing")), marks=marks, **facts)


def having(
    bundle: Bundle, kind: str, name: str, place: str, value: str, limits: Limits
) -> tuple[tuple[str, str], ...]:
    """Return method and path of the operations that have an element; `diffing.elements` tells its words."""
    answer = json.loads(_run(["having", kind, name, place, value], [bundle], limits))
    return tuple((method, path) for method, path in answer)


def names(
    bundle: Bundle, kind: str, of: tuple[str, str] | None, limits: Limits
) -> tuple[tuple[str, str, str], ...] | None:
    """Return name, place and value of each element of a kind, as `diffing.elements.names` does."""
    answer = json.loads(_run(["names", kind, *(of or ("", ""))], [bundle], limits))
    return None if answer is None else tuple((name, place, value) for name, place, value in answer)


def compare(old: Bundle, new: Bundle, today: date, limits: Limits) -> bytes:
    """Compare two documents; return the report in the public contract's JSON."""
    return _run(["compare", today.isoformat()], [old, new], limits)


def beside(
    old: Bundle,
    new: Bundle,
    ours: tuple[str, str],
    theirs: tuple[str, str],
    under: tuple[str, str],
    today: date,
    limits: Limits,
) -> bytes:
    """Compare an operation with another, as if that stood in its place; return the report as `compare` does.

    `ours` and `theirs` are method and path as their documents spell them, `under` those that both are told
    under, with the second's names of parameters in the path.
    """
    return _run(["beside", today.isoformat(), *ours, *theirs, *under], [old, new], limits)


def parts_beside(
    old: Bundle, new: Bundle, ours: PartNamed, theirs: PartNamed, today: date, limits: Limits
) -> bytes:
    """Compare a part of an operation with another part, as if that had its name and place."""
    return _run(["parts", today.isoformat(), *ours, *theirs], [old, new], limits)


def _run(job: list[str], bundles: list[Bundle], limits: Limits) -> bytes:
    with tempfile.TemporaryDirectory(prefix="sundial-") as folder:
        paths = [_written(Path(folder, f"{number}.zip"), bundle) for number, bundle in enumerate(bundles)]
        command = [sys.executable, "-m", "registry.workbench_child"]
        bounds = [str(limits.cpu_seconds), str(limits.memory_mb)]
        try:
            done = subprocess.run(
                [*command, *bounds, *job, *paths],
                capture_output=True,
                check=False,
                cwd=_HOME,
                timeout=limits.cpu_seconds * 2 + _SPARE_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise TooCostly(_too_costly(bundles, limits)) from None
    return _answer(done, bundles, limits)


def _answer(done: "subprocess.CompletedProcess[bytes]", bundles: list[Bundle], limits: Limits) -> bytes:
    if done.returncode == 0:
        return done.stdout
    said: Any = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == _BAD_DOCUMENT:
        raise BadDocument(said)
    if done.returncode < 0 or "MemoryError" in said:
        raise TooCostly(_too_costly(bundles, limits))
    raise RuntimeError(f"the comparison's process ended with {done.returncode}: {said[-2000:]}")


def _too_costly(bundles: list[Bundle], limits: Limits) -> str:
    names = " and ".join(bundle.name for bundle in bundles)
    return (
        f"{names}: stopped at {limits.cpu_seconds} s of processor time or {limits.memory_mb} MB of memory. "
        "Split the document, or raise SUNDIAL_COMPARE_CPU_SECONDS or SUNDIAL_COMPARE_MEMORY_MB."
    )


def _written(path: Path, bundle: Bundle) -> str:
    path.write_bytes(pack(bundle))
    return str(path)


_HOME = Path(__file__).parent.parent
