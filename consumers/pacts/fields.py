"""The parts of an example body, as fields with pointers."""

from collections.abc import Iterator
from typing import Any

from consumers.pacts.interaction import Field
from consumers.pacts.rules import Rules

MOST_FIELDS = 5_000
DEEPEST = 50
_LONGEST_EXAMPLE = 10_000
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "number"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)


class TooManyFields(Exception):
    """A body that is deeper or wider than any contract needs."""


def fields_of(body: Any, rules: Rules) -> tuple[Field, ...]:
    """Return the fields of a body, each pointer with each rule once; raises TooManyFields."""
    found: dict[Field, None] = {}
    for field in _walk(body, (), (), rules):
        found.setdefault(field)
        if len(found) > MOST_FIELDS:
            raise TooManyFields(f"more than {MOST_FIELDS} fields")
    return tuple(found)


def kind_of(value: Any) -> str:
    """Return a value's JSON type; whole numbers are numbers."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")


def _walk(value: Any, tokens: tuple[str, ...], places: tuple[str, ...], rules: Rules) -> Iterator[Field]:
    if len(tokens) > DEEPEST:
        raise TooManyFields(f"nested more than {DEEPEST} deep")
    if places:
        yield _field(value, tokens, places, rules)
    if isinstance(value, dict):
        free = rules.frees_keys(tokens)
        for key, item in value.items():
            yield from _walk(item, (*tokens, key), (*places, "*" if free else key), rules)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*tokens, str(index)), (*places, "*"), rules)


def _field(value: Any, tokens: tuple[str, ...], places: tuple[str, ...], rules: Rules) -> Field:
    rule, kind = rules.at(tokens), kind_of(value)
    example = None if kind in ("object", "array") else value
    if isinstance(example, str) and len(example) > _LONGEST_EXAMPLE:
        example = None  # a part of it would be another value
    return Field("/".join(places), kind, example, rule.name, rule.pattern)
