"""An independent validator's view of two schemas in each other's place, and what the comparison says of them.

The comparison is asked once per order of the two, with the schemas in the request and in the response body
of one operation. What values show is a lower bound of the truth: they refute, they never confirm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import jsonschema_rs

from diffing.compare import compare
from diffing.document import Document
from diffing.finding import Direction, Effect, Finding
from diffing.part import Part
from diffing.projection import Projector
from diffing.readers.refs import Resolver
from tests.diffing.specs import document, skeleton
from tests.support.oracle_values import Near, distinct

TODAY = date(2026, 11, 22)
BOTH = (Direction.REQUEST, Direction.RESPONSE)
_SCHEMA_AT = {
    Direction.REQUEST: "/paths/~1x/post/requestBody/content/application~1json/schema",
    Direction.RESPONSE: "/paths/~1x/post/responses/200/content/application~1json/schema",
}


@dataclass(frozen=True)
class Side:
    """A schema with the components that it refers to, in a dialect of OpenAPI 3."""

    schema: Any
    components: Mapping[str, Any] = field(default_factory=dict)
    version: str = "3.1.0"

    def document(self) -> Document:
        """Answer a document that asks for and answers this schema."""
        content = {"application/json": {"schema": self.schema}}
        operation = {
            "requestBody": {"required": True, "content": content},
            "responses": {"200": {"description": "", "content": content}},
        }
        members = {"components": {"schemas": dict(self.components)}} if self.components else {}
        return document(skeleton(self.version, paths={"/x": {"post": operation}}, **members))

    def plain(self, direction: Direction) -> dict[str, Any]:
        """Answer the schema as plain JSON Schema, as one direction sees it."""
        resolver = Resolver(self.document())
        return Projector(resolver, direction).project(
            (Part(self.schema, "", _SCHEMA_AT[direction]),), limit=400
        )


@dataclass(frozen=True)
class Seen:
    """What values show: one that only the old side accepts, one that only the new side does; none is []."""

    lost: list[Any]
    gained: list[Any]

    @property
    def effect(self) -> Effect:
        """The effect that the values show."""
        table = {
            (True, True): Effect.SWAPS,
            (True, False): Effect.NARROWS,
            (False, True): Effect.WIDENS,
            (False, False): Effect.NONE,
        }
        return table[bool(self.lost), bool(self.gained)]


def accepting(schema: dict[str, Any]) -> Callable[[Any], bool]:
    """Answer the validator's verdict. Raises ValueError for a pattern it cannot read."""
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True).is_valid


def seen(random: Random, old: Side, new: Side, direction: Direction, count: int = 60) -> Seen:
    """Try values on both sides."""
    before, after = old.plain(direction), new.plain(direction)
    was, now = accepting(before), accepting(after)
    lost: list[Any] = []
    gained: list[Any] = []
    for value in distinct(Near(random, before, after).values(count)):
        one, other = was(value), now(value)
        if one != other:
            (lost if one else gained).append(value)
    return Seen(lost[:1], gained[:1])


def findings(old: Side, new: Side) -> tuple[Finding, ...]:
    """Compare both sides, in request and response at once."""
    return compare(old.document(), new.document(), today=TODAY).findings


def said(found: tuple[Finding, ...], direction: Direction) -> set[Effect]:
    """Answer the effects that a comparison claims in a direction, the silent one left out."""
    return {finding.effect for finding in found if finding.direction is direction} - {Effect.NONE}
