"""Compare how the values of a parameter or header are written: it matters where a legal value shows it."""

import re

from diffing.api import Parameter
from diffing.change import Change, Site
from diffing.finding import Direction, Effect
from diffing.ground import Ground
from diffing.schema import ANY

_UNRESERVED = frozenset({"integer", "boolean"})
_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")
_STRUCTURED = frozenset({"array", "object"})


def walk_wire(ground: Ground, direction: Direction, old: Parameter, new: Parameter, site: Site) -> None:
    """Compare how values are written: it matters only where a legal value has more than one way."""
    types = _types(ground, old, new)
    structured = types is None or bool(types & _STRUCTURED)
    exploding = structured and not _is_written_in_one_way(types, {old.style, new.style})
    rows = (
        ("style", old.style, new.style, structured or {old.style, new.style} & {"matrix", "label"}),
        ("explode", old.explode, new.explode, exploding),
        (
            "allowReserved",
            old.reserved,
            new.reserved,
            old.place == "query" and _may_reserve(ground, old, new),
        ),
        ("content", old.schema is None, new.schema is None, True),
    )
    for key, was, now, matters in rows:
        if was != now and not (key == "explode" and old.style != new.style):
            at = old.part.get(key) or old.part, new.part.get(key) or new.part
            aspect = {"allowReserved": "allow-reserved"}.get(key, key)
            effect = Effect.SWAPS if matters else Effect.NONE
            ground.report(
                Change(direction, site.element, aspect, "changed", effect, *at, was=was, now=now), site
            )
    _inner(ground, direction, old, new, site)


def _is_written_in_one_way(types: frozenset[str] | None, styles: set[str]) -> bool:
    """Answer whether `explode` says nothing: of simple lists, and of the one form that `deepObject` has."""
    return styles == {"deepObject"} or (styles == {"simple"} and types == frozenset({"array"}))


def _inner(ground: Ground, direction: Direction, old: Parameter, new: Parameter, site: Site) -> None:
    """Compare how 2.0 writes lists within lists; what only one side has is told with its type."""
    for was, now in zip(old.inner, new.inner, strict=False):
        before, after = (part.node.get("collectionFormat", "csv") for part in (was, now))
        if before != after:
            at = was.get("collectionFormat") or was, now.get("collectionFormat") or now
            change = Change(direction, site.element, "style", "changed", Effect.SWAPS, *at)
            ground.report(change._replace(was=before, now=after), site)


def _may_reserve(ground: Ground, old: Parameter, new: Parameter) -> bool:
    """Answer whether a legal value may hold a character that URLs reserve (RFC 3986, section 2.2)."""
    sides = ((ground.old, old.schema), (ground.new, new.schema))
    schemas = [half.schemas.effective(schema or ANY) for half, schema in sides]
    if all(schema.types is not None and schema.types <= _UNRESERVED for schema in schemas):
        return False
    listed = [fact.value for schema in schemas for fact in (schema.enum or {}).values()]
    return any(schema.enum is None for schema in schemas) or not all(
        isinstance(value, str) and _PLAIN.fullmatch(value) for value in listed
    )


def _types(ground: Ground, old: Parameter, new: Parameter) -> frozenset[str] | None:
    before = ground.old.schemas.effective(old.schema or ANY).types
    after = ground.new.schemas.effective(new.schema or ANY).types
    return None if before is None or after is None else before | after
