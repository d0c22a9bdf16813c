"""Bytes to a document: what kind of text it is, its values, the files it refers to, its places.

It opens nothing itself: `sources` reads for the command, the registry for the server.
"""

import hashlib
import posixpath
from collections.abc import Mapping

from diffing.collection import collection_paused
from diffing.dialects import dialect_of, refuse_sdl
from diffing.document import Document, Node, Position
from diffing.errors import SpecError
from diffing.locate import Places
from diffing.parse_json import parse_json
from diffing.parse_yaml import parse_yaml
from diffing.references import SCHEME, Read, collect
from diffing.text import Text, read_text

DATA_SUFFIXES = (".json", ".yaml", ".yml", "")


def load(data: bytes, name: str, *, read: Read | None = None) -> Document:
    """Read an OpenAPI document and every file it refers to.

    `name` is what messages call it; `read` answers the bytes of a file by its path relative to the root's
    folder (and of an address, should it allow any). The digest is that of `data`; with other files, that of
    all of them in the order of their paths. Raises SpecError for whatever cannot be read in full.
    """
    try:
        with collection_paused():
            return _load(data, name, read)
    except MemoryError:
        raise SpecError("needs more memory than there is; split it", name) from None


def _load(data: bytes, name: str, read: Read | None) -> Document:
    text = read_text(name, data)
    if not text.data.strip():
        raise SpecError("is empty; give an OpenAPI document, JSON or YAML", name, 1, 1)
    refuse_sdl(text)
    tree = _parse(text)
    dialect = dialect_of(text, tree)
    root_places = Places(text, tree)
    _keep_version_text(root_places, tree)
    digests = {}

    def parse(path: str, raw: bytes) -> tuple[Text, Node]:
        digests[path] = hashlib.sha256(raw).hexdigest()
        return _parse_part(_shown(name, path), path, raw)

    parts = collect(text, tree, read, parse)
    places = {"": root_places, **{path: Places(*part) for path, part in parts.items()}}

    def locate(pointer: str, file: str) -> Position:
        return places.get(file, root_places).locate(pointer)

    info = tree.get("info")
    info = info if isinstance(info, Mapping) else {}
    return Document(
        source=name,
        dialect=dialect,
        title=_words(info.get("title")),
        version=_words(info.get("version")),
        sha256=_digest(data, digests),
        tree=tree,
        files={path: node for path, (_, node) in parts.items()},
        locate=locate,
    )


def _parse(text: Text) -> Node:
    """Read the values of a file, its references written so that a place alone says what they mean."""
    tree = _values(text)
    if b"$id" in text.data or b"$self" in text.data:  # imported late: few files give a schema an address
        from diffing.resources import with_pointers

        tree = with_pointers(tree)
    if text.data.count(b"$dynamicAnchor") > 1:
        from diffing.dynamic_scope import with_meanings

        tree = with_meanings(tree)
    return tree


def _values(text: Text) -> Node:
    """Read values as JSON where the text is JSON, else as YAML, of which JSON is nearly a part."""
    if not text.data.lstrip().startswith((b"{", b"[")):
        if text.name.endswith(".json"):
            return parse_json(text)
        return parse_yaml(text)
    try:
        return parse_json(text)
    except SpecError:
        if text.name.endswith(".json") or b'"' in text.data.lstrip()[1:].lstrip()[:1]:
            raise
        return parse_yaml(text)


def _shown(root: str, path: str) -> str:
    """Name a referenced file as its reader would: by the root's folder, or by its address."""
    if SCHEME.match(path):
        return path
    revision, colon, name = root.rpartition(":")
    return f"{revision}{colon}{posixpath.normpath(posixpath.join(posixpath.dirname(name), path))}"


def _parse_part(shown: str, path: str, raw: bytes) -> tuple[Text, Node]:
    """Read a file that is referred to: values, or plain text where its name says so (Markdown, samples)."""
    text = read_text(shown, raw)
    if posixpath.splitext(path.partition("?")[0])[1].lower() not in DATA_SUFFIXES:
        return text, text.data.decode("utf-8")
    return text, _parse(text) if text.data.strip() else None


def _keep_version_text(places: Places, tree: Node) -> None:
    """Put back the text of a version written as a bare number: 1.10 is a version, and not 1.1."""
    info = tree.get("info")
    if isinstance(info, dict) and type(info.get("version")) in (int, float):
        info["version"] = places.number("/info/version")


def _digest(data: bytes, parts: dict[str, str]) -> str:
    root = hashlib.sha256(data)
    if not parts:
        return root.hexdigest()
    lines = [root.hexdigest(), *(f"{parts[path]} {path}" for path in sorted(parts))]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def _words(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)[:200]
