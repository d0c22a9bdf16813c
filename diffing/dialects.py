"""Which specification a text follows, and whether it can be compared here.

It reads the first words of a file and the first keys of a tree; what lies deeper is for `compare`.
"""

import re
from collections.abc import Mapping

from diffing.document import Dialect, Node
from diffing.errors import SpecError
from diffing.text import Text

DIALECTS = (
    ("swagger", re.compile(r"2\.0"), Dialect.OPENAPI_2_0),
    ("openapi", re.compile(r"3\.0(\.\d+)?(-.+)?"), Dialect.OPENAPI_3_0),
    ("openapi", re.compile(r"3\.1(\.\d+)?(-.+)?"), Dialect.OPENAPI_3_1),
    ("openapi", re.compile(r"3\.2(\.\d+)?(-.+)?"), Dialect.OPENAPI_3_2),
)
EXPECTED = 'expected `openapi: 3.0.x` to `3.2.x`, or `swagger: "2.0"`'
RELATIVES = {
    "asyncapi": "an AsyncAPI document",
    "swaggerVersion": "a Swagger 1 document",
    "$schema": "a JSON Schema",
    "arazzo": "an Arazzo document",
    "overlay": "an OpenAPI overlay",
    "raml": "a RAML document",
}
GRAPHQL = "is a GraphQL schema (dialect graphql), and those cannot be compared yet; give an OpenAPI document"
SDL = re.compile(
    rb'(?:[\s,]++|#[^\n]*\n|"""(?:[^"]|"(?!""))*"""|"[^"\n]*"(?!\s*:))*+'
    rb"(?:extend\s+)?(?:(?:schema|type|interface|union|enum|input|scalar)\s+[\w@{]|directive\s+@)"
)
"""What may stand before a definition, and its first words; it never tries back, so that blanks are cheap."""


def refuse_sdl(text: Text) -> None:
    """Raise SpecError where the text is a GraphQL schema in its own language."""
    if text.name.endswith((".graphql", ".graphqls", ".gql")) or SDL.match(text.data[:65536]):
        raise text.error(GRAPHQL, 0)


def dialect_of(text: Text, tree: Node) -> Dialect:
    """Name the dialect of a root value; raises SpecError that says which keys were expected."""
    if not isinstance(tree, Mapping):
        raise text.error(f"{_described(tree)}; {EXPECTED} at the root of a mapping", 0)
    for key, pattern, dialect in DIALECTS:
        if key in tree and pattern.fullmatch(str(tree[key])):
            return dialect
    raise _unknown(text, tree)


def _unknown(text: Text, tree: Mapping[str, Node]) -> SpecError:
    if "__schema" in tree or (isinstance(tree.get("data"), Mapping) and "__schema" in tree["data"]):
        return text.error(GRAPHQL, 0)
    for key in ("openapi", "swagger"):
        if key in tree:
            at = max(text.data.find(key.encode()), 0)
            return text.error(f"`{key}` is {str(tree[key])[:40]!r}, which is not supported; {EXPECTED}", at)
    for key, name in RELATIVES.items():
        if key in tree:
            return text.error(f"is {name}, not an OpenAPI document; {EXPECTED} at its root", 0)
    found = ", ".join(str(key)[:40] for key in list(tree)[:5]) or "no key at all"
    return text.error(f"is no OpenAPI document: its root holds {found}; {EXPECTED}", 0)


def _described(tree: Node) -> str:
    if tree is None:
        return "is empty"
    if isinstance(tree, list):
        return "holds a list"
    return "holds a single value, no mapping"
