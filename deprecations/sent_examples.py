"""Whether the examples that a contract sends still pass after a change; pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

_OF_NUMBERS = frozenset({"maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"})
_OF_TEXT = frozenset({"maxLength", "minLength", "pattern"})
_OF_ANY = frozenset({"enum", "const", "type"})


def was_taken_away(facts: Mapping[str, Any], examples: Sequence[Any]) -> bool:
    """Tell whether the value that a list of allowed ones lost is among the examples."""
    if (facts["aspect"], facts["action"]) != ("enum-value", "removed") or not facts["old"]:
        return False
    gone = facts["old"]["value"]
    return any(one is not None and (one == gone or str(one) == str(gone)) for one in examples)


def is_refused(facts: Mapping[str, Any], examples: Sequence[Any], *, spelled: bool) -> bool:
    """Tell whether the new value of a keyword refuses one of the examples.

    `spelled`: they stand in a query, as text whatever they are.
    """
    new = facts["new"]
    keyword = new["pointer"].rpartition("/")[2] if new else ""
    if keyword not in _OF_NUMBERS | _OF_TEXT | _OF_ANY or isinstance(new["value"], bool):
        return False
    try:
        validator = Draft202012Validator({keyword: new["value"]}, pattern_options=RegexOptions())
    except (ValidationError, ValueError):
        return False  # not a keyword of JSON Schema's own kind, or a pattern beyond this engine
    told = (one for one in examples if one is not None)
    return any(not any(map(validator.is_valid, _readings(one, keyword, spelled))) for one in told)


def _readings(example: Any, keyword: str, spelled: bool) -> Iterable[Any]:
    """Return what an example may mean to a keyword: itself, or the value that its text spells."""
    if not spelled or keyword in _OF_TEXT:
        return (example,)
    if keyword in _OF_NUMBERS:
        return (_number(example),)
    return (example, _number(example), {"true": True, "false": False}.get(example, example))


def _number(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
