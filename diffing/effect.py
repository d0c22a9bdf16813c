"""What a change of one keyword does to the set of legal values. It sees both schemas.

Every function answers the differences of one family of keywords; levels are `law`'s business.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from diffing import aspects
from diffing.aspects import Annotation, Limit
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


_BY_INCLUSION = {
    (True, True): Effect.NONE,
    (True, False): Effect.NARROWS,
    (False, True): Effect.WIDENS,
    (False, False): Effect.SWAPS,
}
"""What a change does, by whether the new set is within the old one, and the old one within the new."""

_TEXTUAL = frozenset({"string", "integer", "number", "boolean"})


def _types_effect(old: frozenset[str] | None, new: frozenset[str] | None, textual: bool) -> Effect:
    narrower, wider = within(new, old, textual), within(old, new, textual)
    return _BY_INCLUSION[narrower, wider]


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
    side = _listing(old, new, was, now)
    if side is None:
        return False
    values = [fact.value for schema in side for fact in (schema.enum or {}).values()]
    try:
        return all(fact is None or limit.admits(fact.value, value) for fact in (was, now) for value in values)
    except TypeError:
        return False


def _listing(old: Schema, new: Schema, was: Fact | None, now: Fact | None) -> tuple[Schema, ...] | None:
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
    if sorted(before) == sorted(after):
        return
    effect = _multiple_effect(before, after) if relevant(aspects.NUMBERS, old, new) else Effect.NONE
    action = "set" if not before else "unset" if not after else "changed"
    yield Difference("multiple-of", action, effect, part_of(was), part_of(now), _one(before), _one(after))


def _multiple_effect(before: tuple[Any, ...], after: tuple[Any, ...]) -> Effect:
    finer = all(any(_divides(a, b) for b in after) for a in before)
    coarser = all(any(_divides(b, a) for a in before) for b in after)
    if finer and coarser:
        return Effect.NONE
    if finer:
        return Effect.NARROWS
    return Effect.WIDENS if coarser else Effect.SWAPS


def _divides(divisor: Any, value: Any) -> bool:
    from fractions import Fraction

    return bool(divisor) and (Fraction(str(value)) / Fraction(str(divisor))).denominator == 1


def of_pattern(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `pattern`: whether one language holds the other is decided, or left open, never guessed."""
    was, now = old.facts.get("pattern"), new.facts.get("pattern")
    before, after = _set(was), _set(now)
    if before == after:
        return
    matters = relevant(aspects.STRING, old, new) and not _all_match(old, new, was, now)
    effect = _patterns_effect(before, after) if matters else Effect.NONE
    action = "added" if not before else "removed" if not after else "changed"
    yield Difference("pattern", action, effect, part_of(was), part_of(now), _one(before), _one(after))


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
    return _BY_INCLUSION[narrower, wider]


def _all_match(old: Schema, new: Schema, was: Fact | None, now: Fact | None) -> bool:
    """Answer whether all values that the patterns could cut off are listed, and match."""
    side = _listing(old, new, was, now)
    if side is None:
        return False
    from diffing.languages import matches

    values = [fact.value for schema in side for fact in (schema.enum or {}).values()]
    patterns = {*_set(was), *_set(now)}
    return all(not isinstance(value, str) or matches(one, value) for one in patterns for value in values)


