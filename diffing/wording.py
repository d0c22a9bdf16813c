"""Sentences from facts: one template per way of changing, one noun per element.

Nothing here decides anything; identities never depend on a sentence.
"""

import json
from typing import Any

from diffing.change import Change, Site

_LONGEST = 60

RULING = "The policy at "
"""How the sentence begins that a finding's reason ends with where a policy changed its level."""

_ASPECTS = {
    "min": "minimum",
    "max": "maximum",
    "exclusive-min": "exclusive minimum",
    "exclusive-max": "exclusive maximum",
    "min-length": "minLength",
    "max-length": "maxLength",
    "min-items": "minItems",
    "max-items": "maxItems",
    "min-properties": "minProperties",
    "max-properties": "maxProperties",
    "min-contains": "minContains",
    "max-contains": "maxContains",
    "multiple-of": "multipleOf",
    "unique-items": "uniqueItems",
    "default-value": "default",
    "enum-value": "enum value",
    "any-of": "anyOf branch",
    "one-of": "oneOf branch",
    "operation-id": "operationId",
    "additional-properties": "additionalProperties",
    "unevaluated-properties": "unevaluatedProperties",
    "unevaluated-items": "unevaluatedItems",
    "property-names": "propertyNames",
    "prefix-items": "prefixItems entry",
    "pattern-property": "pattern property",
    "dependent-required": "dependentRequired for",
    "dependent-schema": "dependent schema for",
    "discriminator-mapping": "discriminator mapping",
    "discriminator-property-name": "discriminator property",
    "security-scope": "security with the scopes of",
    "security-component": "security scheme",
    "security-component-type": "security scheme",
    "security-component-oauth-url": "OAuth URL",
    "security-component-oauth-token-url": "OAuth URL",
    "security-component-oauth-scope": "OAuth scope",
    "security-component-oauth-flow": "OAuth flow",
    "union-kind": "kind of union",
    "allow-reserved": "allowReserved",
    "allow-empty-value": "allowEmptyValue",
    "read-only": "readOnly",
    "write-only": "writeOnly",
    "content-encoding": "contentEncoding",
    "content-media-type": "contentMediaType",
    "content-schema": "contentSchema",
    "extensible-enum": "x-extensible-enum",
    "external-docs": "external documentation",
    "externaldocs": "external documentation",
    "terms-of-service": "terms of service",
    "other": "member",
    "extension": "extension",
}

_SENTENCES = {
    ("operation", "existence", "removed"): "the operation was removed",
    ("operation", "existence", "added"): "the operation was added",
    ("webhook", "existence", "removed"): "webhook {subject} was removed",
    ("webhook", "existence", "added"): "webhook {subject} was added",
    ("callback", "existence", "removed"): "callback {subject} was removed",
    ("callback", "existence", "added"): "callback {subject} was added",
    ("webhook", "security", "changed"): "webhook {subject} is sent with other credentials",
    ("callback", "security", "changed"): "callback {subject} is sent with other credentials",
    ("server", "existence", "removed"): "server {subject} was removed",
    ("server", "existence", "added"): "server {subject} was added",
    ("property", "existence", "added"): "{kind} property {subject} was added",
    ("property", "existence", "removed"): "{kind} property {subject} was removed",
    ("property", "read-only", "removed"): "property {subject} became read-only and so left the request",
    ("property", "read-only", "added"): "property {subject} is no longer read-only and so joined the request",
    ("property", "write-only", "removed"): "property {subject} became write-only and so left the response",
    (
        "property",
        "write-only",
        "added",
    ): "property {subject} is no longer write-only and so joined the response",
    ("property", "required", "added"): "property {subject} became required",
    ("property", "required", "removed"): "property {subject} became optional",
    ("parameter", "existence", "added"): "{kind} parameter {subject} was added",
    ("parameter", "existence", "removed"): "{kind} parameter {subject} was removed",
    ("parameter", "required", "added"): "parameter {subject} became required",
    ("parameter", "required", "removed"): "parameter {subject} became optional",
    ("header", "existence", "added"): "{kind} header {subject} was added",
    ("header", "existence", "removed"): "{kind} header {subject} was removed",
    ("header", "required", "added"): "header {subject} became required",
    ("header", "required", "removed"): "header {subject} became optional",
    ("body", "existence", "added"): "a body was added",
    ("body", "existence", "removed"): "the body was removed",
    ("body", "required", "added"): "the body became required",
    ("body", "required", "removed"): "the body became optional",
    ("media-type", "existence", "added"): "media type {subject} was added",
    ("media-type", "existence", "removed"): "media type {subject} was removed",
    ("success-status", "existence", "added"): "status {subject} was added",
    ("success-status", "existence", "removed"): "status {subject} was removed",
    ("non-success-status", "existence", "added"): "status {subject} was added",
    ("non-success-status", "existence", "removed"): "status {subject} was removed",
    ("link", "existence", "added"): "link {subject} was added",
    ("link", "existence", "removed"): "link {subject} was removed",
    ("link", "existence", "changed"): "link {subject} changed",
    ("operation", "security", "became-required"): "credentials became mandatory",
    ("operation", "security", "removed"): "the credentials {subject} are no longer enough",
    ("operation", "security", "added"): "the credentials {subject} are now enough",
    ("operation", "deprecated", "added"): "the operation was deprecated",
    ("operation", "deprecated", "removed"): "the operation is no longer deprecated",
    ("operation", "spelling", "changed"): "{subject} is written in another way and means the same",
    ("document", "spelling", "changed"): "{subject} is written in another way and means the same",
    ("document", "dialect", "changed"): "the document follows version {now} of the specification, not {was}",
    (
        "server",
        "default-value",
        "changed",
    ): "the default of server variable {subject} changed from {was} to {now}",
    ("path-parameter", "name", "changed"): "path parameters were renamed: {was} became {now}",
}

