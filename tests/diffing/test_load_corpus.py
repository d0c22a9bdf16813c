"""Every OpenAPI document of the corpus loads, fast and exact parser agree, and places are right."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from diffing.document import Document
from diffing.errors import SpecError
from diffing.load import load
from diffing.parse_yaml import parse_yaml
from diffing.sources import folder_reader
from diffing.text import read_text
from diffing.yaml_events import read_yaml

pytestmark = pytest.mark.corpus


def pair_files(corpus: Path) -> Iterator[Path]:
    for pair in json.loads((corpus / "manifest.json").read_text())["pairs"]:
        for side in (pair["old"], pair["new"]):
            path = corpus / side["file"]
            yield path / side["entry"] if path.is_dir() else path


def history_files(corpus: Path) -> Iterator[Path]:
    for path in sorted((corpus / "histories").glob("*/*")):
        if path.name != "index.json":
            yield path


def opened(path: Path) -> Document:
    return load(path.read_bytes(), path.name, read=folder_reader(path.parent))


def test_every_openapi_document_loads(corpus: Path) -> None:
    paths = [*pair_files(corpus), *history_files(corpus)]
    documents = [opened(path) for path in paths if path.suffix != ".graphql"]
    assert len(documents) == 2 * 35 + 229
    assert all(document.tree["paths"] for document in documents)
    assert all(document.version for document in documents)


def test_a_spec_of_many_files_brings_them_all(corpus: Path) -> None:
    sizes = [len(opened(path).files) for path in pair_files(corpus) if "digitalocean" in str(path)]
    assert min(sizes) > 1200


def test_graphql_schemas_are_recognised(corpus: Path) -> None:
    schemas = [path for path in pair_files(corpus) if path.suffix == ".graphql"]
    assert schemas
    for path in schemas:
        with pytest.raises(SpecError, match="is a GraphQL schema"):
            load(path.read_bytes(), "renamed.txt")


def test_both_yaml_readers_agree_on_every_pair(corpus: Path) -> None:
    paths = {path for path in (corpus / "pairs").rglob("*.y*ml") if "digitalocean" not in str(path)}
    paths |= set(random.Random(7).sample(sorted((corpus / "pairs").rglob("*digitalocean*/**/*.yml")), 300))
    assert len(paths) > 330
    for path in paths:
        text = read_text(path.name, path.read_bytes())
        assert repr(parse_yaml(text)) == repr(read_yaml(text).value), path


def test_places_name_the_line_that_holds_the_key(corpus: Path) -> None:
    chosen = random.Random(5)
    for path in pair_files(corpus):
        if path.suffix == ".graphql":
            continue
        document = opened(path)
        lines = path.read_bytes().decode().split("\n")
        found = list(keys(document.tree))
        for pointer, key in chosen.sample(found, min(40, len(found))):
            at = document.locate(pointer, "")
            rest = lines[at.line - 1][at.column - 1 :].lstrip("\"'*")
            written = json.dumps(key)[1:-1]
            assert rest.startswith((key, written)) or through_alias(document, pointer, lines[at.line - 1]), (
                path,
                pointer,
            )


def keys(node: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from keys(item, f"{prefix}/{index}")
    if isinstance(node, dict):
        for key, value in node.items():
            pointer = f"{prefix}/{key.replace('~', '~0').replace('/', '~1')}"
            yield pointer, key
            yield from keys(value, pointer)


def through_alias(document: Document, pointer: str, line: str) -> bool:
    """Tell whether the line answered is that of an alias above the pointer."""
    return ": *" in line or "- *" in line
