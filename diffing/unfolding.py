"""How much a validator has to do at one place of a value: the schemas there, as often as they are led to.

Schemas are graphs, and a validator follows every way through them: forty levels that name the next twice are
2^40 ways. Code that is not ours can't be interrupted, so what is too much is never given to it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MOST_WAYS = 50_000

_BRANCHING = ("allOf", "anyOf", "oneOf")
_APPLIED = ("not", "if", "then", "else")
_BY_NAME = ("properties", "patternProperties")
_HELD = tuple(
    "items additionalProperties unevaluatedItems unevaluatedProperties contains propertyNames".split()
)


class Unfolding:
    """Weigh the schemas that share some definitions; each definition is weighed once."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        """Keep the definitions, which may still grow."""
        self._definitions = definitions
        self._weights: dict[str, int] = {}
        self._heaviest = 0
        self._pending: list[Any] = []

    def is_bounded(self, schema: Mapping[str, Any]) -> bool:
        """Answer whether no place in a schema, or in what it refers to, is led through in too many ways."""
        self._pending.append(schema)
        try:
            while self._pending:
                self._heaviest = max(self._heaviest, self._weight(self._pending.pop()))
        except RecursionError:
            return False
        return self._heaviest <= MOST_WAYS

    def _weight(self, node: Any) -> int:
        """Count the schemas that apply where one does; those that apply to what it holds are put aside."""
        if not isinstance(node, dict):
            return 1
        for keyword in _HELD:
            if isinstance(node.get(keyword), dict):
                self._pending.append(node[keyword])
        for keyword in _BY_NAME:
            self._pending.extend(node.get(keyword, {}).values())
        self._pending.extend(node.get("prefixItems", ()))
        return 1 + sum([self._weight(each) for each in _in_place(node)]) + self._of_definition(node)

    def _of_definition(self, node: dict[str, Any]) -> int:
        if "$ref" not in node:
            return 0
        name = node["$ref"].rpartition("/")[2]
        if name not in self._weights:
            self._weights[name] = 0  # what leads back to itself is led through once
            self._weights[name] = self._weight(self._definitions.get(name))
        return self._weights[name]


def _in_place(node: dict[str, Any]) -> Iterator[Any]:
    for keyword in _BRANCHING:
        yield from node.get(keyword, ())
    for keyword in _APPLIED:
        if keyword in node:
            yield node[keyword]
    yield from node.get("dependentSchemas", {}).values()
