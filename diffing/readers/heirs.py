"""Schemas that inherit from a base by `allOf` and are told apart by its discriminator, without a `oneOf`.

Nothing in the base leads to them, and yet any of them may stand where the base is asked for (OpenAPI,
Discriminator Object).
"""

from collections.abc import Mapping
from functools import cached_property

from diffing.document import Dialect, Node
from diffing.part import Part, Spot
from diffing.readers.refs import Resolver

_NONE: Mapping[str, Part] = {}


class Heirs:
    """The heirs of each base of one document; nothing is read before it is asked for."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def of(self, base: Spot) -> Mapping[str, Part]:
        """Answer the schemas that inherit from the one at a place, at any remove, by their names."""
        return self.by_base.get(base, _NONE)

    @cached_property
    def by_base(self) -> dict[Spot, dict[str, Part]]:
        """The heirs of every base that has a discriminator of its own and no union."""
        schemas = self._schemas()
        bases = {part.spot for part in schemas.values() if _is_base(part.node)}
        if not bases:
            return {}
        parents = {part.spot: self._parents(part) for part in schemas.values() if "allOf" in part.node}
        found: dict[Spot, dict[str, Part]] = {}
        for name, part in schemas.items():
            for spot in _above(part.spot, parents) & bases:
                found.setdefault(spot, {})[name] = part
        return found

    def _schemas(self) -> dict[str, Part]:
        """Answer the schemas by name; none where no base is among them."""
        root = self._resolver.root
        holder: Part | None = root
        word = "definitions"
        if self._resolver.document.dialect is not Dialect.OPENAPI_2_0:
            holder, word = root.get("components"), "schemas"
        held = holder.get(word) if holder else None
        if held is None or not isinstance(held.node, dict) or not any(map(_is_base, held.node.values())):
            return {}
        return {name: part for name, part in held.members() if isinstance(part.node, dict)}

    def _parents(self, part: Part) -> list[Spot]:
        """Answer what the parts of an `allOf` refer to."""
        targets = [
            self._resolver.target(entry.node["$ref"], entry.file)
            for entry in part.child("allOf").items()
            if isinstance(entry.node, dict) and isinstance(entry.node.get("$ref"), str)
        ]
        return [target.spot for target in targets if target is not None]


def _is_base(node: Node) -> bool:
    return isinstance(node, dict) and "discriminator" in node and node.keys().isdisjoint({"oneOf", "anyOf"})


def _above(spot: Spot, parents: dict[Spot, list[Spot]]) -> set[Spot]:
    """Answer all that a schema inherits from."""
    found: set[Spot] = set()
    pending = list(parents.get(spot, ()))
    while pending:
        at = pending.pop()
        if at not in found and at != spot:
            found.add(at)
            pending.extend(parents.get(at, ()))
    return found
