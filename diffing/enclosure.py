"""What `unevaluatedProperties` around a branch says of names that the branch does not declare."""

from typing import NamedTuple

from diffing.pair import Edge, Facing, Sides
from diffing.readers.json_schema import SchemaReader
from diffing.schema import Conjunction, Schema

_WORD = "unevaluatedProperties"
_CONDITIONAL = ("then", "else")
_DEEPEST = 8


class Enclosure(NamedTuple):
    """Names that may be known beside a branch; others are refused, where `is_shut`, or meet a schema."""

    names: frozenset[str]
    is_shut: bool


def enclosed(sides: Sides, pair: Facing, edge: Edge) -> Edge:
    """Answer a pair of branches with what stands around each."""
    around = (
        _around(sides.old, pair.old, pair.around[0], edge.old),
        _around(sides.new, pair.new, pair.around[1], edge.new),
    )
    return edge._replace(around=around)


def _around(
    side: SchemaReader, schema: Schema, outer: Enclosure | None, branch: Conjunction
) -> Enclosure | None:
    rest = schema.subschemas.get(_WORD)
    if rest is None and outer is None:
        return None
    names, patterns = told_in_place(side, schema, branch)
    names |= schema.properties.keys()
    patterns |= bool(schema.patterns)
    if outer is not None:
        return Enclosure(outer.names | names, outer.is_shut and not patterns)
    return Enclosure(frozenset(names), rest is not None and rest[0].node is False and not patterns)


def told_in_place(
    side: SchemaReader, schema: Schema, besides: Conjunction | None = None
) -> tuple[set[str], bool]:
    """Answer the names that branches and conditions may declare, all but one, and whether patterns do."""
    names: set[str] = set()
    patterns = False
    for other in _in_place(schema):
        if other != besides:
            found = _declared(side, other, _DEEPEST)
            names |= found[0]
            patterns |= found[1]
    return names, patterns


def _in_place(schema: Schema) -> list[Conjunction]:
    """Answer the schemas that apply in a schema's place to some values."""
    branches = [(branch,) for union in schema.unions for branch in union.branches]
    conditional = [schema.subschemas[word] for word in _CONDITIONAL if word in schema.subschemas]
    return [*branches, *conditional, *schema.dependents.values()]


def _declared(side: SchemaReader, conjunction: Conjunction, room: int) -> tuple[set[str], bool]:
    """Answer the names that a schema declares for some values, and whether patterns add to them."""
    schema = side.effective(conjunction)
    names, patterns = set(schema.properties), bool(schema.patterns)
    for inner in _in_place(schema) if room else ():
        found = _declared(side, inner, room - 1)
        names |= found[0]
        patterns |= found[1]
    return names, patterns