_BY_ASPECT = {
    ("any-of", "set"): "the value must now satisfy an anyOf as well",
    ("any-of", "unset"): "the value need no longer satisfy an anyOf",
    ("any-of", "changed"): "an anyOf branch changed that a sibling covers",
    ("one-of", "set"): "the value must now satisfy a oneOf as well",
    ("one-of", "unset"): "the value need no longer satisfy a oneOf",
    ("discriminator", "added"): "a discriminator was added",
    ("discriminator", "removed"): "the discriminator was removed",
    ("nullable", "added"): "null became legal",
    ("nullable", "removed"): "null is no longer legal",
    ("allow-empty-value", "added"): "it may now be sent without a value",
    ("allow-empty-value", "removed"): "it may no longer be sent without a value",
    ("deprecated", "added"): "was deprecated",
    ("deprecated", "removed"): "is no longer deprecated",
    ("read-only", "added"): "became read-only",
    ("read-only", "removed"): "is no longer read-only",
    ("write-only", "added"): "became write-only",
    ("write-only", "removed"): "is no longer write-only",
    ("enum", "set"): "values were limited to a list: {now}",
    ("enum", "unset"): "values are no longer limited to a list: {was}",
    ("encoding", "added"): "how field {subject} is written was stated",
    ("encoding", "removed"): "how field {subject} is written is no longer stated",
    ("encoding", "changed"): "how field {subject} is written changed",
    ("security-component-type", "changed"): "security scheme {subject} asks for another credential",
    ("component", "added"): "component {subject} was added",
    ("component", "removed"): "component {subject} was removed",
    ("component", "changed"): "component {subject} changed, but no operation reaches the change",
}

_BY_ACTION = {
    "increased": "{aspect} was raised from {was} to {now}",
    "decreased": "{aspect} was lowered from {was} to {now}",
    "set": "{aspect} was set to {now}",
    "unset": "{aspect} {was} was dropped",
    "generalized": "{aspect} was widened from {was} to {now}",
    "specialized": "{aspect} was narrowed from {was} to {now}",
    "changed": "{aspect} changed from {was} to {now}",
    "added": "{aspect} {now} was added",
    "removed": "{aspect} {was} was removed",
    "deleted": "{aspect} {was} was removed",
}

UNPLACED = frozenset({"operation", "servers", "security", "path", "webhook"})
"""Where something stands that needs no saying beside method and path."""

_WORDY = frozenset(
    {"description", "summary", "title", "example", "examples", "externaldocs", "tags", "comment", "xml"}
)


def sentence(change: Change, site: Site | None, reached: int) -> str:
    """Say in one sentence what changed and where; `reached` counts the operations."""
    text = _what(change)
    if site is None:
        return _closed(text)
    place = _where(site)
    more = f" and {reached - 1} more operation{'s' if reached > 2 else ''}" if reached > 1 else ""
    return _closed(f"{site.reach.method} {site.reach.path}{more}{place}: {text}")


def _where(site: Site) -> str:
    where = site.reach.where
    if where in UNPLACED:
        return ""
    path = "/".join(site.path)
    return f", {where}" + (f", {quoted(path)}" if path else "")


def _what(change: Change) -> str:
    aspect = _ASPECTS.get(change.aspect, change.aspect)
    if change.aspect in _WORDY:
        return f"{aspect} {change.action}"
    named = change.subject and change.was is None and change.now is None
    was = quoted(change.subject) if named else shown(change.was)
    now = quoted(change.subject) if named else shown(change.now)
    is_named = _names(change) or (named and was == now and change.action == "changed")
    return _template(change, is_told_apart=was != now).format(
        subject=quoted(change.subject),
        kind=change.trait.partition("-")[0] or "the",
        aspect=f"{aspect} {quoted(change.subject)}" if is_named else aspect,
        was=was,
        now=now,
    )


def _template(change: Change, *, is_told_apart: bool) -> str:
    """Answer the words for a change, without values where those shown do not differ."""
    own = _SENTENCES.get((change.element, change.aspect, change.action))
    if change.aspect == "spelling" and change.old is None:
        return "{subject} was added and that changes nothing"
    if change.aspect == "spelling" and change.new is None:
        return "{subject} was left out and that changes nothing"
    if own is not None and (change.subject or "{subject}" not in own):
        return own
    words = _BY_ASPECT.get((change.aspect, change.action))
    if words is None and change.action == "changed" and not is_told_apart:
        return "{aspect} changed"
    return words or _BY_ACTION.get(change.action, "{aspect} " + change.action)


def _names(change: Change) -> bool:
    """Answer whether the sentence must name what it is about beside the values."""
    return (
        bool(change.subject)
        and not (change.was is None and change.now is None)
        and change.aspect != "enum-value"
        and (change.element != "info" or change.aspect == "extension")
    )


def shown(value: Any) -> str:
    """Write a value for a sentence, cut where it is long."""
    if isinstance(value, list) and value:
        return quoted(
            ", ".join(
                v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, default=str) for v in value
            )
        )
    return quoted(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def quoted(text: str) -> str:
    """Set a piece of a document off from the sentence around it."""
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"`{' '.join(cut.split())}`"


def _closed(text: str) -> str:
    return text[0].upper() + text[1:] + "."
