"""The names of rules: a coordinate (direction, element, aspect, action, trait) has one id.

Most ids are the coordinate itself; the irregular ones are those of the field's best-known tool, so that a
team can bring its severity file along.
"""

from diffing.change import Change

_TAILS = {
    ("required", "added"): "became-required",
    ("required", "removed"): "became-optional",
    ("nullable", "added"): "became-nullable",
    ("nullable", "removed"): "became-not-nullable",
    ("enum", "set"): "became-enum",
    ("read-only", "added"): "became-not-read-only",
    ("read-only", "removed"): "became-read-only",
    ("write-only", "added"): "became-not-write-only",
    ("write-only", "removed"): "became-write-only",
    ("deprecated", "added"): "deprecated",
    ("deprecated", "removed"): "reactivated",
    ("existence", "added"): "added",
    ("existence", "removed"): "removed",
    ("existence", "changed"): "changed",
}
"""Endings that read better than aspect and action."""

_ALIASES = {
    "operation-removed without-deprecation": "api-removed-without-deprecation",
    "operation-removed with-deprecation": "api-removed-with-deprecation",
    "operation-removed before-sunset": "api-removed-before-sunset",
    "operation-added": "endpoint-added",
    "operation-added captures": "endpoint-added-captures-template",
    "operation-deprecated": "endpoint-deprecated",
    "operation-deprecated with-sunset": "endpoint-deprecated-with-sunset",
    "operation-reactivated": "endpoint-reactivated",
    "operation-sunset-removed": "sunset-deleted",
    "schema-component-removed": "api-schema-removed",
    "schema-component-added": "api-schema-added",
    "request-parameter-added required": "new-required-request-parameter",
    "request-parameter-added optional": "new-optional-request-parameter",
    "request-property-added required": "new-required-request-property",
    "request-property-added required-contradicting": "new-required-request-property",
    "request-property-added optional": "new-optional-request-property",
    "request-property-added optional-contradicting": "new-contradicting-request-property",
    "request-property-removed optional-closed": "request-property-removed-from-closed",
    "request-property-removed required-closed": "request-property-removed-from-closed",
    "request-property-became-required with-default": "request-property-became-required-with-default",
    "request-body-added required": "request-body-added-required",
    "request-body-added optional": "request-body-added-optional",
    "request-media-type-added": "request-body-media-type-added",
    "request-media-type-removed": "request-body-media-type-removed",
    "response-media-type-removed narrowed": "response-media-type-range-narrowed",
    "response-media-type-added pushed": "response-media-type-added-to-pushed",
    "response-property-added optional": "response-optional-property-added",
    "response-property-added required": "response-required-property-added",
    "response-property-added optional-contradicting": "response-optional-property-added-contradicting",
    "response-property-added required-contradicting": "response-required-property-added-contradicting",
    "response-property-added optional-closed": "response-optional-property-added-to-closed",
    "response-property-added required-closed": "response-required-property-added-to-closed",
    "response-property-removed optional": "response-optional-property-removed",
    "response-property-removed required": "response-required-property-removed",
    "response-property-removed optional-closed": "response-optional-property-removed",
    "response-property-removed required-closed": "response-required-property-removed",
    "response-header-removed required": "required-response-header-removed",
    "response-header-removed optional": "optional-response-header-removed",
    "response-success-status-removed last": "response-success-status-removed",
    "response-success-status-removed others-remain": "response-success-status-removed-others-remain",
}
"""Irregular ids by "regular-id trait"; a trait without a row of its own is not part of the id."""

_API = frozenset({"operation"})


def rule_id(change: Change) -> str:
    """Answer the id of the rule that a change falls under."""
    tail = _TAILS.get((change.aspect, change.action), f"{change.aspect}-{change.action}")
    direction = "" if change.direction == "none" else f"{change.direction}-"
    regular = f"{direction}{change.element}-{tail}"
    mutable = _mutability(change)
    if mutable is not None:
        return mutable
    for name in (f"{regular} {change.trait}", regular):
        if name in _ALIASES:
            return _ALIASES[name]
    if change.direction == "none" and change.element in _API:
        return f"api-{tail}"
    return regular


def _mutability(change: Change) -> str | None:
    """Name what a flag did: a property that has one added leaves the messages, or stays where it stands.

    Flags of a property carry its requiredness in the id: `request-optional-property-became-read-only`.
    """
    if change.aspect not in ("read-only", "write-only"):
        return None
    tail = _TAILS[change.aspect, change.action if change.subject else _swapped(change.action)]
    if change.element != "property":
        return f"{change.direction}-{change.element}-{tail}"
    word = change.trait.partition("-")[0]
    return f"{change.direction}-{word + '-' if word else ''}property-{tail}"


def _swapped(action: str) -> str:
    return {"added": "removed", "removed": "added"}[action]
