"""What the command takes as OLD and NEW: a file, `-`, `git-rev:path` or a folder. This part is impure.

It opens files and asks git. `load` reads what is found here and calls back for the files it refers to.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import BinaryIO

from diffing.bounds import MAX_BYTES
from diffing.errors import ReferenceRefused, SpecError
from diffing.git_tree import GitTree
from diffing.references import SCHEME

ROOT_NAMES = tuple(
    f"{stem}.{suffix}"
    for stem in ("openapi", "swagger", "api", "index", "root")
    for suffix in ("yaml", "yml", "json")
)
ABOVE = "leads above the folder of the root file; move the file below it"
REMOTE = "is remote, and nothing is fetched from the network; keep a copy beside the spec and refer to that"
HIDDEN = "leads to a hidden file or folder, and those are not read; rename it"


@dataclass(frozen=True, slots=True)
class Source:
    """A document before it is read: its bytes, its name in messages, and how to reach its other files."""

    data: bytes
    name: str
    read: Callable[[str], bytes] | None


def source(argument: str, *, stdin: BinaryIO | None = None) -> Source:
    """Open what an argument of the command names; raises SpecError where there is nothing to read."""
    if argument == "-":
        return Source((stdin or sys.stdin.buffer).read(MAX_BYTES + 1), "stdin", None)
    path = Path(argument)
    if path.is_dir():
        path = _root_file(path)
    elif ":" in argument and not path.exists():
        return _git_source(argument)
    try:
        data = _content(path)
    except OSError as error:
        raise SpecError(f"cannot be read ({error.strerror}); check the path", argument) from None
    return Source(data, path.as_posix(), folder_reader(path.parent))


def folder_reader(folder: Path) -> Callable[[str], bytes]:
    """Answer a reader of the files below `folder`, whatever links lead out of it."""
    top = folder.resolve()

    def read(path: str) -> bytes:
        _refuse_outside(path)
        found = (top / path).resolve()
        if not found.is_relative_to(top):
            raise ReferenceRefused(ABOVE)
        return _content(found)

    return read


def _refuse_outside(path: str) -> None:
    if SCHEME.match(path):
        raise ReferenceRefused(REMOTE)
    parts = path.split("/")
    if parts[0] in ("", ".."):
        raise ReferenceRefused(ABOVE)
    if any(part.startswith(".") and part != "." for part in parts):
        raise ReferenceRefused(HIDDEN)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _root_file(folder: Path) -> Path:
    """Find the root document of a folder: by its usual name, else the only one whose text says so."""
    for name in ROOT_NAMES:
        if (folder / name).is_file():
            return folder / name
    candidates = [path for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml", ".json")]
    roots = [path for path in candidates if path.is_file() and _looks_like_root(_content(path))]
    if len(roots) == 1:
        return roots[0]
    what = (
        "holds no OpenAPI document"
        if not roots
        else f"holds several: {', '.join(path.name for path in roots)}"
    )
    raise SpecError(f"{what}; name the root file itself", str(folder))


def _looks_like_root(data: bytes) -> bool:
    return any(
        line.lstrip(b' \t{"').startswith((b"openapi", b"swagger"))
        for line in data[:4096].removeprefix(b"\xef\xbb\xbf").splitlines()
    )


def _git_source(argument: str) -> Source:
    revision, _, path = argument.partition(":")
    tree = GitTree(revision)
    try:
        data = tree.read(path)
    except OSError as error:
        raise SpecError(
            f"cannot be read ({error}); give a file, a folder, - or git-rev:path", argument
        ) from None

    def read(reference: str) -> bytes:
        if SCHEME.match(reference):
            raise ReferenceRefused(REMOTE)
        found = normpath(join(dirname(path), reference))
        if found.startswith(("../", "/")):
            raise ReferenceRefused("leads above the root of the repository; correct the path")
        return tree.read(found)

    return Source(data, argument, read)
