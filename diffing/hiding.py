"""Which properties a direction hides, by the text alone: those of a schema and of what it is joined from.

Only `projection` asks; the engine's readers have their own way, so that proofs are a second opinion.
"""

from collections.abc import Iterator

from diffing.document import Dialect
from diffing.finding import Direction
from diffing.part import Part, Spot
from diffing.readers.refs import Resolver

HIDES = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
LONE_REFERENCES = frozenset({Dialect.OPENAPI_2_0, Dialect.OPENAPI_3_0})
"""Dialects in which what stands beside a reference says nothing."""
_NONE: frozenset[str] = frozenset()
_HOLDING = frozenset({"properties", "$ref", "allOf"})
_JOINING = frozenset({"$ref", "allOf"})


class Hiding:
    """What one direction of one document's traffic hides; answers are remembered."""

    def __init__(self, resolver: Resolver, direction: Direction) -> None:
        """Keep whose references to follow, and the flag of what is left out."""
        self._resolver = resolver
        self._flag = HIDES.get(direction, "")
        self._names: dict[Spot, frozenset[str]] = {}

    def names(self, part: Part) -> frozenset[str]:
        """Answer the properties, of the schema and of what it is joined from, that the direction hides."""
        if not self._flag or not isinstance(part.node, dict) or _HOLDING.isdisjoint(part.node):
            return _NONE
        found = self._names.get(part.spot)
        if found is None:
            found = self._names[part.spot] = frozenset(self._named(part))
        return found

    def _named(self, part: Part) -> Iterator[str]:
        for each in joined(self._resolver, part):
            properties = each.get("properties")
            if properties is None or not isinstance(properties.node, dict):
                continue
            for name, node in properties.node.items():
                if isinstance(node, dict) and self._is_hidden(node, properties, name):
                    yield name

    def _is_hidden(self, node: dict[str, object], properties: Part, name: str) -> bool:
        if _JOINING.isdisjoint(node):
            return node.get(self._flag) is True
        return any(
            each.node.get(self._flag) is True for each in joined(self._resolver, properties.child(name))
        )


def joined(resolver: Resolver, part: Part) -> Iterator[Part]:
    """Answer the schemas that hold together with one: itself, what it refers to, what `allOf` lists."""
    alone = resolver.document.dialect in LONE_REFERENCES
    seen = set()
    pending = [part]
    while pending:
        each = pending.pop()
        if not isinstance(each.node, dict) or each.spot in seen:
            continue
        seen.add(each.spot)
        yield each
        if isinstance(each.node.get("$ref"), str):
            target = resolver.target(each.node["$ref"], each.file)
            pending.extend([] if target is None else [target])
            if alone:
                continue
        every = each.get("allOf")
        pending.extend(every.items() if every else [])
