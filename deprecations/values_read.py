"""Whether the rule that a contract has for a value of an answer accepts what a change lets come; pure."""

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from consumers.pacts.interaction import EXACT, TYPE, Field
from deprecations.standing import Standing


def accepts(field: Field, facts: Mapping[str, Any]) -> Standing:
    """Judge a field that is read, where its values may change but not go.

    Not hurt where the rule accepts all that is new, hurt where it refuses it, and a risk in between.
    """
    aspect, action = facts["aspect"], facts["action"]
    if aspect == "enum-value" and action == "added":
        return _new_value(field, facts["new"]["value"])
    if aspect == "type":
        return _types(field, facts)
    if aspect in ("required", "nullable"):
        return Standing.AT_RISK  # a contract can't show that absence is tolerated
    if field.rule == TYPE and field.kind not in ("object", "array"):
        return Standing.NOT_HURT  # any value of its JSON type passes, and that stayed
    return Standing.AT_RISK


def _new_value(field: Field, value: Any) -> Standing:
    if field.rule == EXACT:
        return Standing.HURT
    if field.rule != "regex" or not isinstance(value, str) or field.pattern is None:
        return Standing.AT_RISK
    fits = _fits(field.pattern, value)
    return Standing.AT_RISK if fits is None else Standing.NOT_HURT if fits else Standing.HURT


def _types(field: Field, facts: Mapping[str, Any]) -> Standing:
    told = facts["new"]["value"] if facts["new"] else None
    types = {told} if isinstance(told, str) else set(told) if isinstance(told, list) else set()
    if not types:
        return Standing.AT_RISK
    kinds = {"number" if one == "integer" else one for one in types}
    if field.kind not in kinds:
        return Standing.HURT
    if field.rule == "integer" and "number" in types:
        return Standing.HURT
    if kinds == {field.kind} and field.rule in (TYPE, "number", "decimal", "integer"):
        return Standing.NOT_HURT
    return Standing.AT_RISK


def _fits(pattern: str, value: str) -> bool | None:
    """Tell whether a whole text matches a pattern; None where the engine, which never tries back, can't."""
    try:
        validator = Draft202012Validator({"pattern": f"^(?:{pattern})$"}, pattern_options=RegexOptions())
    except (ValidationError, ValueError):
        return None
    return bool(validator.is_valid(value))