def of_format(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `format` by the table of known formats; vendors' formats decide nothing."""
    was, now = old.facts.get("format"), new.facts.get("format")
    before, after = _set(was), _set(now)
    if before == after:
        return
    action = "set" if not before else "unset" if not after else "changed"
    effect = Effect.NONE if _within_integers(old, new, before | after) else _format_effect(before, after)
    trait = "vendor" if effect is Effect.UNKNOWN else ""
    yield Difference(
        "format", action, effect, part_of(was), part_of(now), _one(before), _one(after), trait=trait
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


def _set(fact: Fact | None) -> frozenset[str]:
    return frozenset(fact.value) if fact else frozenset()


def _one(values: Any) -> Any:
    listed = sorted(values, key=canonical)
    if not listed:
        return None
    return listed[0] if len(listed) == 1 else listed


def of_dependent_required(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `dependentRequired`, name by name."""
    prefix = "dependentRequired/"
    names = [key for key in {**old.facts, **new.facts} if key.startswith(prefix)]
    for key in names:
        was, now = old.facts.get(key), new.facts.get(key)
        before, after = set(was.value if was else ()), set(now.value if now else ())
        if before == after:
            continue
        effect = Effect.NARROWS if before < after else Effect.WIDENS if before > after else Effect.SWAPS
        action = "added" if was is None else "removed" if now is None else "changed"
        subject = key.removeprefix(prefix)
        yield Difference(
            "dependent-required",
            action,
            effect,
            part_of(was),
            part_of(now),
            sorted(before),
            sorted(after),
            subject,
        )


def of_discriminator(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare discriminators: another property swaps the wire form, a mapping entry goes with its branch."""
    was, now = old.facts.get("discriminator"), new.facts.get("discriminator")
    if was is None or now is None:
        if was is not now:
            action = "removed" if was else "added"
            yield Difference("discriminator", action, Effect.UNKNOWN, part_of(was), part_of(now))
        return
    before, after = was.value, now.value
    yield from _discriminator_extensions(was.part, now.part)
    if before["propertyName"] != after["propertyName"]:
        names = before["propertyName"], after["propertyName"]
        yield Difference("discriminator-property-name", "changed", Effect.SWAPS, was.part, now.part, *names)
    yield from _mappings(was, now)


def _discriminator_extensions(was: Part, now: Part) -> Iterator[Difference]:
    before, after = ({k: m for k, m in part.members() if k.startswith("x-")} for part in (was, now))
    yield from _unread_members(before, after)


def _mappings(was: Fact, now: Fact) -> Iterator[Difference]:
    before, after = was.value["mapping"], now.value["mapping"]
    for name in sorted({**before, **after}, key=str):
        if before.get(name) == after.get(name):
            continue
        if name not in after:
            action, effect = "deleted", Effect.NARROWS
        elif name not in before:
            action, effect = "added", Effect.WIDENS
        else:
            action, effect = "changed", Effect.UNKNOWN
        was_at = was.part if name in before else None
        now_at = now.part if name in after else None
        yield Difference(
            "discriminator-mapping",
            action,
            effect,
            was_at,
            now_at,
            before.get(name),
            after.get(name),
            str(name),
        )


def of_annotations(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[Difference]:
    """Compare what leaves the legal values alone: defaults, flags, words."""
    for row in aspects.ANNOTATIONS:
        was, now = old.get(row.keyword), new.get(row.keyword)
        if (was is None and now is None) or _same_annotation(row, was, now):
            continue
        action = "added" if was is None else "removed" if now is None else "changed"
        if row.keyword in ("deprecated", "readOnly", "writeOnly"):
            action = "added" if now is not None and now.value is True else "removed"
        before, after = (was.value if was else None), (now.value if now else None)
        yield Difference(row.aspect, action, Effect.NONE, part_of(was), part_of(now), before, after)


def of_extras(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare the keywords that no rule reads: extensions decide nothing, of others nobody knows."""
    yield from _unread_members(old.extras, new.extras)


def _unread_members(old: dict[str, Part], new: dict[str, Part]) -> Iterator[Difference]:
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was is not None and now is not None and canonical(was.node) == canonical(now.node):
            continue
        action = "added" if was is None else "removed" if now is None else "changed"
        silent = name.startswith("x-")
        moved = Effect.NONE if silent else Effect.UNKNOWN
        before, after = was.node if was else None, now.node if now else None
        yield Difference("extension" if silent else "other", action, moved, was, now, before, after, name)


def _same_annotation(row: Annotation, was: Fact | None, now: Fact | None) -> bool:
    if row.keyword in ("deprecated", "readOnly", "writeOnly"):
        return (was is not None and was.value is True) == (now is not None and now.value is True)
    if was is None or now is None:
        return was is now
    return bool(was.value == now.value) and canonical(was.value) == canonical(now.value)
