"""Pairs of plain schemas that assert the same: words changed in them, extensions, or only what stands below.

Most pairs are of this kind, in what a popular component reaches and between two releases of one document.
They need not be read and compared keyword by keyword.
"""

from collections.abc import Iterable
from typing import Any

from diffing import aspects
from diffing.document import Node
from diffing.effect import Difference
from diffing.effect_words import of_annotations, of_extras
from diffing.equality import same
from diffing.pair import HIDING, Edge, Pair, Sides
from diffing.part import Part
from diffing.readers.json_schema import SchemaReader
from diffing.readers.opened import COMPOSING
from diffing.sameness import Trail
from diffing.schema import ANNOTATIONS, Fact

Told = tuple[list[Difference], list[Edge]]

_OPAQUE = COMPOSING | frozenset(
    "enum const patternProperties dependentSchemas dependencies prefixItems additionalItems unevaluatedItems "
    "unevaluatedProperties contains propertyNames not if then else discriminator".split()
)
"""Keywords under which more may change than what their own subschemas say."""
_WORDS = ANNOTATIONS - {"contentEncoding", "contentMediaType", "contentSchema"}
_TOLD = _WORDS | {"type", "properties", "items", "additionalProperties"}
"""Keywords that are compared one by one."""
_NO_NAMES = Part({}, "", "")
_Ways = set[Trail] | None
"""The first two steps to what changed below two parts of equal text; None for parts that differ."""


def walk_plain(sides: Sides, pair: Pair) -> Told | None:
    """Answer what changed in a pair that asserts the same on both sides; None where it may not.

    Of the pairs below only those are answered that are not the same.
    """
    if len(pair.old.plain) != 1 or len(pair.new.plain) != 1 or pair.old.excused or pair.new.excused:
        return None
    old, new = pair.old.plain[0], pair.new.plain[0]
    if not sides.sameness.comparable or not _is_plain(old.node):
        return None
    alike = sides.sameness.worded_alike(old, new)
    if not alike and not (_is_plain(new.node) and _asserts_the_same(old.node, new.node)):
        return None
    ways = {trail[:2] for trail in sides.sameness.trails(old, new)} if alike else None
    mapped = _mapped(sides, old, new, ways)
    named = _named(sides, pair, (old, new), ways)
    if mapped is None or named is None:
        return None
    return [] if alike else _words(old, new), mapped + named


def _is_plain(node: Node) -> bool:
    return isinstance(node, dict) and _OPAQUE.isdisjoint(node) and bool(_types(node))


def _types(node: dict[str, Node]) -> list[str]:
    """Answer the types that a plain schema names, "object" where it names none; [] for what is no name."""
    types = node.get("type", "object")
    if type(types) is str:
        return [types]
    listed = types if isinstance(types, list) else [types]
    return listed if all(isinstance(word, str) for word in listed) else []


def _asserts_the_same(old: dict[str, Node], new: dict[str, Node]) -> bool:
    """Answer whether two schemas differ in words and extensions only, and in schemas below."""
    if ("type" in old) != ("type" in new) or set(_types(old)) != set(_types(new)):
        return False
    for key in {**old, **new}:
        if key not in _TOLD and _differs(old, new, key) and not _is_extension(key):
            return False
    return True


def _is_extension(key: str) -> bool:
    return key.startswith("x-") and key not in _WORDS and key != "x-nullable"


def _words(old: Part, new: Part) -> list[Difference]:
    if not any(_is_worded(key) and _differs(old.node, new.node, key) for key in {**old.node, **new.node}):
        return []
    annotations = [
        {key: Fact(part.node[key], part.child(key)) for key in _WORDS & part.node.keys()}
        for part in (old, new)
    ]
    extensions = [{key: part.child(key) for key in part.node if _is_extension(key)} for part in (old, new)]
    return [*of_annotations(*annotations), *of_extras(*extensions)]


def _is_worded(key: str) -> bool:
    return key in _WORDS or _is_extension(key)


def _differs(old: dict[str, Node], new: dict[str, Node], key: str) -> bool:
    return key not in old or key not in new or not same(old[key], new[key])


def _mapped(sides: Sides, old: Part, new: Part, ways: _Ways) -> list[Edge] | None:
    """Answer the pairs of items and of unnamed properties; None where one side says nothing of them."""
    edges = []
    told: Iterable[aspects.Nested] = aspects.NESTED
    if ways is not None:
        firsts = {way[0] for way in ways if way}
        told = [row for row in told if row.keyword in firsts]
    for row in told:
        was, now = old.get(row.keyword), new.get(row.keyword)
        if was is None and now is None:
            continue
        if was is None or now is None:
            return None
        if ways is None and sides.sameness.unchanged(was, now):
            continue
        if not all(part.node and isinstance(part.node, dict) for part in (was, now)):
            return None
        edges.append(Edge((was,), (now,), row.step, row.sign))
    return edges


def _says(side: SchemaReader, part: Part, flag: str) -> bool:
    if isinstance(part.node, dict) and COMPOSING.isdisjoint(part.node):
        return part.node.get(flag) is True
    return side.says((part,), flag)


def _only(ways: set[Trail]) -> list[Any]:
    """Answer the property to which the one way leads, if it leads to any."""
    return [way[1] for way in ways if way[0:1] == ("properties",) and len(way) > 1]


def _named(sides: Sides, pair: Pair, parts: tuple[Part, Part], ways: _Ways) -> list[Edge] | None:
    """Answer the pairs of properties; None where one may be there, or is shown, on one side only."""
    old, new = (part.get("properties") or _NO_NAMES for part in parts)
    if "object" not in _types(parts[0].node):
        return []
    if not isinstance(old.node, dict) or not isinstance(new.node, dict) or old.node.keys() != new.node.keys():
        return None
    flag = HIDING[pair.direction]
    edges = []
    names: Iterable[str] = old.node
    if ways is not None:
        names = [name for name in names if ("properties", name) in ways] if len(ways) > 1 else _only(ways)
    for name in names:
        was, now = old.child(name), new.child(name)
        if was.node is False or now.node is False:
            return None
        if ways is None and sides.sameness.unchanged(was, now):
            continue
        hidden = _says(sides.old, was, flag)
        if hidden != _says(sides.new, now, flag):
            return None
        if not hidden:
            edges.append(Edge((was,), (now,), name, 1))
    return edges
