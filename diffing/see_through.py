"""Pairs whose own text is equal: nothing changed in them, only in what their references lead to.

Most of what a popular component reaches is of this kind. Such a pair has no differences of its own, so it
need not be read and compared keyword by keyword; it only passes on what changed below.
"""

from diffing.pair import HIDING, Edge, Pair, Sides
from diffing.part import Part
from diffing.readers.opened import COMPOSING

_OPAQUE = COMPOSING | frozenset(
    "enum const patternProperties dependentSchemas dependencies prefixItems additionalItems unevaluatedItems "
    "unevaluatedProperties contains propertyNames not if then else".split()
)
"""Keywords under which more may change than what their own subschemas say."""
_MAPPED = ("items", "additionalProperties")


def see_through(sides: Sides, pair: Pair) -> list[Edge] | None:
    """Answer the pairs below a pair that says the same on both sides; None where it has to be compared.

    Of the pairs below only those are answered that are not the same.
    """
    if len(pair.old.plain) != 1 or len(pair.new.plain) != 1 or pair.old.excused or pair.new.excused:
        return None
    old, new = pair.old.plain[0], pair.new.plain[0]
    node = old.node
    if not isinstance(node, dict) or not _OPAQUE.isdisjoint(node):
        return None
    kind = node.get("type", "object")
    if not isinstance(kind, str) or not sides.sameness.worded_alike(old, new):
        return None
    trails = sides.sameness.trails(old, new)
    leading = {trail[0] for trail in trails if trail}
    edges = [
        Edge((old.child(keyword),), (new.child(keyword),), "*", 1)
        for keyword in _MAPPED
        if keyword in leading
    ]
    if kind != "object" or "properties" not in leading:
        return edges
    names = {trail[1] for trail in trails if trail[0] == "properties" and len(trail) > 1}
    inner = _properties(sides, pair, (old.child("properties"), new.child("properties")), names)
    return None if inner is None else edges + inner


def _properties(
    sides: Sides, pair: Pair, held: tuple[Part, Part], names: set[str | int]
) -> list[Edge] | None:
    """Answer the pairs of these properties; None where one of them is hidden on one side only."""
    old, new = held
    flag = HIDING[pair.direction]
    edges = []
    for name in old.node if isinstance(old.node, dict) else ():
        if name in names:
            was, now = (old.child(name),), (new.child(name),)
            hidden = sides.old.says(was, flag)
            if hidden != sides.new.says(now, flag):
                return None
            if not hidden:
                edges.append(Edge(was, now, name, 1))
    return edges
