"""What a change of one keyword does to the set of legal values: types here, other families beside it.

Every function of a family sees both schemas and answers differences; levels are `law`'s business.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from diffing import aspects
from diffing.finding import Effect
from diffing.part import Part
from diffing.schema import Fact, Schema, canonical


class Difference(NamedTuple):
    """A keyword's difference within one pair of schemas; `vague` where it may act both ways."""

    aspect: str
    action: str
    effect: Effect
    old: Part | None
    new: Part | None
    was: Any = None
    now: Any = None
    subject: str = ""
    trait: str = ""
    vague: bool = False


def part_of(fact: Fact | None) -> Part | None:
    """Answer where a fact stands, None for no fact."""
    return None if fact is None else fact.part


def relevant(types: frozenset[str] | None, old: Schema, new: Schema) -> bool:
    """Answer whether a keyword for `types` can matter on either side."""
    return types is None or _meets(types, old) or _meets(types, new)


def _meets(types: frozenset[str], schema: Schema) -> bool:
    return schema.types is None or bool(types & schema.types)


def of_types(old: Schema, new: Schema, textual: bool) -> Iterator[Difference]:
    """Compare types, null apart. In a parameter every scalar is text, so string holds them all."""
    if old.types != new.types:
        effect = _types_effect(old.types, new.types, textual)
        if effect is not Effect.NONE or textual:
            action = {Effect.NARROWS: "specialized", Effect.WIDENS: "generalized"}.get(effect, "changed")
            was, now = type_names(old), type_names(new)
            yield Difference("type", action, effect, old.type_part, new.type_part, was, now)
    if old.null != new.null and not _implied_null(old, new):
        action, effect = ("added", Effect.WIDENS) if new.null else ("removed", Effect.NARROWS)
        effect = Effect.NONE if textual else effect  # no text on the wire is null
        trait = "left-over" if _left_over(old if new.null else new) else ""
        at = old.null_part, new.null_part
        yield Difference("nullable", action, effect, *at, old.null, new.null, trait=trait)


def _left_over(schema: Schema) -> bool:
    """Answer whether the text says `nullable: true` though its dialect no longer knows the word."""
    part = schema.null_part
    return part is not None and part.pointer.endswith("/nullable") and part.node is True


def _implied_null(old: Schema, new: Schema) -> bool:
    return old.types != new.types and (old.types is None or new.types is None)


BY_INCLUSION = {
    (True, True): Effect.NONE,
    (True, False): Effect.NARROWS,
    (False, True): Effect.WIDENS,
    (False, False): Effect.SWAPS,
}
"""What a change does, by whether the new set is within the old one, and the old one within the new."""

_TEXTUAL = frozenset({"string", "integer", "number", "boolean"})


def _types_effect(old: frozenset[str] | None, new: frozenset[str] | None, textual: bool) -> Effect:
    narrower, wider = within(new, old, textual), within(old, new, textual)
    return BY_INCLUSION[narrower, wider]


def within(inner: frozenset[str] | None, outer: frozenset[str] | None, textual: bool = False) -> bool:
    """Answer whether all types of one side are types of the other, integer being a number."""
    if outer is None:
        return True
    if inner is None:
        return outer >= {"string", "number", "boolean", "array", "object"}
    if textual and "string" in outer:
        outer = outer | _TEXTUAL
    return all(word in outer or (word == "integer" and "number" in outer) for word in inner)


def disjoint(old: Schema, new: Schema) -> bool:
    """Answer whether no type is common to both, so that nothing below can be compared."""
    if old.types is None or new.types is None:
        return False
    common = old.types & new.types
    numbers = aspects.NUMBERS
    return (
        bool(old.types)
        and bool(new.types)
        and not common
        and not (old.types & numbers and new.types & numbers)
    )


def type_names(schema: Schema) -> list[str]:
    """Answer the types of a schema for a sentence, in order."""
    return ["any"] if schema.types is None else sorted(schema.types)


def texts(fact: Fact | None) -> frozenset[str]:
    """Answer the values of a keyword that all hold, none for no fact."""
    return frozenset(fact.value) if fact else frozenset()


def one(values: Any) -> Any:
    """Answer the only one of some values, or all in order; None for none."""
    listed = sorted(values, key=canonical)
    if not listed:
        return None
    return listed[0] if len(listed) == 1 else listed
