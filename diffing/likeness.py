"""Which branch of an old union is which of the new one.

By reference, then by equal text, then by label (tag property, title), then by likeness; what is left came
or went. Order never counts.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from diffing import effect
from diffing.part import Part
from diffing.readers.json_schema import SchemaReader
from diffing.schema import Schema, canonical
from diffing.siblings import clashing, tags_of

ALIKE = 0.2
"""The likeness from which on two schemas may be taken for one."""
Paired = tuple[list[tuple[Part, Part]], list[Part], list[Part]]
"""Branches that are one, those that went, those that came."""


def paired(old: list[Part], new: list[Part], before: SchemaReader, after: SchemaReader) -> Paired:
    """Pair branches, by the strictest name first."""
    found: list[tuple[Part, Part]] = []
    for name in (_reference, _text):
        old, new = _by(name, name, old, new, found)
    old, new = _by(_label(before), _label(after), old, new, found)
    return _by_likeness(old, new, (before, after), found)


def _label(side: SchemaReader) -> Callable[[Part], Hashable]:
    def label(part: Part) -> Hashable:
        schema = side.effective((part,))
        title = schema.facts.get("title")
        tags = tuple(sorted(tags_of(schema).items()))
        return tags or (title.value if title and isinstance(title.value, str) else None)

    return label


def _by_likeness(
    old: list[Part],
    new: list[Part],
    sides: tuple[SchemaReader, SchemaReader],
    found: list[tuple[Part, Part]],
) -> Paired:
    scored = [
        (likeness(sides[0].effective((a,)), sides[1].effective((b,))), -i, -j)
        for i, a in enumerate(old)
        for j, b in enumerate(new)
    ]
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for score, i, j in sorted(scored, reverse=True):
        if score < ALIKE or -i in taken_old or -j in taken_new:
            continue
        found.append((old[-i], new[-j]))
        taken_old.add(-i)
        taken_new.add(-j)
    gone = [part for index, part in enumerate(old) if index not in taken_old]
    come = [part for index, part in enumerate(new) if index not in taken_new]
    return found, gone, come


def likeness(old: Schema, new: Schema) -> float:
    """Answer how much two schemas have in common, from 0 to 1."""
    if (
        old.never
        or new.never
        or effect.disjoint(old, new)
        or (old.types == frozenset()) != (new.types == frozenset())
    ):
        return 0.0
    if clashing(tags_of(old), tags_of(new)):
        return 0.0
    if old.enum is not None and new.enum is not None:
        return _jaccard(old.enum, new.enum)
    if old.properties and new.properties:
        return _jaccard(old.properties, new.properties)
    if old.properties or new.properties:
        return ALIKE if old.types == new.types else 0.0
    return 0.5 if old.types == new.types else 0.3


def _by(
    old_name: Callable[[Part], Hashable],
    new_name: Callable[[Part], Hashable],
    old: list[Part],
    new: list[Part],
    found: list[tuple[Part, Part]],
) -> tuple[list[Part], list[Part]]:
    """Pair what has the same name on both sides; answer what is left of each."""
    if not old or not new:
        return old, new
    waiting: dict[Hashable, list[Part]] = {}
    for part in new:
        waiting.setdefault(new_name(part), []).append(part)
    left = []
    for part in old:
        name = old_name(part)
        if name is None or not waiting.get(name):
            left.append(part)
            continue
        found.append((part, waiting[name].pop(0)))
    taken = {part.spot for _, part in found}
    return left, [part for part in new if part.spot not in taken]


def _reference(part: Part) -> Hashable:
    node = part.node
    return node["$ref"] if isinstance(node, dict) and isinstance(node.get("$ref"), str) else None


def _text(part: Part) -> Hashable:
    return canonical(part.node)


def _jaccard(one: Iterable[Any], other: Iterable[Any]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0.5
