"""Two effective schemas side by side: what differs between them, and which parts to compare next."""

from collections.abc import Callable, Iterator

from diffing import effect, effect_names, effect_texts, effect_values, effect_words
from diffing.branches import Branches
from diffing.effect import Difference
from diffing.finding import Effect
from diffing.pair import Edge, Facing, Sides
from diffing.part import Part
from diffing.readers.heirs import Heirs
from diffing.schema import Schema, Union, canonical
from diffing.siblings import bare
from diffing.walk_properties import properties
from diffing.walk_subschemas import entries, maps, nested

Compared = tuple[list[Difference], list[Edge]]
OPEN = (None, None)
"""What stands around a pair that nothing encloses."""

_SCALAR_FAMILIES = (
    effect_values.of_enum,
    effect_values.of_limits,
    effect_values.of_unique_items,
    effect_values.of_multiple,
    effect_texts.of_pattern,
    effect_texts.of_format,
    effect_names.of_dependent_required,
    effect_names.of_discriminator,
)
_UNEVALUATED = {"unevaluatedProperties", "unevaluatedItems"}
_UNHEARD: set[str] = set()
_LIMITED = {"maxItems", "maxProperties"}
"""Bounds that can be said in another form."""
_Walk = Callable[[Sides, Facing, list[Difference], list[Edge]], None]
_WALKS: tuple[_Walk, ...] = (nested, entries, properties, maps)


class SideBySide:
    """Compares effective schemas of two documents."""

    def __init__(self, sides: Sides, heirs: tuple[Heirs, Heirs]) -> None:
        self._sides, self._heirs = sides, heirs
        self._branches = Branches(*sides)

    def compare(self, pair: Facing) -> Compared:
        """Answer what differs, and the pairs of parts that lie below."""
        old, new = pair.old, pair.new
        if old.never or new.never:
            return list(_of_never(old, new)), []
        old, new = self._in_same_words(old, new)
        if old is not pair.old or new is not pair.new:
            pair = pair._replace(old=old, new=new)
        wrapped = self._wrapped(old, new)
        if wrapped is not None:
            return wrapped
        differences: list[Difference] = []
        if old.apart or new.apart:
            from diffing.neighbours import told_apart

            old, new, differences = told_apart(self._sides, old, new)
            pair = pair._replace(old=old, new=new)
        differences.extend(effect.of_types(old, new, pair.textual))
        if pair.blind:
            differences = [each for each in differences if each.aspect != "nullable"]
        if effect.disjoint(old, new):
            return [*differences, *effect_words.of_annotations(old.facts, new.facts)], []
        for family in _SCALAR_FAMILIES:
            differences.extend(family(old, new))
        differences.extend(effect_words.of_annotations(old.facts, new.facts))
        differences.extend(effect_words.of_extras(old.extras, new.extras))
        edges: list[Edge] = []
        for walk in _WALKS:
            walk(self._sides, pair, differences, edges)
        self._unions(pair, differences, edges)
        if "discriminator" in old.facts and "discriminator" in new.facts:
            from diffing.walk_heirs import walk_heirs

            walk_heirs(self._sides, self._heirs, pair, differences, edges)
        if pair.around != OPEN or _UNEVALUATED & {*old.subschemas, *new.subschemas}:
            from diffing.enclosure import enclosed

            edges = [enclosed(self._sides, pair, edge) if edge.in_place else edge for edge in edges]
        return differences, edges

    def _in_same_words(self, old: Schema, new: Schema) -> tuple[Schema, Schema]:
        """Let both sides say by the same keywords what each can say by others."""
        if len(old.unions) != len(new.unions):
            old, new = self._sides.old.collapsed(old), self._sides.new.collapsed(new)
        if _leave(old) != _leave(new):
            from diffing.neighbours import in_same_words

            old, new = in_same_words(old, new)
        if _LIMITED & (old.limits.keys() | new.limits.keys()) or "multipleOf" in {*old.facts, *new.facts}:
            from diffing.one_form import in_one_form

            old, new = in_one_form(old, new)
        return old, new

    def _unions(self, pair: Facing, differences: list[Difference], edges: list[Edge]) -> None:
        old, new = _in_step(pair.old.unions, pair.new.unions)
        heeds = pair.old.null and pair.new.null and not (pair.blind or pair.textual)
        for a, b in zip(old, new, strict=False):
            found, inner = self._branches.match(a, b, heeds_null=heeds)
            differences.extend(found)
            edges.extend(inner)
        # under `unevaluated…` a union tells names as well as it asks for something
        veiled = pair.around != OPEN or _leave(pair.old) or _leave(pair.new)
        for union in new[len(old) :]:
            moved = Effect.SWAPS if veiled else Effect.NARROWS
            differences.append(_union_difference(union.kind, "set", moved, None, union.part))
        for union in old[len(new) :]:
            moved = Effect.SWAPS if veiled else Effect.WIDENS
            differences.append(_union_difference(union.kind, "unset", moved, union.part, None))

    def _wrapped(self, old: Schema, new: Schema) -> Compared | None:
        """Answer the comparison of a schema with a union that took its place; None where neither is one."""
        if len(new.unions) == 1 and not old.unions and _wraps(new, old):
            return self._branches.wrap(old, new.unions[0], widens=True)
        if len(old.unions) == 1 and not new.unions and _wraps(old, new):
            return self._branches.wrap(new, old.unions[0], widens=False)
        return None


def _leave(schema: Schema) -> set[str]:
    """Answer the keywords by which a schema speaks of what others leave over."""
    return _UNEVALUATED & schema.subschemas.keys() if schema.subschemas else _UNHEARD


def _wraps(union: Schema, whole: Schema) -> bool:
    """Answer whether a union may stand for a schema: beside its branches it asks for nothing else."""
    return bare(union) and not bare(whole) and effect.within(whole.types, union.types)


def _in_step(old: tuple[Union, ...], new: tuple[Union, ...]) -> tuple[tuple[Union, ...], tuple[Union, ...]]:
    """Put unions with equal text first on both sides, in one order; where each stands does not count."""
    if len(old) < 2 and len(new) < 2:
        return old, new
    texts = {canonical(union.part.node): union for union in new}
    alike = [(union, texts.pop(canonical(union.part.node), None)) for union in old]
    pairs = [(a, b) for a, b in alike if b is not None]
    left = [a for a, b in alike if b is None]
    rest = [union for union in new if all(union is not b for _, b in pairs)]
    return (*(a for a, _ in pairs), *left), (*(b for _, b in pairs), *rest)


def _union_difference(
    kind: str, action: str, moved: Effect, old: Part | None, new: Part | None
) -> Difference:
    return Difference({"anyOf": "any-of", "oneOf": "one-of"}[kind], action, moved, old, new)


def _of_never(old: Schema, new: Schema) -> Iterator[Difference]:
    if old.never != new.never:
        moved = Effect.WIDENS if old.never else Effect.NARROWS
        yield Difference("schema", "changed", moved, old.part, new.part, old.part.node, new.part.node)
