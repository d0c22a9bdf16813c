"""Values that probably miss one keyword of a plain schema, built around a value that meets it.

One row of a literal table per aspect that `effect` and `walk_schema` report; `witness` checks what comes.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from diffing.change import Change
from diffing.finding import Direction
from diffing.samples import FORMATS, MAX_GROWTH, TEXTS, Sampler

JUNK: tuple[Any, ...] = (
    "text",
    1,
    1.5,
    True,
    None,
    {},
    [],
    "",
    0,
    -1,
    ["text"],
    {"extra": "text"},
    [1],
    [{}],
)
"""One of each type, for schemas that say nothing."""


class Around(NamedTuple):
    """What a breach is built around: a change, the flat schema to miss, a value that meets it, guesses."""

    change: Change
    misses: list[Any]
    sampler: Sampler
    base: Any
    meets: dict[str, Any]


def breaches(around: Around) -> Iterator[Any]:
    """Answer values that miss what the change is about."""
    build = BUILDERS.get(around.change.aspect.removeprefix("exclusive-"))
    if build is not None:
        yield from build(around)


def _bounds(around: Around, *keywords: str) -> list[float]:
    return [part[word] for part in around.misses for word in keywords if word in part]


def _beyond(low: bool) -> Callable[[Around], Iterator[Any]]:
    words = ("minimum", "exclusiveMinimum") if low else ("maximum", "exclusiveMaximum")
    sign = -1 if low else 1

    def build(around: Around) -> Iterator[Any]:
        for bound in _bounds(around, *words):
            yield from (bound + sign, bound, bound + sign / 2, bound + sign * 1000)

    return build


def _sized(keyword: str) -> Callable[[Around], Iterator[Any]]:
    step = 1 if keyword.startswith("max") else -1

    def build(around: Around) -> Iterator[Any]:
        for bound in _bounds(around, keyword):
            size = int(bound) + step
            if 0 <= size <= MAX_GROWTH:
                resized = _resized(around, size)
                if resized is not None:
                    yield resized

    return build


def _resized(around: Around, size: int) -> Any:
    base = around.base
    if isinstance(base, str):
        return (base + (base[-1:] or "a") * size)[:size]
    if isinstance(base, list):
        fill = base or around.sampler.samples(around.meets.get("items", True), 1) or ["text"]
        return (base + fill[-1:] * size)[:size]
    if isinstance(base, dict):
        names = [*base, *(f"extra{number}" for number in range(size))]
        return {name: base.get(name, "text") for name in names[:size]}
    return None


def _listed(around: Around) -> Iterator[Any]:
    change = around.change
    for value in (change.was, change.now):
        yield from value if isinstance(value, list) else () if value is None else (value,)
    if isinstance(around.base, str):
        yield from (around.base + "-other", "other", around.base.swapcase())
    yield from JUNK


def _without(around: Around) -> Iterator[Any]:
    base, name = around.base, around.change.subject
    if isinstance(base, dict):
        yield {key: value for key, value in base.items() if key != name}
        for value in JUNK:
            yield {**base, name: value}


def _extra(around: Around) -> Iterator[Any]:
    base = around.base if isinstance(around.base, dict) else {}
    for value in JUNK:
        yield {**base, around.change.subject or "extra": value}
        yield {**base, "extra": value}


def _items(around: Around) -> Iterator[Any]:
    base = around.base if isinstance(around.base, list) else []
    for value in JUNK:
        yield [*base, value]
        yield [value]


def _repeated(around: Around) -> Iterator[Any]:
    if isinstance(around.base, list):
        yield [*around.base, *around.base[-1:]]
    yield from ([value, value] for value in JUNK)


def _off_step(around: Around) -> Iterator[Any]:
    for step in _bounds(around, "multipleOf"):
        yield from (step / 2, step + 1, step * 1.5, 1, step + 0.5)


def _mismatched(around: Around) -> Iterator[Any]:
    change = around.change
    sides = (change.was, change.now) if change.direction is Direction.REQUEST else (change.now, change.was)
    wide, narrow = ("" if side is None else side for side in sides)
    if isinstance(wide, str) and isinstance(narrow, str):
        from diffing.languages import between

        text = between(wide, narrow)
        if text is not None:
            yield text
    yield from _worded(around)


def _worded(around: Around) -> Iterator[Any]:
    yield from (around.base, "not of this form", *TEXTS, *FORMATS.values(), 2**31, -(2**31) - 1, 2**63, 4e38)


BUILDERS: dict[str, Callable[[Around], Iterator[Any]]] = {
    "type": lambda around: iter((*JUNK, 2**40)),
    "nullable": lambda around: iter((None,)),
    "enum": _listed,
    "enum-value": _listed,
    "const": _listed,
    "min": _beyond(low=True),
    "max": _beyond(low=False),
    "min-length": _sized("minLength"),
    "max-length": _sized("maxLength"),
    "min-items": _sized("minItems"),
    "max-items": _sized("maxItems"),
    "min-properties": _sized("minProperties"),
    "max-properties": _sized("maxProperties"),
    "min-contains": _items,
    "max-contains": _items,
    "multiple-of": _off_step,
    "unique-items": _repeated,
    "pattern": _mismatched,
    "format": _worded,
    "required": _without,
    "existence": _without,
    "read-only": _without,
    "write-only": _without,
    "dependent-required": _without,
    "additional-properties": _extra,
    "unevaluated-properties": _extra,
    "pattern-property": _extra,
    "property-names": _extra,
    "dependent-schema": _extra,
    "items": _items,
    "unevaluated-items": _items,
    "prefix-items": _items,
    "contains": _items,
    "any-of": lambda around: iter(JUNK),
    "one-of": lambda around: iter(JUNK),
    "union-kind": lambda around: iter(JUNK),
    "not": lambda around: iter(JUNK),
    "then": lambda around: iter(JUNK),
    "else": lambda around: iter(JUNK),
    "schema": lambda around: iter(JUNK),
}
