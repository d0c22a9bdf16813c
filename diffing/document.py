"""What a loaded spec is: its tree, its dialect, and where each node stands in the original text.

Reading bytes into one is `load`'s work; comparing two is `compare`'s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

Node = Any
"""A JSON value as the reader made it: dict with text keys, list, str, int, float, bool or None."""


class Dialect(StrEnum):
    """The specification a document follows; the value is what reports print."""

    OPENAPI_2_0 = "openapi-2.0"
    OPENAPI_3_0 = "openapi-3.0"
    OPENAPI_3_1 = "openapi-3.1"
    OPENAPI_3_2 = "openapi-3.2"
    GRAPHQL = "graphql"


class Position(NamedTuple):
    """A place in the original text; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """An immutable spec document.

    `tree` is the root file's value. `files` maps the path of each referenced file, relative to the
    root's folder, to its value; the root itself is not in it. `locate(pointer, file)` answers the
    position of the node (of its key, in an object) at a JSON pointer, or of its nearest ancestor
    that exists; `file` is "" for the root file.
    """

    source: str
    dialect: Dialect
    title: str
    version: str
    sha256: str
    tree: Mapping[str, Node]
    files: Mapping[str, Node]
    locate: Callable[[str, str], Position]
