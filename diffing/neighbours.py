"""Compare keywords that mean something only beside others of their part, where several parts hold some.

Parts that both sides have say the same on both and are left out. Where one part at most is left on a side it
is compared as if it stood alone; of more nobody can tell what they do together.
"""

from dataclasses import replace

from diffing.effect import Difference
from diffing.finding import Effect
from diffing.pair import Sides
from diffing.part import Part
from diffing.readers.neighbours import GROUPS, SCOPED, excerpt, only, pieces
from diffing.schema import Schema

_ASPECTS = {"additionalProperties": "additional-properties"}
_SYNONYMS = {"additionalProperties": "unevaluatedProperties", "items": "unevaluatedItems"}
_CONDITIONAL = frozenset({"if", "contains"})
_IN_PLACE = "$ref $dynamicRef $recursiveRef allOf anyOf oneOf if then else dependentSchemas contains".split()
"""Keywords that decide what is left for `unevaluated…`."""


def told_apart(sides: Sides, old: Schema, new: Schema) -> tuple[Schema, Schema, list[Difference]]:
    """Answer both schemas without what can't be compared keyword by keyword, and what that shows."""
    differences = []
    heads = {head: _is_alone(head, old, new) for head in {**old.apart, **new.apart}}
    for head, is_alone in heads.items():
        was, now = _unmatched(sides, head, pieces(old, head), pieces(new, head))
        alone = len(was) < 2 and len(now) < 2 and is_alone
        if not alone and (was or now):
            differences.append(_undecided(head, was, now))
        old, new = _with_only(old, head, was if alone else ()), _with_only(new, head, now if alone else ())
    return old, new, differences


def in_same_words(old: Schema, new: Schema) -> tuple[Schema, Schema]:
    """Let both sides say what is left over by one keyword, where `unevaluated…` sees no more."""
    for named, unevaluated in _SYNONYMS.items():
        before, after = unevaluated in old.subschemas, unevaluated in new.subschemas
        if before == after or named not in (old if after else new).subschemas:
            continue
        if before:
            old = _renamed(old, unevaluated, named)
        else:
            new = _renamed(new, unevaluated, named)
    return old, new


def _renamed(schema: Schema, unevaluated: str, named: str) -> Schema:
    if schema.unions or schema.dependents or schema.apart or not _CONDITIONAL.isdisjoint(schema.subschemas):
        return schema
    subschemas = {named if key == unevaluated else key: held for key, held in schema.subschemas.items()}
    return replace(schema, subschemas=subschemas)


def _is_alone(head: str, old: Schema, new: Schema) -> bool:
    """Answer whether a group says nothing that acts on other keywords."""
    if head == "contains":
        return not any("unevaluatedItems" in side.subschemas for side in (old, new))
    return head == "if" and not any("unevaluatedProperties" in side.subschemas for side in (old, new))


def _unmatched(
    sides: Sides, head: str, old: tuple[Part, ...], new: tuple[Part, ...]
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Answer the parts of each side that the other does not have."""
    left = list(new)
    gone = []
    for part in old:
        twin = next((other for other in left if _says_the_same(sides, head, part, other)), None)
        if twin is None:
            gone.append(part)
        else:
            left.remove(twin)
    return tuple(gone), tuple(left)


def _says_the_same(sides: Sides, head: str, old: Part, new: Part) -> bool:
    words = list(GROUPS[head])
    if any(word in part.node for part in (old, new) for word in SCOPED):
        words += _IN_PLACE
    return all(_is_same(sides, old.get(word), new.get(word)) for word in words)


def _is_same(sides: Sides, old: Part | None, new: Part | None) -> bool:
    if old is None or new is None:
        return old is new
    return sides.sameness.unchanged(old, new)


def _undecided(head: str, was: tuple[Part, ...], now: tuple[Part, ...]) -> Difference:
    return Difference(
        _ASPECTS.get(head, head),
        "changed",
        Effect.UNKNOWN,
        _place(head, was),
        _place(head, now),
        [excerpt(part, head) for part in was],
        [excerpt(part, head) for part in now],
    )


def _place(head: str, parts: tuple[Part, ...]) -> Part | None:
    for word in (head, *GROUPS[head]):
        for part in parts:
            if word in part.node:
                return part.child(word)
    return None


def _with_only(schema: Schema, head: str, held: tuple[Part, ...]) -> Schema:
    copied = replace(
        schema,
        subschemas=dict(schema.subschemas),
        limits=dict(schema.limits),
    )
    only(copied, head, held)
    return copied
