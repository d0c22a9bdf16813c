"""What a change of `pattern` or `format` does to the set of legal values."""

from collections.abc import Iterator

from diffing import aspects
from diffing.effect import BY_INCLUSION, Difference, one, part_of, relevant, texts
from diffing.effect_values import listing
from diffing.finding import Effect
from diffing.schema import Fact, Schema


def of_pattern(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `pattern`: whether one language holds the other is decided, or left open, never guessed."""
    was, now = old.facts.get("pattern"), new.facts.get("pattern")
    before, after = texts(was), texts(now)
    if before == after:
        return
    matters = relevant(aspects.STRING, old, new) and not _all_match(old, new, was, now)
    effect = _patterns_effect(before, after) if matters else Effect.NONE
    action = "added" if not before else "removed" if not after else "changed"
    yield Difference("pattern", action, effect, part_of(was), part_of(now), one(before), one(after))


def _patterns_effect(before: frozenset[str], after: frozenset[str]) -> Effect:
    """Decide by the languages where one pattern took the place of another, else by the sets of patterns."""
    gone, come = before - after, after - before
    if len(gone) != 1 or len(come) != 1:
        return _sets_effect(before, after)
    from diffing.languages import includes

    (was,), (now,) = gone, come
    narrower, wider = includes(was, now), includes(now, was)
    if narrower is None or wider is None or (before & after and not (narrower or wider)):
        return Effect.UNKNOWN
    return BY_INCLUSION[narrower, wider]


def _all_match(old: Schema, new: Schema, was: Fact | None, now: Fact | None) -> bool:
    """Answer whether all values that the patterns could cut off are listed, and match."""
    side = listing(old, new, was, now)
    if side is None:
        return False
    from diffing.languages import matches

    values = [fact.value for schema in side for fact in (schema.enum or {}).values()]
    patterns = {*texts(was), *texts(now)}
    return all(not isinstance(value, str) or matches(one, value) for one in patterns for value in values)


def of_format(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `format` by the table of known formats; vendors' formats decide nothing."""
    was, now = old.facts.get("format"), new.facts.get("format")
    before, after = texts(was), texts(now)
    if before == after:
        return
    action = "set" if not before else "unset" if not after else "changed"
    effect = Effect.NONE if _within_integers(old, new, before | after) else _format_effect(before, after)
    trait = "vendor" if effect is Effect.UNKNOWN else ""
    yield Difference(
        "format", action, effect, part_of(was), part_of(now), one(before), one(after), trait=trait
    )


_INTEGERS = {"int32": 2**31, "int64": 2**63}


def _within_integers(old: Schema, new: Schema, formats: frozenset[str]) -> bool:
    """Answer whether bounds keep every value of both sides within the formats' ranges already."""
    if not formats <= _INTEGERS.keys() or not all(
        schema.types == frozenset({"integer"}) for schema in (old, new)
    ):
        return False
    limit = min(_INTEGERS[word] for word in formats)
    bounds = [(schema.limits.get("minimum"), schema.limits.get("maximum")) for schema in (old, new)]
    return all(low and high and low.value[0] >= -limit and high.value[0] < limit for low, high in bounds)


def _format_effect(before: frozenset[str], after: frozenset[str]) -> Effect:
    hints = frozenset({"password"})
    before, after = before - hints, after - hints
    if before == after:
        return Effect.NONE
    if not before | after <= aspects.KNOWN_FORMATS:
        return Effect.UNKNOWN
    if before > after or any(wide in aspects.FORMAT_WIDER.get(one, ()) for one in before for wide in after):
        return Effect.WIDENS
    if after > before or any(wide in aspects.FORMAT_WIDER.get(one, ()) for one in after for wide in before):
        return Effect.NARROWS
    return Effect.SWAPS


def _sets_effect(before: frozenset[str], after: frozenset[str]) -> Effect:
    if before < after:
        return Effect.NARROWS
    return Effect.WIDENS if before > after else Effect.UNKNOWN
