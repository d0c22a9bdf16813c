"""Several specs in one call: which files two patterns or folders hold, and which belong together.

Specs are told apart by their path below the folder that a pattern begins with. Impure: it lists files and
asks git. Reading and comparing a pair is the command's work.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from diffing.errors import SpecError
from diffing.git_tree import GitTree
from diffing.path_glob import matches
from diffing.sources import bytes_of, looks_like_root

MAX_CANDIDATES = 5_000
"""Files whose beginnings are looked at to tell specs from other files."""
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Pair:
    """A spec by its path, and what `source` is to open on each side; None where it is not there.

    `missing` is what would name it there.
    """

    path: str
    old: str | None
    new: str | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """A file that a pattern matches: the argument that names it, and how to read it."""

    argument: str
    read: Callable[[], bytes]


def is_pattern(argument: str) -> bool:
    """Does an argument of the command name several files? A file may hold a star in its own name."""
    return "*" in argument and not Path(argument).exists()


def pairs(old: str, new: str, *, each: bool) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Pair the specs of two patterns, or with `each` of two folders, by path; beside it, remarks.

    A file is a spec where it, or its counterpart, looks like the root of one: what stopped being readable
    is still compared, and then refused. Raises SpecError where a side holds no spec at all.
    """
    before, after = _files(old, each), _files(new, each)
    roots = [
        {path for path, file in side.items() if looks_like_root(file.read())} for side in (before, after)
    ]
    for argument, found in zip((old, new), roots, strict=True):
        if not found:
            raise SpecError("matches no OpenAPI document; correct the pattern or folder", argument)
    paths = sorted(roots[0] | roots[1])
    others = sorted({*before, *after} - {*paths})
    made = (_pair(path, before.get(path), after.get(path), partial(_place, old, new, each)) for path in paths)
    return tuple(made), _passed_over(others)


def _pair(path: str, old: _Found | None, new: _Found | None, place: Callable[[str, bool], str]) -> Pair:
    missing = "" if old and new else place(path, old is None)
    return Pair(path, old.argument if old else None, new.argument if new else None, missing)


def _place(old: str, new: str, each: bool, path: str, in_old: bool) -> str:
    """Answer the argument that would name a spec by its path on a side that lacks it."""
    argument = old if in_old else new
    revision, rest = _where(argument)
    folder, _ = _parted(rest, argument, each)
    name = (folder / path).as_posix()
    return name if revision is None else f"{revision}:{name}"


def _passed_over(paths: list[str]) -> tuple[str, ...]:
    if not paths:
        return ()
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return (f"{', '.join(paths[:3])}{more}: no OpenAPI document on either side, passed over",)


def _files(argument: str, each: bool) -> dict[str, _Found]:
    revision, rest = _where(argument)
    folder, pattern = _parted(rest, argument, each)
    found: dict[str, _Found] = {}
    candidates = (
        _of_revision(revision, folder, argument) if revision is not None else _of_folder(folder, pattern)
    )
    for path, file in candidates:
        if not (path.endswith(SUFFIXES) and matches(pattern, path)) or _is_hidden(path):
            continue
        found[path] = file
        if len(found) > MAX_CANDIDATES:
            raise SpecError(f"matches more than {MAX_CANDIDATES:,} files; give a narrower one", argument)
    return found


def _where(argument: str) -> tuple[str | None, str]:
    """Part a git revision from the pattern or folder in it; None for files on disk."""
    revision, colon, rest = argument.partition(":")
    in_git = bool(colon) and not Path(argument.partition("*")[0] or ".").exists()
    return (revision, rest) if in_git else (None, argument)


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _parted(path: str, argument: str, each: bool) -> tuple[PurePosixPath, str]:
    """Part a pattern into the folder that it begins with and the pattern below that."""
    parts = PurePosixPath(path).parts
    fixed = next((index for index, part in enumerate(parts) if "*" in part), len(parts))
    if fixed < len(parts):
        return PurePosixPath(*parts[:fixed]), "/".join(parts[fixed:])
    if not each:
        raise SpecError("is no pattern, and the other argument is one; give two patterns", argument)
    return PurePosixPath(path), "**"


def _of_folder(folder: PurePosixPath, pattern: str) -> Iterator[tuple[str, _Found]]:
    """Walk a folder, no deeper than the pattern can match, and into no hidden one."""
    base = Path(folder)
    deepest = None if "**" in pattern.split("/") else pattern.count("/")
    for top, folders, files in os.walk(base, onerror=_refuse):
        below = Path(top).relative_to(base)
        if len(below.parts) == deepest:
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(top, name)
            yield (below / name).as_posix(), _Found(path.as_posix(), partial(bytes_of, path))


def _refuse(error: OSError) -> None:
    raise error


def _of_revision(revision: str, folder: PurePosixPath, argument: str) -> Iterator[tuple[str, _Found]]:
    tree = GitTree(revision)
    try:
        names = tree.paths()
    except OSError as error:
        raise SpecError(f"cannot be read ({error})", argument) from None
    for name in names:
        path = PurePosixPath(name)
        if path.is_relative_to(folder):
            below = path.relative_to(folder).as_posix()
            yield below, _Found(f"{revision}:{name}", partial(tree.read, name))
