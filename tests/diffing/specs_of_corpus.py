"""The documents of the corpus of real specs, loaded in place."""

import json
from pathlib import Path
from typing import Any

from diffing.document import Document
from diffing.load import load

UNCHANGED = frozenset({"38", "45", "47", "50", "56", "64", "66"})
"""Pairs in which nothing of the contract changed, by the number their id starts with."""


def openapi_pairs(folder: Path) -> list[dict[str, Any]]:
    """Answer the manifest's rows of pairs that are OpenAPI documents."""
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["pairs"]
    return [row for row in rows if row["dialect"] != "graphql"]


def side(folder: Path, row: dict[str, Any], name: str) -> Document:
    """Load one side, "old" or "new", of a pair."""
    path = folder / row[name]["file"]
    if path.is_dir():
        path = path / row[name]["entry"]
    return read(path)


def read(path: Path) -> Document:
    """Load a file with whatever it refers to."""
    return load(path.read_bytes(), path.name, read=lambda name: (path.parent / name).read_bytes())


def history_files(folder: Path) -> list[Path]:
    """Answer every version of every history."""
    found: list[Path] = []
    for index in sorted((folder / "histories").glob("*/index.json")):
        rows = json.loads(index.read_text(encoding="utf-8"))
        versions = rows if isinstance(rows, list) else rows["versions"]
        found.extend(folder / version["file"] for version in versions)
    return found
