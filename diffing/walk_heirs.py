"""Compare what may stand where a base is asked for: the schemas that inherit from it, told apart by a tag."""

from diffing.effect import Difference
from diffing.effect_names import named
from diffing.finding import Effect
from diffing.pair import Edge, Facing, Sides
from diffing.part import Part
from diffing.readers.heirs import Heirs
from diffing.readers.json_schema import SchemaReader
from diffing.schema import ANNOTATIONS, Schema
from diffing.walk_tags import Renamed, walk_tags

_SILENT = ANNOTATIONS | {"allOf", "$ref"}
"""Keywords by which a part says nothing of its own."""


def walk_heirs(
    sides: Sides,
    heirs: tuple[Heirs, Heirs],
    pair: Facing,
    differences: list[Difference],
    edges: list[Edge],
) -> None:
    """Pair the heirs of two bases by name, or by tag; one that came or went is what a branch would be."""
    if pair.old.unions or pair.new.unions:
        walk_tags(sides, pair, {}, differences)
        return
    old, new = _fitting(sides.old, heirs[0], pair.old), _fitting(sides.new, heirs[1], pair.new)
    renamed = _renamed(pair, old, new)
    walk_tags(sides, pair, renamed, differences)
    edges.extend(Edge((old.pop(one),), (new.pop(other),), None, 1) for one, other in renamed.items())
    changed = [each for each in differences if each.aspect == "discriminator-mapping"]
    mapped = {named(value) for tag in changed for value in (tag.was, tag.now)}
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was is not None and now is not None:
            edges.append(Edge((was,), (now,), None, 1))
        elif name not in mapped:
            differences.append(_came_or_went(name, was, now))


def _renamed(pair: Facing, old: dict[str, Part], new: dict[str, Part]) -> Renamed:
    """Answer the heirs that one tag stands for under another name on either side."""
    before, after = (side.facts["discriminator"].value["mapping"] for side in (pair.old, pair.new))
    found: Renamed = {}
    for tag in before.keys() & after.keys():
        one, other = named(before[tag]), named(after[tag])
        if one in old and one not in new and other in new and other not in old:
            found.setdefault(str(one), str(other))
    return found if len(set(found.values())) == len(found) else {}


def _came_or_went(name: str, old: Part | None, new: Part | None) -> Difference:
    action, moved = ("deleted", Effect.NARROWS) if new is None else ("added", Effect.WIDENS)
    was, now = (None if part is None else name for part in (old, new))
    return Difference("discriminator-mapping", action, moved, old, new, was, now, subject=name)


def _fitting(side: SchemaReader, heirs: Heirs, schema: Schema) -> dict[str, Part]:
    """Answer the heirs that may stand for a schema: those that say all that it says, and more."""
    held = schema.facts["discriminator"].part
    said = {
        part.spot for part in schema.plain if isinstance(part.node, dict) and not part.node.keys() <= _SILENT
    }
    base = held.file, held.pointer.removesuffix("/discriminator")
    found = {}
    for name, part in heirs.of(base).items():
        if said < {each.spot for each in side.opened((part,)).plain}:
            found[name] = part
    return found
