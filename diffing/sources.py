"""What the command takes as OLD and NEW: a file, `-`, `git-rev:path` or a folder. This part is impure.

It opens files and asks git. `load` reads what is found here and calls back for the files it refers to.
"""

import re
import sys
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import BinaryIO, NamedTuple

from diffing.bounds import MAX_BYTES
from diffing.errors import ReferenceRefused, SpecError
from diffing.references import ALONE, SCHEME, Read
from diffing.remote import refuse

ROOT_NAMES = tuple(
    f"{stem}.{suffix}"
    for stem in ("openapi", "swagger", "api", "index", "root")
    for suffix in ("yaml", "yml", "json")
)
ABOVE = "leads above the folder of the root file; move the file below it"
ABOVE_REPOSITORY = "leads above the root of the repository; correct the path"
HIDDEN = "leads to a hidden file or folder, and those are not read; rename it"
# The version's first digit tells the member of a root from a word in a text.
_FLOW = re.compile(rb"""[{,]\s*(["']?)(?:openapi|swagger)\1\s*:\s*["']?[1-3]""")
_BLOCK = re.compile(rb"""^(["']?)(?:openapi|swagger)\1\s*:(?:\s|$)""", re.MULTILINE)


class Source(NamedTuple):
    """A document before it is read: its bytes, its name in messages, and how to reach its other files."""

    data: bytes
    name: str
    read: Read


def source(argument: str, *, stdin: BinaryIO | None = None, remote: Read = refuse) -> Source:
    """Open what an argument of the command names; raises SpecError where there is nothing to read.

    `remote` reads what references name by their address.
    """
    if argument == "-":
        return Source((stdin or sys.stdin.buffer).read(MAX_BYTES + 1), "stdin", _lone_reader(remote))
    path = Path(argument)
    if path.is_dir():
        path = _root_file(path)
    elif ":" in argument and not path.exists():
        return _git_source(argument, remote)
    try:
        data = bytes_of(path)
    except OSError as error:
        raise SpecError(f"cannot be read ({error.strerror}); check the path", argument) from None
    return Source(data, path.as_posix(), folder_reader(path.parent, remote))


def folder_reader(folder: Path, remote: Read = refuse) -> Read:
    """Answer a reader of the files of the repository that holds `folder`, of those below it where none does.

    Links that lead out of there are not followed.
    """
    home = folder.resolve()
    repository = next((each for each in (home, *home.parents) if (each / ".git").exists()), None)
    top = repository or home

    def read(path: str) -> bytes:
        if SCHEME.match(path):
            return remote(path)
        if any(part.startswith(".") and part not in (".", "..") for part in path.split("/")):
            raise ReferenceRefused(HIDDEN)
        found = (home / path).resolve()
        if not found.is_relative_to(top):
            raise ReferenceRefused(ABOVE_REPOSITORY if repository else ABOVE)
        return bytes_of(found)

    return read


def _lone_reader(remote: Read) -> Read:
    """Answer a reader for a document that has no folder."""

    def read(path: str) -> bytes:
        if SCHEME.match(path):
            return remote(path)
        raise ReferenceRefused(ALONE)

    return read


def bytes_of(path: Path) -> bytes:
    """Read a file, a byte further than a document may be long."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _root_file(folder: Path) -> Path:
    """Find the root document of a folder: by its usual name, else the only one whose text says so."""
    for name in ROOT_NAMES:
        if (folder / name).is_file():
            return folder / name
    candidates = [path for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml", ".json")]
    roots = [path for path in candidates if path.is_file() and looks_like_root(bytes_of(path))]
    if len(roots) == 1:
        return roots[0]
    what = (
        "holds no OpenAPI document"
        if not roots
        else f"holds several: {', '.join(path.name for path in roots)}"
    )
    raise SpecError(f"{what}; name the root file itself", str(folder))


def looks_like_root(data: bytes) -> bool:
    """Does a file say that it is an OpenAPI document? Its outermost object has `openapi` or `swagger`."""
    text = data.removeprefix(b"\xef\xbb\xbf")
    return bool((_FLOW if text.lstrip()[:1] == b"{" else _BLOCK).search(text))


def _git_source(argument: str, remote: Read) -> Source:
    from diffing.git_tree import GitTree  # late: it starts processes, and few documents come from git

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
            return remote(reference)
        found = normpath(join(dirname(path), reference))
        if found.startswith(("../", "/")):
            raise ReferenceRefused(ABOVE_REPOSITORY)
        return tree.read(found)

    return Source(data, argument, read)
