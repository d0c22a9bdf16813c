"""The rows of coordinates: what can change, how, and in which way it moves the set of legal messages.

A row reads "element aspect action effect [trait]", those of schemas without the element. The effect is its
first letter: narrows, widens, swaps, unknown, or O for none. Rows of keywords follow from their table.
"""

from collections.abc import Iterator
from itertools import product

from diffing import aspects
from diffing.finding import Direction
from diffing.readers.neighbours import GROUPS

_BOTH = (Direction.REQUEST, Direction.RESPONSE)
_HOLDERS = ("body", "property", "parameter", "parameter-property", "header", "header-property")

SCHEMA = (
    "type specialized N",
    "type generalized W",
    "type changed S",
    "type changed O",
    "nullable added W",
    "nullable added W left-over",
    "nullable removed N",
    "nullable removed N left-over",
    "enum set N",
    "enum unset W",
    "enum-value added W",
    "enum-value added W extensible",
    "enum-value removed N",
    "const added N",
    "const removed W",
    "const changed S",
    "unique-items set N",
    "unique-items unset W",
    "multiple-of set N",
    "multiple-of unset W",
    "multiple-of changed S",
    "multiple-of changed N",
    "multiple-of changed W",
    "pattern added N",
    "pattern removed W",
    "pattern changed U",
    "pattern changed N",
    "pattern changed W",
    "pattern changed S",
    "format set N",
    "format set U vendor",
    "format unset W",
    "format unset U vendor",
    "format changed S",
    "format changed N",
    "format changed W",
    "format changed U vendor",
    "prefix-items added N",
    "prefix-items added W",
    "prefix-items added S",
    "prefix-items removed S",
    "prefix-items removed W",
    "prefix-items removed N",
    "pattern-property added N",
    "pattern-property added W",
    "pattern-property removed W",
    "pattern-property removed N",
    "dependent-required added N",
    "dependent-required removed W",
    "dependent-required changed S",
    "dependent-required changed N",
    "dependent-required changed W",
    "dependent-schema added N",
    "dependent-schema removed W",
    "any-of added W",
    "any-of removed N",
    "any-of changed O",
    "any-of set N",
    "any-of set S",
    "any-of unset W",
    "any-of unset S",
    "one-of added W",
    "one-of removed N",
    "one-of added N",
    "one-of removed W",
    "one-of set N",
    "one-of set S",
    "one-of unset W",
    "one-of unset S",
    "union-kind changed U",
    "union-kind changed O",
    "discriminator added U",
    "discriminator removed U",
    "discriminator-property-name changed S",
    "discriminator-mapping added W",
    "discriminator-mapping deleted N",
    "discriminator-mapping changed U",
    "schema changed N",
    "schema changed W",
    "extension added O",
    "extension removed O",
    "extension changed O",
    "other added U",
    "other removed U",
    "other changed U",
)

MESSAGES = (
    "property existence added N optional",
    "property existence added N optional-contradicting",
    "property existence added N required",
    "property existence added N required-contradicting",
    "property existence added W optional-closed",
    "property existence added S required-closed",
    "property existence removed W optional",
    "property existence removed W required",
    "property existence removed N optional-closed",
    "property existence removed S required-closed",
    "property required added N",
    "property required added N with-default",
    "property required added N undeclared",
    "property required removed W",
    "property read-only added N optional",
    "property read-only added N required",
    "property read-only removed W optional",
    "property read-only removed W required",
    "property write-only added N optional",
    "property write-only added N required",
    "property write-only removed W optional",
    "property write-only removed W required",
    "parameter existence added N optional",
    "parameter existence added N required",
    "parameter existence removed W optional",
    "parameter existence removed W required",
    "parameter required added N",
    "parameter required removed W",
    "parameter style changed S",
    "parameter explode changed S",
    "parameter allow-reserved changed S",
    "parameter content changed S",
    "parameter allow-empty-value added W",
    "parameter allow-empty-value removed N",
    "header existence added N optional",
    "header existence added N required",
    "header existence removed W optional",
    "header existence removed W required",
    "header required added N",
    "header required removed W",
    "header style changed S",
    "header explode changed S",
    "header content changed S",
    "body existence added N required",
    "body existence added N optional",
    "body existence added W",
    "body existence removed W required",
    "body existence removed W optional",
    "body existence removed N",
    "body required added N",
    "body required removed W",
    "body encoding added U",
    "body encoding added S",
    *(f"body encoding {action} {letter}" for action in ("added", "removed", "changed") for letter in "NW"),
    "body encoding removed S",
    "body encoding changed S",
    "body encoding removed U",
    "body encoding changed U",
    "media-type existence added W",
    "media-type existence removed N",
    "media-type existence added W pushed",
    "media-type existence removed N narrowed",
    "success-status existence added W",
    "success-status existence removed N last",
    "success-status existence removed N others-remain",
    "non-success-status existence added W",
    "non-success-status existence removed N",
    "link existence added O",
    "link existence removed U",
    "link existence changed U",
)

