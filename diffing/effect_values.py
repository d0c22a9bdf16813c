"""What a change of listed values or of bounds does to the set of legal values."""

from collections.abc import Iterator
from typing import Any

from diffing import aspects
from diffing.aspects import Limit
from diffing.effect import Difference, one, part_of, relevant
from diffing.finding import Effect
from diffing.schema import Fact, Schema


def of_enum(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare the listed values; `const` is an enum of one."""
    if old.enum is None and new.enum is None:
        return
    if old.enum is None or new.enum is None:
        yield _enum_as_a_whole(old, new)
        return
    if old.constant and new.constant and len(old.enum) == len(new.enum) == 1:
        if old.enum.keys() != new.enum.keys():
            was, now = _values(old)[0], _values(new)[0]
            yield Difference("const", "changed", Effect.SWAPS, old.enum_part, new.enum_part, was, now)
        return
    for text in old.enum.keys() - new.enum.keys():
        fact = old.enum[text]
        yield Difference(
            "enum-value", "removed", Effect.NARROWS, fact.part, None, fact.value, None, subject=text
        )
    for text in new.enum.keys() - old.enum.keys():
        fact = new.enum[text]
        trait = "extensible" if _extensible(old) or _extensible(new) else ""
        yield Difference("enum-value", "added", Effect.WIDENS, None, fact.part, None, fact.value, text, trait)


def _extensible(schema: Schema) -> bool:
    fact = schema.facts.get("x-extensible-enum")
    return fact is not None and bool(fact.value)


def _enum_as_a_whole(old: Schema, new: Schema) -> Difference:
    if old.enum is None:
        aspect = "const" if new.constant else "enum"
        action = "added" if new.constant else "set"
        return Difference(aspect, action, Effect.NARROWS, None, new.enum_part, None, _values(new))
    aspect = "const" if old.constant else "enum"
    action = "removed" if old.constant else "unset"
    return Difference(aspect, action, Effect.WIDENS, old.enum_part, None, _values(old), None)


def _values(schema: Schema) -> list[Any]:
    return [fact.value for fact in (schema.enum or {}).values()]


def of_limits(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare bounds; moot where the type or a list of values leaves them nothing to cut."""
    if not (old.limits or new.limits):
        return
    for limit in aspects.LIMITS:
        was, now = old.limits.get(limit.keyword), new.limits.get(limit.keyword)
        if (was and was.value) == (now and now.value):
            continue
        action, effect = _limit_move(limit, was, now)
        if _moot(limit, was, now, old, new):
            effect = Effect.NONE
        aspect = _limit_aspect(limit, now or was)
        yield Difference(aspect, action, effect, part_of(was), part_of(now), _shown(was), _shown(now))


def _limit_move(limit: Limit, was: Fact | None, now: Fact | None) -> tuple[str, Effect]:
    if was is None:
        return "set", Effect.WIDENS if _lifts(limit, now) else Effect.NARROWS
    if now is None:
        return "unset", Effect.NARROWS if _lifts(limit, was) else Effect.WIDENS
    if isinstance(was.value, tuple):
        sign = 1 if limit.lower else -1
        rises = (sign * now.value[0], now.value[1]) > (sign * was.value[0], was.value[1])
        rises = rises == limit.lower
    else:
        rises = now.value > was.value
    return ("increased" if rises else "decreased"), (
        Effect.NARROWS if rises == limit.lower else Effect.WIDENS
    )


def _lifts(limit: Limit, fact: Fact | None) -> bool:
    """Answer whether a bound is laxer than none: one match is asked for where nothing says how many."""
    return limit.keyword == "minContains" and fact is not None and fact.value == 0


def _limit_aspect(limit: Limit, fact: Fact | None) -> str:
    excluded = fact is not None and isinstance(fact.value, tuple) and fact.value[1]
    return f"exclusive-{limit.aspect}" if excluded else limit.aspect


def _shown(fact: Fact | None) -> Any:
    if fact is None:
        return None
    return fact.value[0] if isinstance(fact.value, tuple) else fact.value


def _moot(limit: Limit, was: Fact | None, now: Fact | None, old: Schema, new: Schema) -> bool:
    if not relevant(limit.types, old, new):
        return True
    side = listing(old, new, was, now)
    if side is None:
        return False
    values = [fact.value for schema in side for fact in (schema.enum or {}).values()]
    try:
        return all(fact is None or limit.admits(fact.value, value) for fact in (was, now) for value in values)
    except TypeError:
        return False


def listing(old: Schema, new: Schema, was: Fact | None, now: Fact | None) -> tuple[Schema, ...] | None:
    """Answer the sides whose listed values are all that an assertion could cut; None where there is more.

    What only the new side asserts can cut off none but old values, and the other way round.
    """
    if old.enum is not None and (new.enum is not None or was is None):
        return (old,) if new.enum is None else (old, new)
    return (new,) if new.enum is not None and now is None else None


def of_unique_items(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `uniqueItems`."""
    was, now = old.facts.get("uniqueItems"), new.facts.get("uniqueItems")
    if (was is None) == (now is None):
        return
    effect = (Effect.NARROWS if now else Effect.WIDENS) if relevant(aspects.ARRAY, old, new) else Effect.NONE
    yield Difference(
        "unique-items",
        "set" if now else "unset",
        effect,
        part_of(was),
        part_of(now),
        bool(was),
        bool(now),
    )


def of_multiple(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `multipleOf`: a multiple of the old divisor narrows."""
    was, now = old.facts.get("multipleOf"), new.facts.get("multipleOf")
    before, after = was.value if was else (), now.value if now else ()
    if sorted(before) == sorted(after) or (before and after and _least(before) == _least(after)):
        return
    effect = _multiple_effect(before, after) if relevant(aspects.NUMBERS, old, new) else Effect.NONE
    action = "set" if not before else "unset" if not after else "changed"
    yield Difference("multiple-of", action, effect, part_of(was), part_of(now), one(before), one(after))


def _multiple_effect(before: tuple[Any, ...], after: tuple[Any, ...]) -> Effect:
    finer = not before or (bool(after) and _divides(_least(before), _least(after)))
    coarser = not after or (bool(before) and _divides(_least(after), _least(before)))
    if finer:
        return Effect.NARROWS
    return Effect.WIDENS if coarser else Effect.SWAPS


def _least(divisors: tuple[Any, ...]) -> Any:
    """Answer the least number that all of some divisors divide, 0 where one of them is 0."""
    from fractions import Fraction
    from math import gcd, lcm

    exact = [Fraction(str(divisor)) for divisor in divisors]
    return Fraction(lcm(*(each.numerator for each in exact)), gcd(*(each.denominator for each in exact)))


def _divides(divisor: Any, value: Any) -> bool:
    return bool(divisor) and (value / divisor).denominator == 1
