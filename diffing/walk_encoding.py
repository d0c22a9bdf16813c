"""Compare how one field of a form is written: its content type, style and explode, defaults filled in."""

from typing import Any

from diffing.api import Media
from diffing.change import Change, Site
from diffing.effect import BY_INCLUSION
from diffing.finding import Direction, Effect
from diffing.ground import Ground, Half
from diffing.part import Part
from diffing.schema import ANY, Conjunction, Schema

_READ = frozenset("contentType style explode allowReserved".split())
_STRUCTURES = frozenset({"array", "object"})
_BYTES, _JSON, _TEXT = "application/octet-stream", "application/json", "text/plain"
_Types = frozenset[str] | None
"""Media types that a field may be sent as; None where that can't be told."""


def walk_encoding(
    ground: Ground, direction: Direction, name: str, old: Media, new: Media, site: Site
) -> None:
    """Compare one field of two forms."""
    before, after = old.encoding.get(name), new.encoding.get(name)
    if before is not None and after is not None and ground.sameness.equal(before, after):
        return
    schemas = _field(ground.old, name, old.schema), _field(ground.new, name, new.schema)
    moved = _of_types(_types(ground.old, before, schemas[0]), _types(ground.new, after, schemas[1]))
    if _is_written_otherwise(_node(before), _node(after), schemas):
        moved = Effect.SWAPS
    if moved is Effect.NONE and _unread(before) != _unread(after):
        moved = Effect.UNKNOWN
    action = "added" if before is None else "removed" if after is None else "changed"
    change = Change(direction, "body", "encoding", action, moved, before, after, subject=name)
    ground.report(change, site)


def _field(half: Half, name: str, schema: Conjunction | None) -> Schema:
    held = half.schemas.effective(schema or ANY).properties.get(name, ANY)
    return half.schemas.effective(held)


def _types(half: Half, encoding: Part | None, schema: Schema) -> _Types:
    """Answer the content types of a field: the stated ones, else the default for its type."""
    stated = _node(encoding).get("contentType")
    if isinstance(stated, str):
        return frozenset(word.strip().lower() for word in stated.split(",") if word.strip())
    return _default(half, schema)


def _default(half: Half, schema: Schema) -> _Types:
    """Answer what a field is sent as where nothing says so (OpenAPI 3.0 and 3.1.1, Encoding Object)."""
    items = schema.subschemas.get("items")
    if schema.types == frozenset({"array"}) and items is not None:
        schema = half.schemas.effective(items)
    if schema.types == frozenset({"object"}):
        return frozenset({_JSON})
    if schema.types is None or schema.types & _STRUCTURES:
        return None
    formats = schema.facts["format"].value if "format" in schema.facts else ()
    if "byte" in formats:  # octets in 3.1, text in 3.0
        return None
    return frozenset({_BYTES if "binary" in formats else _TEXT})


def _of_types(old: _Types, new: _Types) -> Effect:
    if old == new:
        return Effect.NONE
    if old is None or new is None:
        return Effect.SWAPS
    return BY_INCLUSION[_within(new, old), _within(old, new)]


def _within(inner: frozenset[str], outer: frozenset[str]) -> bool:
    return all({word, word.partition("/")[0] + "/*", "*/*"} & outer for word in inner)


def _is_written_otherwise(old: dict[str, Any], new: dict[str, Any], schemas: tuple[Schema, Schema]) -> bool:
    """Answer whether style and explode differ where a field can be written in more than one way."""
    if old.get("allowReserved", False) != new.get("allowReserved", False):
        return True
    structured = any(schema.types is None or schema.types & _STRUCTURES for schema in schemas)
    return bool(structured) and _style(old) != _style(new)


def _style(node: dict[str, Any]) -> tuple[object, object]:
    style = node.get("style", "form")
    return style, node.get("explode", style == "form")


def _node(encoding: Part | None) -> dict[str, Any]:
    return encoding.node if encoding is not None and isinstance(encoding.node, dict) else {}


def _unread(encoding: Part | None) -> dict[str, object]:
    return {key: value for key, value in _node(encoding).items() if key not in _READ}
