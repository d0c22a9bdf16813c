"""The command as a whole beside a yardstick or a rival that works on the same two files."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import generated
from benchmarks.measure import Run, process

ROOT = Path(__file__).parents[1]
YARDSTICKS = Path(__file__).parent / "yardsticks"
JSON_PAIRS = ("37", "41", "47", "56")
YAML_PAIRS = ("53", "54", "57")
BIG = 500_000
"""Bytes of the new document from which on a rival is measured."""


@dataclass(frozen=True, slots=True)
class Race:
    """The command against a yardstick. `ours_first`: the ratio is ours / theirs, and is to stay below."""

    job: str
    yardstick: str
    ours: Run
    theirs: Run
    ours_first: bool
    target: float | None
    then: float | None


@dataclass(frozen=True, slots=True)
class Files:
    """A pair of documents on the disc."""

    name: str
    old: Path
    new: Path


@dataclass(frozen=True, slots=True)
class Absent:
    """Something that cannot be measured here, and why."""

    what: str
    why: str


def races(corpus: Path | None, rivals: Path | None, workbench: Path) -> Iterator[Race | Absent]:
    small = _generated(workbench)
    yield _parsing("whole command", small, 4.0, 2.0)
    if corpus is None:
        yield Absent("real pairs", "there is no corpus; SUNDIAL_CORPUS names its folder")
        return
    for number in JSON_PAIRS:
        yield _parsing("JSON", _pair(corpus, number), 5.0, 3.0)
    for number in YAML_PAIRS:
        files = _pair(corpus, number)
        yield Race(
            f"YAML {files.name}",
            "libyaml compose, gc off",
            _ours(files),
            _python("compose_yaml", files),
            True,
            1.5,
            0.6,
        )
    for number in (*JSON_PAIRS, *YAML_PAIRS):
        files = _pair(corpus, number)
        if files.new.stat().st_size >= BIG:
            yield from _rivals(files, rivals)


def _parsing(job: str, files: Files, target: float, then: float) -> Race:
    return Race(
        f"{job} {files.name}",
        "orjson parses both",
        _ours(files),
        _python("parse_json", files),
        True,
        target,
        then,
    )


def _rivals(files: Files, folder: Path | None) -> Iterator[Race | Absent]:
    yield Race(
        f"rival {files.name}", "deepdiff, whole", _ours(files), _python("whole_deepdiff", files), False, 3, 10
    )
    oasdiff = shutil.which("oasdiff", path=str(folder / "bin")) if folder else shutil.which("oasdiff")
    if oasdiff:
        command = [oasdiff, "changelog", str(files.old), str(files.new), "--format", "json"]
        yield Race(
            f"rival {files.name}", "oasdiff changelog", _ours(files), process(command, ROOT), False, 1, None
        )
    else:
        yield Absent(f"oasdiff on {files.name}", "it is not installed; docs/performance.md says how")
    yield _api_smart_diff(files, folder)


def _api_smart_diff(files: Files, folder: Path | None) -> Race | Absent:
    needed = ["api-smart-diff"] if files.new.suffix == ".json" else ["api-smart-diff", "js-yaml"]
    node = shutil.which("node")
    missing = [name for name in needed if not (folder and (folder / "node_modules" / name).is_dir())]
    if missing or not (node and folder):
        return Absent(f"api-smart-diff on {files.name}", f"not installed: {', '.join(missing) or 'node'}")
    script = str(YARDSTICKS / "api_smart_diff.cjs")
    command = [node, script, str(folder.resolve()), str(files.old), str(files.new)]
    return Race(f"rival {files.name}", "api-smart-diff", _ours(files), process(command, ROOT), False, 3, 10)


def _ours(files: Files) -> Run:
    command = [sys.executable, "-m", "diffing", str(files.old), str(files.new), "--format", "json"]
    return process(command, ROOT)


def _python(yardstick: str, files: Files) -> Run:
    script = str(YARDSTICKS / f"{yardstick}.py")
    return process([sys.executable, script, str(files.old), str(files.new)], ROOT)


def _pair(corpus: Path, number: str) -> Files:
    (folder,) = (corpus / "pairs").glob(f"{number}-*")
    (old,), (new,) = folder.glob("old.*"), folder.glob("new.*")
    return Files(folder.name, old, new)


def _generated(folder: Path) -> Files:
    old, new = folder / "old.json", folder / "new.json"
    old.write_bytes(generated.text(generated.ordinary(25)))
    new.write_bytes(generated.text(generated.ordinary(25, longest=200)))
    return Files(f"generated {old.stat().st_size // 1000} KB", old, new)