OPERATIONS = (
    "operation existence added W",
    "operation existence added W captures",
    "operation existence removed N without-deprecation",
    "operation existence removed N with-deprecation",
    "operation existence removed N before-sunset",
    "operation operation-id added O",
    "operation operation-id removed O",
    "operation operation-id changed O",
    "operation deprecated added O",
    "operation deprecated added O with-sunset",
    "operation deprecated removed O",
    "operation sunset added O",
    "operation sunset removed O",
    "operation sunset changed O",
    "operation stability increased O",
    "operation stability decreased O",
    "operation security added W",
    "operation security removed N",
    "operation security became-required N",
    "operation security-scope added N",
    "operation security-scope removed W",
    "operation security-component added O",
    "operation security-component removed O",
    "operation security-component-type changed S",
    "operation security-component-type changed U",
    "operation security-component-oauth-url changed U",
    "operation security-component-oauth-token-url changed U",
    "operation security-component-oauth-flow added W",
    "operation security-component-oauth-flow removed N",
    "operation security-component-oauth-flow removed U",
    "operation security-component-oauth-scope added W",
    "operation security-component-oauth-scope removed N",
    "operation security-component-oauth-scope changed O",
    "path-parameter name changed O",
    "operation stability changed O",
    "operation spelling changed O",
    "document spelling changed O",
    "document dialect changed O",
    "server default-value changed U",
    "server existence added W",
    "server existence removed N",
    "webhook existence added W",
    "webhook existence removed N",
    "webhook security changed U",
    "callback existence added W",
    "callback existence removed N",
    "callback security changed U",
)

_ONE_SIDED = {
    "property read-only": Direction.REQUEST,
    "property write-only": Direction.RESPONSE,
    "body existence added W": Direction.RESPONSE,
    "body existence removed N": Direction.RESPONSE,
    "property existence added W optional-closed": Direction.RESPONSE,
    "media-type existence added W pushed": Direction.RESPONSE,
    "media-type existence removed N narrowed": Direction.RESPONSE,
    "property existence added S required-closed": Direction.RESPONSE,
}
"""Beginnings of rows that one direction alone can have."""

_COMPONENTS = (
    "schema response parameter request-body header example link callback path-item media-type".split()
)
_OBJECTS = (
    "document path operation parameter header body media-type response security-component server".split()
)
_WORDS = "description summary title example examples externaldocs tags extension other".split()
_CHANGES = ("added", "removed", "changed")


def message_rows() -> Iterator[tuple[Direction, str]]:
    """Answer the rows of what travels, each with every direction that it can have."""
    for direction, element in product(_BOTH, _HOLDERS):
        for row in (*SCHEMA, *generated()):
            yield direction, f"{element} {row}"
    for direction, row in product(_BOTH, MESSAGES):
        if not any(row.startswith(start) and direction is not only for start, only in _ONE_SIDED.items()):
            yield direction, row


def other_rows() -> Iterator[str]:
    """Answer the rows of what has no direction."""
    yield from OPERATIONS
    for element, action in product(_COMPONENTS, _CHANGES):
        yield f"{element} component {action} O"
    for element, word, action in product(_OBJECTS, _WORDS, _CHANGES):
        yield f"{element} {word} {action} {'U' if word == 'other' else 'O'}"


def generated() -> Iterator[str]:
    """Answer the rows that follow from the table of keywords."""
    for limit in aspects.LIMITS:
        exclusive = [f"exclusive-{limit.aspect}"] if limit.types == aspects.NUMBERS else []
        for name in (limit.aspect, *exclusive):
            yield f"{name} set N"
            yield f"{name} unset W"
            yield f"{name} increased {'N' if limit.lower else 'W'}"
            yield f"{name} decreased {'W' if limit.lower else 'N'}"
    for nested in aspects.NESTED:
        yield f"{nested.aspect} added {'N' if nested.sign else 'O'}"
        yield f"{nested.aspect} removed {'W' if nested.sign else 'O'}"
        if nested.keyword in ("then", "else"):
            yield from (f"{nested.aspect} {action} S" for action in ("added", "removed"))
        if nested.sign == 0 or nested.keyword in GROUPS:
            yield f"{nested.aspect} changed U"
        if nested.sign:
            yield f"{nested.aspect} changed N"
            yield f"{nested.aspect} changed W"
    for row in aspects.ANNOTATIONS:
        flag = row.keyword in ("deprecated", "readOnly", "writeOnly")
        yield from (f"{row.aspect} {action} O" for action in (_CHANGES[:2] if flag else _CHANGES))
